//! One application behind SAML.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use saml_core::base::{EntityId, SamlInstant};
use saml_core::crypto::Signer;
use saml_core::metadata::KeyDescriptor;
use saml_core::trust::DecryptionKeys;
use saml_core::validation::SignatureDemand;
use saml_provider::audit::Audit;
use saml_provider::event::PersonKey;
use saml_provider::peer::{AlreadyKnown, ExpiryWatch, PeerSource, PeerSourceError, Registry};
use saml_provider::record::Records;
use saml_provider::{Hook, HookError, Live, Site, Trace};
use saml_store::Store;

use crate::config::{ConfigError, ServiceProviderConfig};
use crate::decryption_key::DecryptionKey;
use crate::hooks::{Hooks, Login, RefusedLogin};
use crate::idp_peer::IdpPeer;
use crate::{Session, SessionError};

/// A service provider: its settings, the identity providers that it trusts, its keys and its memory.
///
/// Cheap to clone; all clones are the same one. Settings and identity providers may change while it runs
/// ([`reload`](Self::reload), [`add_identity_provider`](Self::add_identity_provider) …): each call, and each request of
/// the handlers, ends with the [`Snapshot`] that it began with, and the next one gets the new.
#[derive(Clone, Debug)]
pub struct ServiceProvider {
    live: Arc<Live<Snapshot>>,
}

/// A service provider as it is at one moment.
#[derive(Clone)]
pub struct Snapshot {
    config: ServiceProviderConfig,
    identity_providers: Registry<IdpPeer>,
    signer: Option<Arc<dyn Signer>>,
    decryption: Arc<Decryption>,
    trace: Trace,
    hooks: Hooks,
    store: Arc<dyn Store>,
    /// Whether all identity providers are asked to sign their assertions.
    wants_assertions_signed: bool,
}

/// The keys for content that is encrypted to us.
#[derive(Default)]
struct Decryption {
    keys: DecryptionKeys,
    published: Vec<KeyDescriptor>,
}

impl ServiceProvider {
    /// A service provider with these settings, to be given its identity providers, its keys and its store.
    pub fn builder(config: ServiceProviderConfig) -> ServiceProviderBuilder {
        ServiceProviderBuilder::new(config)
    }

    pub(crate) fn of(snapshot: Snapshot) -> Self {
        Self { live: Arc::new(Live::new(snapshot)) }
    }

