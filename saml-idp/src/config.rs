//! What an identity provider is told when it is built.

use std::time::Duration;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{ClockSkew, EntityId, InvalidEntityId, Limits, PublicUrl};
pub use saml_provider::CookieSecurity;

/// Whether requests must be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum RequestSignatures {
    /// Where the service provider's metadata promises it. An unsigned request can ask for nothing that the metadata
    /// doesn't offer anyway ([IIP-IDP04]).
    #[default]
    AsPromised,
    /// Always.
    Required,
}

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// How long a person may take to sign in.
    pub transaction: Duration,
    /// How long a person stays signed in here.
    pub session: Duration,
    /// How long an assertion may travel.
    pub assertion: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            transaction: Duration::from_secs(15 * 60),
            session: Duration::from_secs(8 * 60 * 60),
            assertion: Duration::from_secs(5 * 60),
        }
    }
}

/// How many wrong passwords are taken before the door stays shut for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Failed tries for one account within the window. As many at most are looked at at a time: others wait for them.
    pub per_user: u16,
    /// Failed tries from one network within the window: one address of IPv4, one /64 of IPv6.
    ///
    /// From the /48 around a network of IPv6, which one customer of a provider may have with all its networks, ten times as
    /// many. A /48 may as well be a whole campus, and an address of IPv4 a whole company behind one translator: where many
    /// people come from one of them, who mistypes shares with all of them.
    pub per_address: u16,
    /// How long a failed try counts; up to a sixtieth of it longer.
    pub window: Duration,
}

impl Default for Throttle {
    fn default() -> Self {
        Self { per_user: 10, per_address: 50, window: Duration::from_secs(15 * 60) }
    }
}

/// Where a client's network address is read, by which failed tries are counted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum ClientAddress {
    /// From the connection. Right where clients connect directly.
    #[default]
    Connection,
    /// From this request header, which a proxy in front sets, or to which it appends the address that it saw: the last
    /// one counts. `X-Forwarded-For` and `Forwarded` are understood, with ports and without.
    ProxyHeader(String),
}

/// The settings of an identity provider; the defaults are safe on the open internet.
#[derive(Clone, Debug)]
pub struct IdentityProviderConfig {
    /// Our name.
    pub entity_id: EntityId,
    /// The public origin that browsers use, no trailing slash, never from a request header (attack 169).
    pub public_url: PublicUrl,
    /// What people are shown.
    pub display_name: String,
    /// A stylesheet of yours for our pages, a path on this host.
    pub theme: Option<String>,
    /// A logo of yours for our pages, a path on this host.
    pub mark: Option<String>,
    /// Distinguishes the cookies of several services on one host, where ports don't (letters, digits, `-`).
    pub cookie_name: String,
    /// How cookies are protected.
    pub cookies: CookieSecurity,
    /// Whether requests must be signed.
    pub request_signatures: RequestSignatures,
    /// The kinds of name that can be issued, the default first.
    pub name_id_formats: Vec<NameIdFormat>,
    /// How long things last.
    pub lifetimes: Lifetimes,
    /// Against guessing passwords.
    pub throttle: Throttle,
    /// Where a client's network address is read.
    pub client_address: ClientAddress,
    /// How far a peer's clock may be off.
    pub clock_skew: ClockSkew,
    /// Bounds on received messages.
    pub limits: Limits,
}

impl IdentityProviderConfig {
    /// Settings for an identity provider at `public_url`, named after its metadata endpoint.
    ///
    /// # Errors
    /// The URL makes no entity ID.
    pub fn new(public_url: PublicUrl) -> Result<Self, ConfigError> {
        Ok(Self {
            entity_id: EntityId::try_from(format!("{public_url}{METADATA_PATH}").as_str())?,
            display_name: public_url.to_string(),
            public_url,
            theme: None,
            mark: None,
            cookie_name: "idp".to_owned(),
            cookies: CookieSecurity::HttpsOnly,
            request_signatures: RequestSignatures::AsPromised,
            name_id_formats: vec![
                NameIdFormat::Persistent,
                NameIdFormat::Transient,
                NameIdFormat::EmailAddress,
            ],
            lifetimes: Lifetimes::default(),
            throttle: Throttle::default(),
            client_address: ClientAddress::Connection,
            clock_skew: ClockSkew::default(),
            limits: Limits::MESSAGE,
        })
    }

