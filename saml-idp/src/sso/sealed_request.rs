//! A judged request on its way through a browser: nothing of it is stored here.
//!
//! Anybody can send an unsigned request, and anybody can open a login page. So what was judged goes with the browser,
//! sealed: in the address of the next step, and from there in the login form. Only the mark that a request was answered is
//! kept ([`super::answered`]).

use std::fmt;

use saml_core::base::SamlInstant;
use saml_core::validation::{Outcome, PeerRole, Verdict, metadata_validity};
use saml_provider::record::StateKey;
use saml_store::Token;

use super::pending_sso::{PendingSso, TransactionRecord, over, require_idp_initiated};
use crate::refusal::PublicReason;
use crate::{IdentityProvider, Snapshot, SpPeer, SsoRefusal};

/// The most that is sealed, in octets of JSON. As text it is 5 526 characters at most, so that the request line stays below
/// the 8 kB that Apache (`LimitRequestLine`) and nginx (`large_client_header_buffers`) take where nothing else is said.
const MOST_CLEAR: usize = 4 * 1024;

/// A request that was judged and waits for its person, as the browser carries it.
///
/// # What it guarantees
/// Only the identity provider that judged the request opens it, as long as its store has the key that it was sealed with, and
/// only until it expires. In a form, only together with the cookie of the browser that the form was shown to. The key lies in
/// the store that holds the marks of answered requests, and is drawn anew with it: whoever loses the marks loses all requests
/// under way, and nothing can be answered a second time. A text that was changed, cut, or put together opens nowhere.
///
/// # What it does not guarantee
/// In an address it is not bound to a browser: a request that comes by a cross-site POST comes without cookies. Whoever
/// reads the address can sign in for that request by themselves, until it was answered.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRequest(String);

impl SealedRequest {
    /// The longest text, in characters.
    pub const MOST_CHARS: usize = StateKey::sealed_chars(MOST_CLEAR);

    /// Takes a text that came back. It is of the right alphabet and not too long; whether it opens is seen later.
    #[must_use]
    pub fn received(text: &str) -> Option<Self> {
        StateKey::may_be_sealed(text, MOST_CLEAR).then(|| Self(text.to_owned()))
    }

    /// The text, for the address and for the form: letters, digits, `-` and `_`.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SealedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedRequest(…)")
    }
}

/// A sealed request that came back, and the browser that brought it.
#[derive(Clone, Copy, Debug)]
pub struct BrowserRequest<'a> {
    /// From the address: [`Next::Continue`](super::Next::Continue). Or from the login form:
    /// [`Next::LogIn`](super::Next::LogIn), which opens with the browser that the form was shown to.
    pub request: &'a SealedRequest,
    /// The token in the browser's cookie.
    pub browser: &'a Token,
}

/// What carries a sealed request. One that was sealed for one opens in no other.
#[derive(Clone, Copy)]
pub(super) enum Carrier<'a> {
    /// The address at which the browser goes on, with its cookies.
    Address,
    /// A form that was shown to this browser.
    Form(&'a Token),
}

impl Carrier<'_> {
    const fn purpose(self) -> &'static str {
        match self {
            Self::Address => "idp: a request in an address",
            Self::Form(_) => "idp: a request in a form",
        }
    }

    /// What names the browser, without its token.
    fn browser(self) -> String {
        match self {
            Self::Address => String::new(),
            Self::Form(browser) => browser.key(),
        }
    }
}

impl IdentityProvider {
    /// Looks at the request of a form without using it up: the login page may be shown more than once, and a wrong password
    /// costs the request nothing.
    ///
    /// # Errors
    /// It is over, this browser's form is another one, its service is configured no longer, or the store failed.
    pub async fn transaction(
        &self,
        waiting: BrowserRequest<'_>,
        now: SamlInstant,
    ) -> Result<PendingSso, SsoRefusal> {
        self.snapshot().transaction(waiting, now).await
    }
}

impl Snapshot {
    pub(crate) async fn transaction(
        &self,
        waiting: BrowserRequest<'_>,
        now: SamlInstant,
    ) -> Result<PendingSso, SsoRefusal> {
        self.open_request(waiting.request, Carrier::Form(waiting.browser), now).await
    }

    /// Seals a request for the browser.
    pub(super) async fn seal_request(
        &self,
        pending: &PendingSso,
        carrier: Carrier<'_>,
        now: SamlInstant,
    ) -> Result<SealedRequest, SsoRefusal> {
        let clear = serde_json::to_vec(&TransactionRecord::of(pending))
            .map_err(|_error| SsoRefusal::unavailable("transaction.lost"))?;
        if clear.len() > MOST_CLEAR {
            return Err(SsoRefusal::because(
                PublicReason::BadRequest,
                "request.too_much_to_keep",
                &format!("at most {MOST_CLEAR} octets to be carried by the browser"),
                &format!("{} octets", clear.len()),
            ));
        }
        let key = self.state_key(now).await?;
        let browser = carrier.browser();
        Ok(SealedRequest(key.seal(carrier.purpose(), &self.bound(&browser), &clear)?))
    }

    /// Opens a request that came back, and judges it again by what is known of its service now.
    pub(super) async fn open_request(
        &self,
        request: &SealedRequest,
        carrier: Carrier<'_>,
        now: SamlInstant,
    ) -> Result<PendingSso, SsoRefusal> {
        let key = self.state_key(now).await?;
        let browser = carrier.browser();
        let clear = key.open(carrier.purpose(), &self.bound(&browser), request.expose())?;
        let clear =
            clear.ok_or_else(|| over("one that was not sealed here, for this browser, with this store"))?;
        // The parser's error is dropped, because it may quote the content. An older version may have sealed another form.
        let record: TransactionRecord =
            serde_json::from_slice(&clear).map_err(|_error| over("one in another form"))?;
        let sp = self.service_provider(record.service_provider()).await?;
        // Gone since the request was judged: what it would have been sent must not go out some other way.
        let sp = sp.ok_or_else(|| SsoRefusal::unavailable("sp.removed"))?;
        if !sp.takes_answers_at(record.acs_url()) {
            let expected = "an endpoint that the service still has";
            let code = "acs.url_not_in_metadata";
            let refusal = SsoRefusal::because(PublicReason::BadRequest, code, expected, record.acs_url());
            return Err(refusal.about(&sp.entity_id));
        }
        require_trusted(&sp, &record, now).map_err(|refusal| refusal.about(&sp.entity_id))?;
        let pending = record.into_transaction(sp).ok_or_else(|| over("one in another form"))?;
        if now >= pending.expires_at {
            return Err(over("one that waited too long"));
        }
        self.require_unanswered(&pending, now).await?;
        Ok(pending)
    }

    fn bound<'a>(&'a self, browser: &'a str) -> [&'a [u8]; 2] {
        [self.config().site.entity_id.as_str().as_bytes(), browser.as_bytes()]
    }
}

/// A request waits for minutes. Meanwhile the service's metadata may have ended, or its policy been replaced.
fn require_trusted(sp: &SpPeer, record: &TransactionRecord, now: SamlInstant) -> Result<(), SsoRefusal> {
    if record.began_here() {
        require_idp_initiated(sp)?;
    }
    let granted = sp.policy.permitted.granted();
    match metadata_validity(PeerRole::ServiceProvider, sp.valid_until(), now, granted) {
        Some(check) if check.outcome() == Outcome::Fail => {
            Err(SsoRefusal::new(PublicReason::BadRequest, Verdict::default().with_check(check)))
        }
        Some(_) | None => Ok(()),
    }
}