    /// The service provider as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.live.load()
    }

    /// Puts other settings, identity providers and keys in the place of all that there are, as a whole. Requests under
    /// way end with the old ones. Who is disabled stays so until they are [enabled](Self::enable_identity_provider). Who is
    /// not there any more is [removed](Self::remove_identity_provider), with all sessions. What is remembered stays where it
    /// is: the store of the builder is not looked at.
    ///
    /// # Errors
    /// [`ReloadError::Config`]; everything then stays as it is. Entity ID, public URL, mount and host can't change
    /// ([`ConfigError::SiteChanged`]): cookies and endpoints go by them. Or [`ReloadError::Sessions`]: the rest is done.
    pub async fn reload(&self, other: ServiceProviderBuilder, now: SamlInstant) -> Result<(), ReloadError> {
        let gone = self.live.change(|old| {
            let other = other.person_key_or(old.trace.person_key()).store(Arc::clone(&old.store));
            let mut next = other.snapshot()?;
            next.trace = next.trace.counting_on(&old.trace);
            if !next.config.site.is_at_the_place_of(&old.config.site) {
                return Err(ConfigError::SiteChanged);
            }
            next.identity_providers.disable_those_of(&old.identity_providers);
            let gone = old.identity_providers.end_those_missing_in(&next.identity_providers);
            Ok((next.counted(), gone))
        })?;
        let mut first_error = None;
        for idp in gone {
            if let Err(cause) = self.end_sessions_of_idp(&idp, now).await {
                first_error = first_error.or(Some(ReloadError::Sessions { idp, cause }));
            }
        }
        first_error.map_or(Ok(()), Err)
    }

    /// Trusts one more identity provider from the next request on.
    ///
    /// # Errors
    /// [`ConfigError::DuplicateIdentityProvider`]; [`ConfigError::SigningKeyMissing`]: it wants signed requests. The
    /// others are as they were.
    pub fn add_identity_provider(&self, idp: IdpPeer) -> Result<(), ConfigError> {
        self.live.change(|now| {
            now.require_signer_for(&idp)?;
            let mut next = now.clone();
            next.identity_providers.add(idp)?;
            Ok((next.counted(), ()))
        })
    }

    /// Puts an identity provider in the place of the one of the same entity ID, say with other keys, from the next
    /// request on; or adds it. One that is disabled stays so.
    ///
    /// # Errors
    /// [`ConfigError::SigningKeyMissing`].
    pub fn replace_identity_provider(&self, idp: IdpPeer) -> Result<(), ConfigError> {
        self.live.change(|now| {
            now.require_signer_for(&idp)?;
            let mut next = now.clone();
            next.identity_providers.replace(idp);
            Ok((next.counted(), ()))
        })
    }

    /// Trusts this identity provider no longer, from the next request on: nobody starts or ends a login with it, what it
    /// sends is refused, and the sessions that it began count no longer. That holds for one that a
    /// [source](ServiceProviderBuilder::identity_provider_source) knows, too. Its sessions end for good, on all nodes that
    /// share the store.
    ///
    /// The store does not keep that it is disabled: another node does not hear of it, and after a restart this one trusts
    /// every provider that its settings name.
    ///
    /// # Errors
    /// The store failed: the provider is disabled, but its sessions count again if it is enabled. Call it again.
    pub async fn disable_identity_provider(
        &self,
        entity_id: &EntityId,
        now: SamlInstant,
    ) -> Result<(), SessionError> {
        self.change_peers(|peers| peers.disable(entity_id));
        self.end_sessions_of_idp(entity_id, now).await
    }

    /// Trusts a disabled identity provider again. People sign in anew.
    pub fn enable_identity_provider(&self, entity_id: &EntityId) {
        self.change_peers(|peers| peers.enable(entity_id));
    }

    /// Forgets this identity provider, with the effect of [`disable_identity_provider`](Self::disable_identity_provider);
    /// one that a source knows is then known from there.
    ///
    /// # Errors
    /// As for [`disable_identity_provider`](Self::disable_identity_provider).
    pub async fn remove_identity_provider(
        &self,
        entity_id: &EntityId,
        now: SamlInstant,
    ) -> Result<(), SessionError> {
        self.change_peers(|peers| peers.remove(entity_id));
        self.end_sessions_of_idp(entity_id, now).await
    }

    fn change_peers(&self, change: impl FnOnce(&mut Registry<IdpPeer>)) {
        let changed: Result<(), Infallible> = self.live.change(|now| {
            let mut next = now.clone();
            change(&mut next.identity_providers);
            Ok((next.counted(), ()))
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
    pub fn config(&self) -> ServiceProviderConfig {
        self.snapshot().config.clone()
    }
}

impl Snapshot {
    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &ServiceProviderConfig {
        &self.config
    }

    /// Name, address and look.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.config.site
    }

    /// The identity providers, in the order in which people are offered them.
    #[must_use]
    pub const fn identity_providers(&self) -> &Registry<IdpPeer> {
        &self.identity_providers
    }

    /// The identity provider of this name, if it is trusted.
    ///
    /// # Errors
    /// The source of peers can't tell.
    pub async fn identity_provider(&self, entity_id: &str) -> Result<Option<Arc<IdpPeer>>, PeerSourceError> {
        match EntityId::try_from(entity_id) {
            Ok(entity_id) => self.identity_providers.find(&entity_id).await,
            Err(_not_a_name) => Ok(None),
        }
    }

    /// Writes a line to the log for each identity provider whose metadata has come nearer to its end since the last call: two
    /// days before, an hour before, and when it is over. To be called every minute or so ([`LOOK_EVERY`]).
    ///
    /// [`LOOK_EVERY`]: saml_provider::peer::LOOK_EVERY
    pub fn tell_of_expiry(&self, watch: &mut ExpiryWatch, now: SamlInstant) {
        watch.tell(self.identity_providers().all().map(|peer| (&peer.entity_id, peer.validity)), now);
    }

    /// What this service provider remembers, and no other one on the same store.
    pub(crate) fn records(&self) -> Records<'_> {
        Records::of(&self.config.site.entity_id, &*self.store)
    }

    pub(crate) fn decryption_keys(&self) -> &DecryptionKeys {
        &self.decryption.keys
    }

    pub(crate) fn encryption_descriptors(&self) -> impl Iterator<Item = KeyDescriptor> {
        self.decryption.published.iter().cloned()
    }

    #[cfg(feature = "actix")]
    pub(crate) const fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Where events go.
    pub(crate) const fn trace(&self) -> &Trace {
        &self.trace
    }

    pub(crate) const fn hooks(&self) -> &Hooks {
        &self.hooks
    }

    pub(crate) fn signer(&self) -> Option<&dyn Signer> {
        self.signer.as_deref()
    }

    pub(crate) const fn wants_assertions_signed(&self) -> bool {
        self.wants_assertions_signed
    }

    fn require_signer_for(&self, idp: &IdpPeer) -> Result<(), ConfigError> {
        if self.signer.is_none() && idp.wants_signed_requests {
            return Err(ConfigError::SigningKeyMissing);
        }
        Ok(())
    }

    /// What follows from all identity providers together, reckoned when they change and not when somebody asks.
    fn counted(mut self) -> Self {
        let wants_assertion = |idp: &Arc<IdpPeer>| idp.policy.signatures != SignatureDemand::Response;
        self.wants_assertions_signed = self.identity_providers.all().all(wants_assertion);
        self
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("config", &self.config)
            .field("identity_providers", &self.identity_providers.len())
            .finish_non_exhaustive()
    }
}

