//! One identity provider.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use saml_core::base::{EntityId, Secret};
use saml_core::crypto::Signer;
use saml_provider::peer::{AlreadyKnown, PeerSource, PeerSourceError, Registry};
use saml_provider::record::{HeldKind, MOST_SESSIONS, RecordKind, Records};
use saml_provider::{Live, Site};
use saml_store::{MemoryStore, Namespace, Store};

use crate::PeerError;
use crate::authenticator::Authenticator;
use crate::config::{ConfigError, IdentityProviderConfig, RequestSignatures};
use crate::session::SsoSession;
use crate::sp_peer::SpPeer;
use crate::sso::TransactionRecord;

/// Requests of people who are signing in, by the key of their token. Anybody can send an unsigned request, and its
/// record is kept for minutes. So the record must be small, however large the message is.
pub(crate) const TRANSACTION: RecordKind<TransactionRecord> =
    RecordKind::new(Namespace::new("idp.transaction"), 4 * 1024);
/// Single sign-on sessions, by the key of their token, and those of each person.
pub(crate) const SESSIONS: HeldKind<SsoSession> = HeldKind {
    records: RecordKind::new(Namespace::new("idp.session"), SsoSession::MAX_OCTETS),
    lists: RecordKind::new(Namespace::new("idp.sessions-of-principal"), 8 * 1024),
    most: MOST_SESSIONS,
};

/// The shortest secret for persistent names, in octets.
const MIN_PERSISTENT_ID_SECRET: usize = 32;

/// An identity provider: its settings, the service providers that it serves, its key and its memory.
///
/// Cheap to clone; all clones are the same one. Settings and service providers may change while it runs
/// ([`reload`](Self::reload), [`add_service_provider`](Self::add_service_provider) …): each call, and each request of
/// the handlers, ends with the [`Snapshot`] that it began with, and the next one gets the new.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    live: Arc<Live<Snapshot>>,
}

/// An identity provider as it is at one moment.
#[derive(Clone)]
pub struct Snapshot {
    config: IdentityProviderConfig,
    service_providers: Registry<SpPeer>,
    signer: Arc<dyn Signer>,
    authenticator: Arc<dyn Authenticator>,
    persistent_id_secret: Arc<Secret>,
    store: Arc<dyn Store>,
    /// For the counts of wrong passwords that the store has no room for.
    spare_memory: Arc<MemoryStore>,
}

impl IdentityProvider {
    /// An identity provider with these settings, to be given the rest.
    pub fn builder(config: IdentityProviderConfig) -> IdentityProviderBuilder {
        IdentityProviderBuilder::new(config)
    }

    /// The identity provider as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.live.load()
    }

    /// Puts other settings, service providers, keys and ways to sign in in the place of all that there are, as a whole.
    /// Requests under way end with the old ones. Who is disabled stays so until they are
    /// [enabled](Self::enable_service_provider). What is remembered stays where it is: the store of the builder is not
    /// looked at.
    ///
    /// # Errors
    /// [`ConfigError`]; everything then stays as it is. Entity ID, public URL, mount and host can't change
    /// ([`ConfigError::SiteChanged`]): cookies and endpoints go by them.
    pub fn reload(&self, other: IdentityProviderBuilder) -> Result<(), ConfigError> {
        self.live.change(|now| {
            let mut next = other.store(Arc::clone(&now.store)).snapshot()?;
            next.spare_memory = Arc::clone(&now.spare_memory);
            if !next.config.site.is_at_the_place_of(&now.config.site) {
                return Err(ConfigError::SiteChanged);
            }
            next.service_providers.disable_those_of(&now.service_providers);
            Ok((next, ()))
        })
    }

    /// Serves one more service provider from the next request on.
    ///
    /// # Errors
    /// [`ConfigError::DuplicateServiceProvider`]. The others are as they were.
    pub fn add_service_provider(&self, sp: SpPeer) -> Result<(), ConfigError> {
        self.live.change(|now| {
            let mut next = now.clone();
            next.service_providers.add(sp)?;
            Ok((next, ()))
        })
    }

    /// Puts a service provider in the place of the one of the same entity ID, say with other keys, from the next request
    /// on; or adds it. One that is disabled stays so.
    pub fn replace_service_provider(&self, sp: SpPeer) {
        self.change_peers(|peers| peers.replace(sp));
    }

    /// Serves this service provider no longer, from the next request on: what it sends is refused, and nothing is sent
    /// to it, not even for a login that is under way. That holds for one that a
    /// [source](IdentityProviderBuilder::service_provider_source) knows, too.
    pub fn disable_service_provider(&self, entity_id: &EntityId) {
        self.change_peers(|peers| peers.disable(entity_id));
    }

    /// Serves a disabled service provider again.
    pub fn enable_service_provider(&self, entity_id: &EntityId) {
        self.change_peers(|peers| peers.enable(entity_id));
    }

    /// Forgets this service provider, with the effect of [`disable_service_provider`](Self::disable_service_provider);
    /// one that a source knows is then known from there.
    pub fn remove_service_provider(&self, entity_id: &EntityId) {
        self.change_peers(|peers| peers.remove(entity_id));
    }

    fn change_peers(&self, change: impl FnOnce(&mut Registry<SpPeer>)) {
        let changed: Result<(), Infallible> = self.live.change(|now| {
            let mut next = now.clone();
            change(&mut next.service_providers);
            Ok((next, ()))
        });
        match changed {
            Ok(()) => {}
        }
    }

    /// The settings as they are now.
    #[must_use]
    pub fn config(&self) -> IdentityProviderConfig {
        self.snapshot().config.clone()
    }
}

