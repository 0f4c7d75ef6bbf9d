//! One identity provider.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use saml_core::base::{EntityId, SamlInstant, Secret};
use saml_core::crypto::Signer;
use saml_provider::audit::Audit;
use saml_provider::event::PersonKey;
use saml_provider::peer::{AlreadyKnown, ExpiryWatch, PeerSource, PeerSourceError, Registry};
use saml_provider::record::Records;
use saml_provider::{Hook, HookError, Live, Site, Trace};
use saml_store::{MemoryStore, Store};

use crate::PeerError;
use crate::authenticator::{Authenticator, Principal};
use crate::config::{ConfigError, IdentityProviderConfig, RequestSignatures};
use crate::hooks::{Hooks, RefusedRequest};
use crate::password_queue::PasswordQueue;
use crate::session::SsoSession;
use crate::sp_peer::SpPeer;

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
    trace: Trace,
    hooks: Hooks,
    store: Arc<dyn Store>,
    /// For the counts of wrong passwords that the store has no room for.
    spare_memory: Arc<MemoryStore>,
    password_queue: PasswordQueue,
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
            let other = other.person_key_or(now.trace.person_key()).store(Arc::clone(&now.store));
            let mut next = other.snapshot()?;
            next.trace = next.trace.counting_on(&now.trace);
            next.spare_memory = Arc::clone(&now.spare_memory);
            next.password_queue = now.password_queue.or_of(next.config.password_queue);
            if !next.config.site.is_at_the_place_of(&now.config.site) {
                return Err(ConfigError::SiteChanged);
            }
            next.service_providers.disable_those_of(&now.service_providers);
            let _gone = now.service_providers.end_those_missing_in(&next.service_providers);
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

    /// How many events the audit did not get.
    #[must_use]
    pub fn audit_failures(&self) -> u64 {
        self.snapshot().trace.counts().audit_failures()
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

    /// Writes a line to the log for each service provider whose metadata has come nearer to its end since the last call: two
    /// days before, an hour before, and when it is over. To be called every minute or so ([`LOOK_EVERY`]).
    ///
    /// [`LOOK_EVERY`]: saml_provider::peer::LOOK_EVERY
    pub fn tell_of_expiry(&self, watch: &mut ExpiryWatch, now: SamlInstant) {
        watch.tell(self.service_providers().all().map(|peer| (&peer.entity_id, peer.validity)), now);
    }

    /// What this identity provider remembers, and no other one on the same store.
    pub(crate) fn records(&self) -> Records<'_> {
        Records::of(&self.config.site.entity_id, &*self.store)
    }

    pub(crate) fn spare_memory(&self) -> &MemoryStore {
        &self.spare_memory
    }

    #[cfg(feature = "actix")]
    pub(crate) const fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub(crate) const fn password_queue(&self) -> &PasswordQueue {
        &self.password_queue
    }

    /// Where events go.
    pub(crate) const fn trace(&self) -> &Trace {
        &self.trace
    }

    pub(crate) const fn hooks(&self) -> &Hooks {
        &self.hooks
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
    audit: Option<Audit>,
    person_key: Option<Arc<PersonKey>>,
    hooks: Hooks,
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
            audit: None,
            person_key: None,
            hooks: Hooks::default(),
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

    /// Writes every event to this audit, too. An event that can't be written refuses the login, unless
    /// [`Audit::may_fail`].
    pub fn audit(self, audit: impl Into<Audit>) -> Self {
        Self { audit: Some(audit.into()), ..self }
    }

    /// Names people in the log by an HMAC under this key, which should be the same on all nodes and for ever. Without it
    /// a key is drawn that ends with the process.
    pub fn person_key(self, key: PersonKey) -> Self {
        Self { person_key: Some(Arc::new(key)), ..self }
    }

    fn person_key_or(mut self, other: &Arc<PersonKey>) -> Self {
        self.person_key.get_or_insert_with(|| Arc::clone(other));
        self
    }

    /// Runs `hook` with each person who proved who they are, before a session exists. It may change the attributes or
    /// refuse (`hook.vetoed`); an error or five seconds without an answer refuse as well (`hook.failed`,
    /// `hook.timed_out`). Another user name is an error.
    ///
    /// ```no_run
    /// # use saml_idp::{IdentityProvider, IdentityProviderConfig};
    /// # fn build(config: IdentityProviderConfig) {
    /// use saml_idp::{HookError, Principal};
    /// let builder = IdentityProvider::builder(config).on_login(|person: Principal| async move {
    ///     if person.attribute("mail").is_some() { Ok(person) } else { Err(HookError::veto("no mail address")) }
    /// });
    /// # }
    /// ```
    pub fn on_login<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(Principal) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Principal, HookError>> + Send + 'static,
    {
        self.hooks.login = Some(Hook::new(hook));
        self
    }

    /// Runs `hook` with each session that somebody ended, just after its end. If it fails, or takes more than five
    /// seconds, the person is told that something went wrong; the session is over all the same.
    pub fn on_logout<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(SsoSession) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), HookError>> + Send + 'static,
    {
        self.hooks.logout = Some(Hook::new(hook));
        self
    }

    /// Runs `hook` with each refusal. If it fails, or takes more than five seconds, the log has a line more.
    pub fn on_refusal<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(RefusedRequest) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), HookError>> + Send + 'static,
    {
        self.hooks.refusal = Some(Hook::new(hook));
        self
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
        let person_key = match self.person_key {
            Some(key) => key,
            None => Arc::new(PersonKey::random()?),
        };
        Ok(Snapshot {
            trace: Trace::new(self.config.site.entity_id.clone(), person_key, self.audit),
            hooks: self.hooks,
            password_queue: PasswordQueue::new(self.config.password_queue),
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