impl From<AlreadyKnown> for ConfigError {
    fn from(_known: AlreadyKnown) -> Self {
        Self::DuplicateIdentityProvider
    }
}

/// Other settings were not taken, or not with all that follows from them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReloadError {
    /// They can't be used: everything is as it was.
    #[error("the new settings can't be used")]
    Config(#[from] ConfigError),
    /// They are in use, and the sessions of a provider that is gone could not be ended: they count again if it comes back.
    #[error("the sessions of {idp}, which is not trusted any more, could not be ended")]
    Sessions {
        /// The provider. There may be others.
        idp: EntityId,
        /// Why.
        #[source]
        cause: SessionError,
    },
}

/// What a service provider is made of.
///
/// ```
/// # fn build(idp: saml_sp::IdpPeer, signer: std::sync::Arc<dyn saml_core::crypto::Signer>,
/// #     store: std::sync::Arc<dyn saml_store::Store>) -> Result<(), Box<dyn std::error::Error>> {
/// use saml_sp::{ServiceProvider, ServiceProviderConfig};
/// let config = ServiceProviderConfig::new("https://app.example.com")?;
/// let sp = ServiceProvider::builder(config).identity_provider(idp).signer(signer).store(store).build()?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use]
pub struct ServiceProviderBuilder {
    config: ServiceProviderConfig,
    identity_providers: Vec<IdpPeer>,
    source: Option<Arc<dyn PeerSource<IdpPeer>>>,
    signer: Option<Arc<dyn Signer>>,
    decryption_keys: Vec<DecryptionKey>,
    audit: Option<Audit>,
    person_key: Option<Arc<PersonKey>>,
    hooks: Hooks,
    store: Option<Arc<dyn Store>>,
}

impl ServiceProviderBuilder {
    fn new(config: ServiceProviderConfig) -> Self {
        Self {
            config,
            identity_providers: Vec::new(),
            source: None,
            signer: None,
            decryption_keys: Vec::new(),
            audit: None,
            person_key: None,
            hooks: Hooks::default(),
            store: None,
        }
    }

    /// Trusts this identity provider, after those that were given before. More may be
    /// [added](ServiceProvider::add_identity_provider) while it runs.
    pub fn identity_provider(mut self, idp: IdpPeer) -> Self {
        self.identity_providers.push(idp);
        self
    }

    /// Trusts these identity providers, in the order in which people are offered them.
    pub fn identity_providers(mut self, idps: impl IntoIterator<Item = IdpPeer>) -> Self {
        self.identity_providers.extend(idps);
        self
    }

    /// Trusts, beyond those, the identity providers that `source` knows.
    pub fn identity_provider_source(self, source: Arc<dyn PeerSource<IdpPeer>>) -> Self {
        Self { source: Some(source), ..self }
    }

