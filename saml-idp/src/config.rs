//! What an identity provider is told when it is built.

use std::time::Duration;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{InvalidEntityId, InvalidPublicUrl, PublicUrl};
use saml_provider::event::PersonKeyError;
use saml_provider::record::{MOST_SESSIONS, MOST_SESSIONS_AT_ALL};
use saml_provider::texts::{Role, TextError};
pub use saml_provider::{
    CookieSecurity, HostRule, InvalidMountPath, METADATA_PATH, MountPath, ProxyPath, Site, SiteError,
};

/// Whether requests must be signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
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
    /// How long a person may take to sign in. That a request was answered is remembered for as long, and for the tolerated
    /// difference of clocks: a store needs room for the answers of that time.
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
///
/// A browser in which an account has signed in before ([`KnownBrowser`](crate::KnownBrowser)) has a count of its own: twice
/// as many as `per_user` within the window, and none of the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Throttle {
    /// Failed tries for one account within the window. As many at most are looked at at a time: others wait for them.
    pub per_user: u16,
    /// Failed tries from one network within the window: one address of IPv4, one /64 of IPv6.
    ///
    /// From the /48 around a network of IPv6, which one customer of a provider may have with all its networks, ten times as
    /// many; from the /32 around that, which a provider has for its customers, a hundred times as many. A /48 may as well be a whole campus, and an address of IPv4 a whole company behind one translator: where many
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
#[non_exhaustive]
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
    /// Our name, our address, our look.
    pub site: Site,
    /// Whether requests must be signed.
    pub request_signatures: RequestSignatures,
    /// The kinds of name that can be issued, the default first.
    pub name_id_formats: Vec<NameIdFormat>,
    /// How long things last.
    pub lifetimes: Lifetimes,
    /// The most sessions of one user name, 1 to 1 000; 20 if nothing else is said. When one more begins the oldest ends. An
    /// account that many people use needs as many as they are.
    pub sessions_per_principal: u16,
    /// Against guessing passwords.
    pub throttle: Throttle,
    /// How many passwords are looked at, or wait for it, at a time in this process; 64 if nothing else is said, at least 1. A
    /// quarter as many more are kept for browsers in which the account has signed in before. The rest is told to come back
    /// (`sign_in.busy`, 503 with `Retry-After`), and everything else keeps being served. One account has at most four of
    /// these at a time, one network (an address of IPv4, a /48 of IPv6) a quarter of the first and half of those that are
    /// kept; their next tries wait. [`UsersFile`](crate::UsersFile)
    /// looks at four at a time.
    pub password_queue: u16,
    /// Where a client's network address is read.
    pub client_address: ClientAddress,
}

impl IdentityProviderConfig {
    /// Settings for an identity provider at `public_url` with the endpoints below `/saml`, named after its metadata
    /// endpoint.
    ///
    /// # Errors
    /// As [`IdentityProviderConfig::mounted_at`].
    pub fn new(public_url: &str) -> Result<Self, ConfigError> {
        Self::with_mount(public_url, MountPath::default())
    }

    /// Settings for an identity provider at `public_url` with the endpoints below `mount`, named after its metadata
    /// endpoint.
    ///
    /// # Errors
    /// The URL is not an address such as `https://idp.example.com` or `https://example.com/idp`; the mount is not a path
    /// such as `/saml`.
    pub fn mounted_at(public_url: &str, mount: &str) -> Result<Self, ConfigError> {
        Self::with_mount(public_url, MountPath::try_from(mount)?)
    }

    fn with_mount(public_url: &str, mount: MountPath) -> Result<Self, ConfigError> {
        Ok(Self {
            site: Site::new(PublicUrl::try_from(public_url)?, mount, "idp")?,
            request_signatures: RequestSignatures::AsPromised,
            name_id_formats: vec![
                NameIdFormat::Persistent,
                NameIdFormat::Transient,
                NameIdFormat::EmailAddress,
            ],
            lifetimes: Lifetimes::default(),
            sessions_per_principal: MOST_SESSIONS,
            throttle: Throttle::default(),
            password_queue: PASSWORD_QUEUE,
            client_address: ClientAddress::Connection,
        })
    }

    /// The endpoint that takes requests, by Redirect and by POST.
    #[must_use]
    pub fn sso_url(&self) -> String {
        self.site.url(SSO_PATH)
    }

    pub(crate) fn require_consistent(&self) -> Result<(), ConfigError> {
        self.site.require_consistent()?;
        self.site.texts.require_all_of(Role::IdentityProvider)?;
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
        if !(1..=MOST_SESSIONS_AT_ALL).contains(&self.sessions_per_principal) {
            return Err(ConfigError::SessionsPerPrincipal);
        }
        if self.password_queue == 0 {
            return Err(ConfigError::NoPasswordQueue);
        }
        Ok(())
    }
}

/// Passwords that are looked at, or wait for it, where nothing else is said.
const PASSWORD_QUEUE: u16 = 64;

/// Where requests arrive, below the [mount](Site::mount).
pub const SSO_PATH: &str = "/sso";
/// Where a request goes on once the browser sends its cookies.
pub const CONTINUE_PATH: &str = "/continue";
/// Where a person sees that they are signed in, and to what.
pub const HOME_PATH: &str = "/home";
/// Where a person signs in.
pub const LOGIN_PATH: &str = "/login";
/// Where a login starts that no service asked for.
pub const START_PATH: &str = "/start";
/// Where the session ends.
pub const LOGOUT_PATH: &str = "/logout";

/// Why an identity provider can't be built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an entity ID.
    #[error("the entity ID can't be used")]
    EntityId(#[from] InvalidEntityId),
    /// Not the address of a service.
    #[error("the public URL can't be used")]
    PublicUrl(#[from] InvalidPublicUrl),
    /// Not a path of endpoints.
    #[error("the mount can't be used: {0}")]
    Mount(#[from] InvalidMountPath),
    /// The settings of the site don't fit each other.
    #[error("{0}")]
    Site(#[from] SiteError),
    /// A text can't stand in its place, or a language lacks one.
    #[error("the texts can't be used: {0}")]
    Texts(#[from] TextError),
    /// Settings for another site than the one that is running.
    #[error("entity ID, public URL, mount and host stay as they are while an identity provider is running")]
    SiteChanged,
    /// Nothing to sign with.
    #[error("an identity provider needs a signing key")]
    NoSigner,
    /// Nobody who says who may sign in.
    #[error("an identity provider needs an authenticator")]
    NoAuthenticator,
    /// Nothing to make names with.
    #[error("an identity provider needs a secret for persistent names")]
    NoPersistentIdSecret,
    /// Nowhere to remember anything.
    #[error("an identity provider needs a store")]
    NoStore,
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
    /// Nobody could sign in, or one principal could have more than a list of them holds.
    #[error("sessions_per_principal is not between 1 and 1000")]
    SessionsPerPrincipal,
    /// Nobody's password would be looked at.
    #[error("password_queue is zero: nobody could sign in")]
    NoPasswordQueue,
    /// The same name twice.
    #[error("two service providers have the same entity ID")]
    DuplicateServiceProvider,
    /// Too short, or the system has no randomness.
    #[error("{0}")]
    PersonKey(#[from] PersonKeyError),
    /// Too little to keep names apart and unguessable.
    #[error("the secret for persistent names needs at least 32 octets")]
    PersistentIdSecretTooShort,
}
