//! The settings of a service provider.

use std::time::Duration;

use saml_core::base::{InvalidEntityId, InvalidPublicUrl, PublicUrl};
use saml_core::trust::TooManyDecryptionKeys;
use saml_provider::record::{MOST_SESSIONS, MOST_SESSIONS_AT_ALL};
pub use saml_provider::{
    CookieSecurity, HostRule, InvalidMountPath, METADATA_PATH, MountPath, ProxyPath, Site, SiteError,
};

use saml_provider::event::PersonKeyError;
use saml_provider::texts::{Role, TextError};

use crate::ReturnTo;
use crate::deep_link::DeepLink;

/// How long things last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetimes {
    /// How long a request waits for its answer: the time a person has at the identity provider. Whole seconds, up to 194
    /// days.
    pub pending_request: Duration,
    /// How long the last hop of a login may take, from the answer to the session. Seconds.
    pub completed_login: Duration,
    /// The longest session; the identity provider's `SessionNotOnOrAfter` may end it earlier.
    pub session: Duration,
    /// How long a session may lie unused before it ends; `None` if it may for all of its time. At least two minutes: its
    /// use is written down once a minute, so that it may end up to a minute early.
    pub idle: Option<Duration>,
}

impl Lifetimes {
    /// How long a login may take, from its start to its session.
    pub(crate) const fn of_a_login(&self) -> Duration {
        self.pending_request.saturating_add(self.completed_login)
    }
}

/// The shortest time for which a session may lie unused.
const SHORTEST_IDLE: Duration = Duration::from_secs(2 * 60);

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            pending_request: Duration::from_secs(15 * 60),
            completed_login: Duration::from_secs(60),
            session: Duration::from_secs(8 * 60 * 60),
            idle: Some(Duration::from_secs(60 * 60)),
        }
    }
}

/// The settings of a service provider; the defaults are safe on the open internet.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ServiceProviderConfig {
    /// Our name, our address, our look.
    pub site: Site,
    /// Where a person lands who started nowhere in particular: a path as browsers see it.
    pub default_return_to: String,
    /// Where the `RelayState` of an answer that nobody asked for may lead: paths of ours, as browsers see them, and no
    /// others. Empty, it leads nowhere, and such a login ends at `default_return_to`.
    pub deep_links: Vec<DeepLink>,
    /// How long things last.
    pub lifetimes: Lifetimes,
    /// The most sessions of one principal, 1 to 1 000; 20 if nothing else is said. When one more begins the oldest ends.
    ///
    /// A principal is who has one NameID at one identity provider, with its format and qualifiers. Where a provider gives
    /// many people the same, as for a service account, the twenty-first signs the first one out: raise it to as many as
    /// they are, or have the provider tell them apart.
    pub sessions_per_principal: u16,
}

impl ServiceProviderConfig {
    /// Settings for an application at `public_url` with the endpoints below `/saml`, named after its metadata endpoint.
    ///
    /// # Errors
    /// As [`ServiceProviderConfig::mounted_at`].
    pub fn new(public_url: &str) -> Result<Self, ConfigError> {
        Self::with_mount(public_url, MountPath::default())
    }

    /// Settings for an application at `public_url` with the endpoints below `mount`, named after its metadata endpoint.
    ///
    /// # Errors
    /// The URL is not an address such as `https://app.example.com` or `https://example.com/app`; the mount is not a path
    /// such as `/saml`.
    pub fn mounted_at(public_url: &str, mount: &str) -> Result<Self, ConfigError> {
        Self::with_mount(public_url, MountPath::try_from(mount)?)
    }

    fn with_mount(public_url: &str, mount: MountPath) -> Result<Self, ConfigError> {
        let site = Site::new(PublicUrl::try_from(public_url)?, mount, "saml")?;
        Ok(Self {
            default_return_to: site.start_page(),
            site,
            deep_links: Vec::new(),
            lifetimes: Lifetimes::default(),
            sessions_per_principal: MOST_SESSIONS,
        })
    }

    /// The endpoint that takes answers.
    #[must_use]
    pub fn acs_url(&self) -> String {
        self.site.url(ACS_PATH)
    }

    pub(crate) fn require_consistent(&self) -> Result<(), ConfigError> {
        self.site.require_consistent()?;
        self.site.texts.require_all_of(Role::ServiceProvider)?;
        if !(1..=MOST_SESSIONS_AT_ALL).contains(&self.sessions_per_principal) {
            return Err(ConfigError::SessionsPerPrincipal);
        }
        if self.lifetimes.idle.is_some_and(|idle| idle < SHORTEST_IDLE) {
            return Err(ConfigError::Idle);
        }
        match ReturnTo::received(&self.default_return_to, &self.site) {
            Some(_) => Ok(()),
            None => Err(ConfigError::DefaultReturnTo),
        }
    }
}

/// Where a login starts, below the [mount](Site::mount).
pub const LOGIN_PATH: &str = "/login";
/// Where answers arrive.
pub const ACS_PATH: &str = "/acs";
/// Where a login ends, in the browser that started it.
pub const COMPLETE_PATH: &str = "/complete";
/// Where a session ends.
pub const LOGOUT_PATH: &str = "/logout";
/// The field of a form that posts to [`LOGOUT_PATH`] which carries the token of the session
/// (`SignedInUser::logout_token`).
pub const LOGOUT_TOKEN_FIELD: &str = "csrf_token";
/// The field of that form which says where the person lands: a path of ours, as browsers see it, that anybody may see.
/// Without it, or with anything else, a page tells that the session has ended.
pub const LOGOUT_RETURN_TO_FIELD: &str = "return_to";

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
    /// Nobody could sign in, or one principal could have more than a list of them holds.
    #[error("sessions_per_principal is not between 1 and 1000")]
    SessionsPerPrincipal,
    /// So short that a session in use would end.
    #[error("lifetimes.idle is less than two minutes")]
    Idle,
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
    #[error("entity ID, public URL, mount and host stay as they are while a service provider is running")]
    SiteChanged,
    /// Nowhere to remember anything.
    #[error("a service provider needs a store")]
    NoStore,
    /// Not a path of ours.
    #[error("the default return path is not a local path below the public URL")]
    DefaultReturnTo,
    /// Not a path that a deep link may lead to.
    #[error(
        "a deep link is a local path without dot segments, and one that admits what is below it has no query"
    )]
    DeepLink,
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
    /// Too short, or the system has no randomness.
    #[error("{0}")]
    PersonKey(#[from] PersonKeyError),
    /// More than are tried.
    #[error("the decryption keys can't be used")]
    DecryptionKeys(#[from] TooManyDecryptionKeys),
}