impl Snapshot {
    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &IdentityProviderConfig {
        &self.config
    }

    /// Name, address and look.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.config.site
    }

    /// Whom it serves.
    #[must_use]
    pub const fn service_providers(&self) -> &Registry<SpPeer> {
        &self.service_providers
    }

    /// The service providers that are served and that nobody can sign in to, since each request would be refused: they
    /// have no key to check it with, and it has to be signed, by our settings.
    pub fn unusable_service_providers(&self) -> impl Iterator<Item = PeerError> {
        let required = self.config().request_signatures == RequestSignatures::Required;
        let asking = self.service_providers.all().filter(move |sp| required && !sp.policy.idp_initiated);
        asking.filter_map(|sp| Some(PeerError::of(&sp.entity_id, sp.signed_requests_refused()?)))
    }

    /// The service provider of this name, if it is served.
    ///
    /// # Errors
    /// The source of peers can't tell.
    pub async fn service_provider(&self, entity_id: &str) -> Result<Option<Arc<SpPeer>>, PeerSourceError> {
        match EntityId::try_from(entity_id) {
            Ok(entity_id) => self.service_providers.find(&entity_id).await,
            Err(_not_a_name) => Ok(None),
        }
    }

    /// What this identity provider remembers, and no other one on the same store.
    pub(crate) fn records(&self) -> Records<'_> {
        Records::of(&self.config.site.entity_id, &*self.store)
    }

    pub(crate) fn spare_memory(&self) -> &MemoryStore {
        &self.spare_memory
    }

    pub(crate) fn signer(&self) -> &dyn Signer {
        &*self.signer
    }

    pub(crate) fn authenticator(&self) -> &dyn Authenticator {
        &*self.authenticator
    }

    pub(crate) fn persistent_id_secret(&self) -> &Secret {
        &self.persistent_id_secret
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("config", &self.config)
            .field("service_providers", &self.service_providers.len())
            .finish_non_exhaustive()
    }
}

impl From<AlreadyKnown> for ConfigError {
    fn from(_known: AlreadyKnown) -> Self {
        Self::DuplicateServiceProvider
    }
}

/// What an identity provider is made of.
#[derive(Clone)]
#[must_use]
pub struct IdentityProviderBuilder {
    config: IdentityProviderConfig,
    service_providers: Vec<SpPeer>,
    source: Option<Arc<dyn PeerSource<SpPeer>>>,
    signer: Option<Arc<dyn Signer>>,
    authenticator: Option<Arc<dyn Authenticator>>,
    persistent_id_secret: Option<Secret>,
    store: Option<Arc<dyn Store>>,
}

impl IdentityProviderBuilder {
    fn new(config: IdentityProviderConfig) -> Self {
        Self {
            config,
            service_providers: Vec::new(),
            source: None,
            signer: None,
            authenticator: None,
            persistent_id_secret: None,
            store: None,
        }
    }

    /// Serves this service provider, beside those that were given before. More may be
    /// [added](IdentityProvider::add_service_provider) while it runs.
    pub fn service_provider(mut self, sp: SpPeer) -> Self {
        self.service_providers.push(sp);
        self
    }

    /// Serves these service providers.
    pub fn service_providers(mut self, sps: impl IntoIterator<Item = SpPeer>) -> Self {
        self.service_providers.extend(sps);
        self
    }

    /// Serves, beyond those, the service providers that `source` knows.
    pub fn service_provider_source(self, source: Arc<dyn PeerSource<SpPeer>>) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Signs with this.
    pub fn signer(self, signer: Arc<dyn Signer>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// Asks this who may sign in.
    pub fn authenticator(self, authenticator: Arc<dyn Authenticator>) -> Self {
        Self { authenticator: Some(authenticator), ..self }
    }

    /// Makes persistent names that nobody can guess or link with this, of at least 32 octets. Another secret means other
    /// names for everybody.
    pub fn persistent_id_secret(self, secret: Secret) -> Self {
        Self { persistent_id_secret: Some(secret), ..self }
    }

    /// Remembers what there is to remember here.
    pub fn store(self, store: Arc<dyn Store>) -> Self {
        Self { store: Some(store), ..self }
    }

    /// The identity provider.
    ///
    /// # Errors
    /// [`ConfigError`]: something is missing, two service providers have one name, or settings contradict each other.
    pub fn build(self) -> Result<IdentityProvider, ConfigError> {
        Ok(IdentityProvider { live: Arc::new(Live::new(self.snapshot()?)) })
    }

    fn snapshot(self) -> Result<Snapshot, ConfigError> {
        self.config.require_consistent()?;
        let persistent_id_secret = self.persistent_id_secret.ok_or(ConfigError::NoPersistentIdSecret)?;
        if persistent_id_secret.expose().len() < MIN_PERSISTENT_ID_SECRET {
            return Err(ConfigError::PersistentIdSecretTooShort);
        }
        let mut service_providers = Registry::default();
        if let Some(source) = self.source {
            service_providers = service_providers.with_source(source);
        }
        for sp in self.service_providers {
            service_providers.add(sp)?;
        }
        Ok(Snapshot {
            config: self.config,
            service_providers,
            signer: self.signer.ok_or(ConfigError::NoSigner)?,
            authenticator: self.authenticator.ok_or(ConfigError::NoAuthenticator)?,
            persistent_id_secret: Arc::new(persistent_id_secret),
            store: self.store.ok_or(ConfigError::NoStore)?,
            spare_memory: Arc::default(),
        })
    }
}

impl fmt::Debug for IdentityProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProviderBuilder").field("config", &self.config).finish_non_exhaustive()
    }
}