    /// Signs requests with this. Without it they go unsigned.
    pub fn signer(self, signer: Arc<dyn Signer>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// Lets identity providers encrypt to these keys. Without any, what is encrypted is refused, unless the
    /// [policy](crate::IdpPeerPolicy::shared_keys) of its sender has a shared one.
    pub fn decryption_keys(mut self, keys: impl IntoIterator<Item = DecryptionKey>) -> Self {
        self.decryption_keys.extend(keys);
        self
    }

    /// Writes every event to this audit, too. An event that can't be written refuses the login, unless
    /// [`Audit::may_fail`].
    ///
    /// ```no_run
    /// # use saml_sp::{ServiceProvider, ServiceProviderConfig};
    /// # fn build(config: ServiceProviderConfig) -> Result<(), Box<dyn std::error::Error>> {
    /// use saml_sp::audit::JsonLines;
    /// let builder = ServiceProvider::builder(config).audit(JsonLines::append("/var/log/app/sign-in.jsonl")?);
    /// # Ok(()) }
    /// ```
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

    /// Runs `hook` at each login, when everything was judged and before the session exists. It may change the attributes,
    /// make the account, or refuse (`hook.vetoed`); an error or five seconds without an answer refuse as well
    /// (`hook.failed`, `hook.timed_out`). It needs a Tokio runtime with a timer.
    ///
    /// ```no_run
    /// # use saml_sp::{ServiceProvider, ServiceProviderConfig};
    /// # fn build(config: ServiceProviderConfig) {
    /// use saml_sp::{HookError, Login};
    /// let builder = ServiceProvider::builder(config).on_login(|login: Login| async move {
    ///     match login.session().attribute("urn:oid:1.3.6.1.4.1.5923.1.1.1.1") {
    ///         Some("staff" | "faculty") => Ok(login),
    ///         Some(_) | None => Err(HookError::veto("neither staff nor faculty")),
    ///     }
    /// });
    /// # }
    /// ```
    pub fn on_login<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(Login) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Login, HookError>> + Send + 'static,
    {
        self.hooks.login = Some(Hook::new(hook));
        self
    }

    /// Runs `hook` with each session that somebody ended, just after its end. If it fails, or takes more than five
    /// seconds, the person is told that the sign-out is not complete; the session is over all the same.
    pub fn on_logout<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(Session) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), HookError>> + Send + 'static,
    {
        self.hooks.logout = Some(Hook::new(hook));
        self
    }

    /// Runs `hook` with each login that was refused. If it fails, or takes more than five seconds, the log has a line more.
    pub fn on_refusal<F, R>(mut self, hook: F) -> Self
    where
        F: Fn(RefusedLogin) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), HookError>> + Send + 'static,
    {
        self.hooks.refusal = Some(Hook::new(hook));
        self
    }

    /// Remembers what there is to remember here.
    pub fn store(self, store: Arc<dyn Store>) -> Self {
        Self { store: Some(store), ..self }
    }

    /// The service provider.
    ///
    /// # Errors
    /// [`ConfigError`]: no store, two identity providers of one name, one that wants signed requests where there is no
    /// signer, or settings that contradict each other.
    pub fn build(self) -> Result<ServiceProvider, ConfigError> {
        Ok(ServiceProvider::of(self.snapshot()?))
    }

    fn snapshot(self) -> Result<Snapshot, ConfigError> {
        self.config.require_consistent()?;
        let mut identity_providers = Registry::default();
        if let Some(source) = self.source {
            identity_providers = identity_providers.with_source(source);
        }
        let published = self.decryption_keys.iter().filter_map(DecryptionKey::descriptor).collect();
        let keys = DecryptionKeys::new(self.decryption_keys.iter().map(|key| Arc::clone(&key.decrypter)))?;
        let person_key = match self.person_key {
            Some(key) => key,
            None => Arc::new(PersonKey::random()?),
        };
        let mut snapshot = Snapshot {
            trace: Trace::new(self.config.site.entity_id.clone(), person_key, self.audit),
            hooks: self.hooks,
            config: self.config,
            identity_providers,
            signer: self.signer,
            decryption: Arc::new(Decryption { keys, published }),
            store: self.store.ok_or(ConfigError::NoStore)?,
            wants_assertions_signed: true,
        };
        for idp in self.identity_providers {
            snapshot.require_signer_for(&idp)?;
            snapshot.identity_providers.add(idp)?;
        }
        Ok(snapshot.counted())
    }
}

impl fmt::Debug for ServiceProviderBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceProviderBuilder").field("config", &self.config).finish_non_exhaustive()
    }
}