    /// The endpoint that takes requests, by Redirect and by POST.
    #[must_use]
    pub fn sso_url(&self) -> String {
        format!("{}{SSO_PATH}", self.public_url)
    }

    pub(crate) fn require_consistent(&self) -> Result<(), ConfigError> {
        let name_is_plain = !self.cookie_name.is_empty()
            && self.cookie_name.bytes().all(|o| o.is_ascii_alphanumeric() || o == b'-');
        if !name_is_plain {
            return Err(ConfigError::CookieName);
        }
        if self.name_id_formats.is_empty() {
            return Err(ConfigError::NoNameIdFormat);
        }
        if !self.name_id_formats.iter().all(crate::name_id::is_issued) {
            return Err(ConfigError::NameIdFormatNotIssued);
        }
        let Lifetimes { transaction, session, assertion } = self.lifetimes;
        if [transaction, session, assertion].iter().any(Duration::is_zero) {
            return Err(ConfigError::NoTime);
        }
        match (self.cookies, self.public_url.is_https()) {
            (CookieSecurity::HttpsOnly, true) => Ok(()),
            (CookieSecurity::HttpsOnly, false) => Err(ConfigError::HttpNeedsDevelopmentSwitch),
            (CookieSecurity::InsecureLoopbackDevelopment, _) if self.public_url.is_loopback() => Ok(()),
            (CookieSecurity::InsecureLoopbackDevelopment, _) => Err(ConfigError::DevelopmentOnOpenNetwork),
        }
    }
}

/// Where the metadata is served, below the public URL.
pub const METADATA_PATH: &str = "/saml/metadata";
/// Where requests arrive.
pub const SSO_PATH: &str = "/saml/sso";
/// Where a request goes on once the browser sends its cookies.
pub const CONTINUE_PATH: &str = "/saml/continue";
/// Where a person sees that they are signed in, and to what.
pub const HOME_PATH: &str = "/saml/home";
/// Where a person signs in.
pub const LOGIN_PATH: &str = "/saml/login";
/// Where a login starts that no service asked for.
pub const START_PATH: &str = "/saml/start";
/// Where the session ends.
pub const LOGOUT_PATH: &str = "/saml/logout";
/// Where style sheets and scripts of our pages are served.
pub const ASSETS_PATH: &str = "/saml/assets";

/// Why an identity provider can't be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an entity ID.
    #[error("the entity ID can't be used")]
    EntityId(#[from] InvalidEntityId),
    /// Characters that a cookie name can't have.
    #[error("the cookie name may hold letters, digits and '-' only")]
    CookieName,
    /// No kind of name to issue.
    #[error("an identity provider needs at least one NameID format")]
    NoNameIdFormat,
    /// A kind of name that nobody is given here.
    #[error(
        "names of one of the NameID formats are not issued: there are persistent, transient, emailAddress and unspecified"
    )]
    NameIdFormatNotIssued,
    /// Something ends when it begins.
    #[error("a lifetime is zero: nobody could sign in")]
    NoTime,
    /// Plain HTTP without the switch that admits it.
    #[error(
        "cookies are for HTTPS only, but the public URL is http: use InsecureLoopbackDevelopment on loopback"
    )]
    HttpNeedsDevelopmentSwitch,
    /// The development switch on a real host.
    #[error("InsecureLoopbackDevelopment is refused: the public URL is not a loopback address")]
    DevelopmentOnOpenNetwork,
    /// The same name twice.
    #[error("two service providers have the same entity ID")]
    DuplicateServiceProvider,
    /// Too little to keep names apart and unguessable.
    #[error("the secret for persistent names needs at least 32 octets")]
    PersistentIdSecretTooShort,
}
