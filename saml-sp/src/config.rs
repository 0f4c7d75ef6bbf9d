//! The settings of a service provider.

use std::time::Duration;

use saml_core::base::{ClockSkew, EntityId, InvalidEntityId, InvalidPublicUrl, Limits, PublicUrl};
use saml_core::trust::TooManyDecryptionKeys;
pub use saml_provider::CookieSecurity;

use crate::deep_link::DeepLink;

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// How long a request waits for its answer: the time a person has at the identity provider.
    pub pending_request: Duration,
    /// How long the last hop of a login may take, from the answer to the session. Seconds.
    pub completed_login: Duration,
    /// The longest session; the identity provider's `SessionNotOnOrAfter` may end it earlier.
    pub session: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            pending_request: Duration::from_secs(15 * 60),
            completed_login: Duration::from_secs(60),
            session: Duration::from_secs(8 * 60 * 60),
        }
    }
}

/// The settings of a service provider; the defaults are safe on the open internet.
#[derive(Clone, Debug)]
pub struct ServiceProviderConfig {
    /// Our name.
    pub entity_id: EntityId,
    /// The public origin that browsers use: `https://app.example.com`, no trailing slash, never from a request header
    /// (attack 169, NET-03).
    pub public_url: PublicUrl,
    /// What people are shown on our pages and at identity providers.
    pub display_name: String,
    /// A stylesheet of yours for our pages, a path on this host.
    pub theme: Option<String>,
    /// A logo of yours for our pages, a path on this host.
    pub mark: Option<String>,
    /// Distinguishes the cookies of several applications on one host, where ports don't (letters, digits, `-`).
    pub cookie_name: String,
    /// How cookies are protected.
    pub cookies: CookieSecurity,
    /// Where a person lands who started nowhere in particular.
    pub default_return_to: String,
    /// Where the `RelayState` of an answer that nobody asked for may lead: paths of this origin, and no other. Empty,
    /// it leads nowhere, and such a login ends at `default_return_to`.
    pub deep_links: Vec<DeepLink>,
    /// How long things last.
    pub lifetimes: Lifetimes,
    /// How far a peer's clock may be off.
    pub clock_skew: ClockSkew,
    /// Bounds on received messages.
    pub limits: Limits,
}

impl ServiceProviderConfig {
    /// Settings for an application at `public_url`, named after its metadata endpoint.
    ///
    /// # Errors
    /// The URL is not an `https` origin, or an `http` one that is not loopback.
    pub fn new(public_url: &str) -> Result<Self, ConfigError> {
        let public_url = PublicUrl::try_from(public_url)?;
        let entity_id = EntityId::try_from(format!("{}{METADATA_PATH}", public_url).as_str())?;
        Ok(Self {
            entity_id,
            display_name: public_url.to_string(),
            public_url,
            theme: None,
            mark: None,
            cookie_name: "saml".to_owned(),
            cookies: CookieSecurity::HttpsOnly,
            default_return_to: "/".to_owned(),
            deep_links: Vec::new(),
            lifetimes: Lifetimes::default(),
            clock_skew: ClockSkew::default(),
            limits: Limits::MESSAGE,
        })
    }

    /// The endpoint that takes answers.
    #[must_use]
    pub fn acs_url(&self) -> String {
        format!("{}{ACS_PATH}", self.public_url)
    }

    pub(crate) fn require_consistent(&self) -> Result<(), ConfigError> {
        let name_is_plain = !self.cookie_name.is_empty()
            && self.cookie_name.bytes().all(|o| o.is_ascii_alphanumeric() || o == b'-');
        if !name_is_plain {
            return Err(ConfigError::CookieName);
        }
        match (self.cookies, self.public_url.is_https()) {
            (CookieSecurity::HttpsOnly, true) => {}
            (CookieSecurity::HttpsOnly, false) => return Err(ConfigError::HttpNeedsDevelopmentSwitch),
            (CookieSecurity::InsecureLoopbackDevelopment, _) if self.public_url.is_loopback() => {}
            (CookieSecurity::InsecureLoopbackDevelopment, _) => {
                return Err(ConfigError::DevelopmentOnOpenNetwork);
            }
        }
        if crate::return_to::ReturnTo::received(&self.default_return_to).is_none() {
            return Err(ConfigError::DefaultReturnTo);
        }
        Ok(())
    }
}

/// Where the metadata is served, below the public URL.
pub const METADATA_PATH: &str = "/saml/metadata";
/// Where a login starts.
pub const LOGIN_PATH: &str = "/saml/login";
/// Where answers arrive.
pub const ACS_PATH: &str = "/saml/acs";
/// Where a login ends, in the browser that started it.
pub const COMPLETE_PATH: &str = "/saml/complete";
/// Where a session ends.
pub const LOGOUT_PATH: &str = "/saml/logout";
/// The field of a form that posts to [`LOGOUT_PATH`] which carries the token of the session
/// (`SignedInUser::logout_token`).
pub const LOGOUT_TOKEN_FIELD: &str = "csrf_token";
/// Where style sheets and scripts of our pages are served.
pub const ASSETS_PATH: &str = "/saml/assets";

/// Why a service provider can't be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an origin.
    #[error("the public URL can't be used")]
    PublicUrl(#[from] InvalidPublicUrl),
    /// Not an entity ID.
    #[error("the entity ID can't be used")]
    EntityId(#[from] InvalidEntityId),
    /// Characters that a cookie name can't have.
    #[error("the cookie name may hold letters, digits and '-' only")]
    CookieName,
    /// Plain HTTP without the switch that admits it.
    #[error(
        "cookies are for HTTPS only, but the public URL is http: use InsecureLoopbackDevelopment on loopback"
    )]
    HttpNeedsDevelopmentSwitch,
    /// The development switch on a real host.
    #[error("InsecureLoopbackDevelopment is refused: the public URL is not a loopback address")]
    DevelopmentOnOpenNetwork,
    /// Not a path of ours.
    #[error("the default return path is not a local path")]
    DefaultReturnTo,
    /// Not a path that a deep link may lead to.
    #[error(
        "a deep link is a local path without dot segments, and one that admits what is below it has no query"
    )]
    DeepLink,
    /// Nobody to ask.
    #[error("a service provider needs at least one identity provider")]
    NoIdentityProvider,
    /// The same name twice.
    #[error("two identity providers have the same entity ID")]
    DuplicateIdentityProvider,
    /// The identity provider wants signed requests and there is no key.
    #[error("a signing key is needed to send signed requests")]
    SigningKeyMissing,
    /// A malformed key or certificate, or one that can't be used for encryption.
    #[error("a decryption key or its certificate can't be read, or is not RSA")]
    DecryptionKeyUnreadable,
    /// The certificate is of another key.
    #[error("a decryption key and its certificate don't belong together")]
    DecryptionCertificateMismatch,
    /// Too short, or absurdly long.
    #[error("a decryption key needs 2048 to 8192 bits of RSA")]
    DecryptionKeyRefused,
    /// More than are tried.
    #[error("the decryption keys can't be used")]
    DecryptionKeys(#[from] TooManyDecryptionKeys),
}
