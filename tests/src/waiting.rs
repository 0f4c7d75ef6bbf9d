//! A request that waits in a login form.

use saml_core::base::SamlInstant;
use saml_idp::{BrowserRequest, IdentityProvider, Next, SealedRequest, SsoRefusal};
use saml_store::Token;

/// What a login form carries, and the browser that it was shown to.
pub struct Waiting {
    /// The sealed request in the form.
    pub request: SealedRequest,
    /// The token in the browser's cookie.
    pub browser: Token,
}

impl Waiting {
    /// The form that a new browser is shown at the address with this request.
    ///
    /// # Errors
    /// As of the identity provider.
    ///
    /// # Panics
    /// The request is answered at once.
    pub async fn shown(
        idp: &IdentityProvider,
        address: &SealedRequest,
        now: SamlInstant,
    ) -> Result<Self, SsoRefusal> {
        let browser = Token::random().unwrap();
        let opened = BrowserRequest { request: address, browser: &browser };
        match idp.continue_transaction(opened, None, now).await? {
            Next::LogIn(request) => Ok(Self { request, browser }),
            other => panic!("no login page: {other:?}"),
        }
    }

    /// As the form is sent.
    #[must_use]
    pub const fn sent(&self) -> BrowserRequest<'_> {
        BrowserRequest { request: &self.request, browser: &self.browser }
    }
}
