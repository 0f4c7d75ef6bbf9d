//! One application behind SAML.

use std::sync::Arc;

use saml_core::base::EntityId;
use saml_core::crypto::Signer;
use saml_core::metadata::KeyDescriptor;
use saml_core::trust::DecryptionKeys;
use saml_provider::record::{HeldKind, MOST_SESSIONS, RecordKind, Records};
use saml_store::{Namespace, Store};

use crate::config::{ConfigError, ServiceProviderConfig};
use crate::decryption_key::DecryptionKey;
use crate::idp_peer::IdpPeer;
use crate::session::Session;
use crate::sso::{CompletedRecord, PendingRecord};

/// Requests that wait for their answer, by message ID, and those of one browser. Its size is small, because it is
/// written for strangers, before anything was verified.
pub(crate) const PENDING: HeldKind<PendingRecord> = HeldKind {
    records: RecordKind::new(Namespace::new("sp.pending-request"), 4 * 1024),
    lists: RecordKind::new(Namespace::new("sp.pending-requests-of-browser"), 16 * 1024),
    most: 50,
};
/// Requests that were answered, by message ID: what tells a re-posted answer from one that was never asked for. It
/// chooses a word, and decides nothing.
pub(crate) const ANSWERED: RecordKind<()> = RecordKind::new(Namespace::new("sp.answered-request"), 64);
/// Assertions that were used, by issuer and ID.
pub(crate) const USED: RecordKind<()> = RecordKind::new(Namespace::new("sp.used-assertion"), 64);
/// Accepted logins on their last hop, by the key of their token. A session is no longer there than later.
pub(crate) const COMPLETED: RecordKind<CompletedRecord> =
    RecordKind::new(Namespace::new("sp.completed-login"), Session::MAX_OCTETS);
/// Sessions, by the key of their token, and those of each person.
pub(crate) const SESSIONS: HeldKind<Session> = HeldKind {
    records: RecordKind::new(Namespace::new("sp.session"), Session::MAX_OCTETS),
    lists: RecordKind::new(Namespace::new("sp.sessions-of-principal"), 8 * 1024),
    most: MOST_SESSIONS,
};

/// A service provider: its settings, the identity providers that it trusts, its keys and its memory.
///
/// Cheap to clone; all clones share the same state.
#[derive(Clone)]
pub struct ServiceProvider {
    inner: Arc<Inner>,
    decryption: Arc<Decryption>,
}

/// The keys for content that is encrypted to us.
#[derive(Default)]
struct Decryption {
    keys: DecryptionKeys,
    published: Vec<KeyDescriptor>,
}

struct Inner {
    config: ServiceProviderConfig,
    identity_providers: Vec<IdpPeer>,
    signer: Option<Arc<dyn Signer>>,
    store: Arc<dyn Store>,
}

impl ServiceProvider {
    /// Builds a service provider. `signer` signs requests; without it they go unsigned.
    ///
    /// # Errors
    /// [`ConfigError`]: no identity provider, two of one name, or settings that contradict each other.
    pub fn new(
        config: ServiceProviderConfig,
        identity_providers: Vec<IdpPeer>,
        signer: Option<Arc<dyn Signer>>,
        store: Arc<dyn Store>,
    ) -> Result<Self, ConfigError> {
        config.require_consistent()?;
        if identity_providers.is_empty() {
            return Err(ConfigError::NoIdentityProvider);
        }
        let mut names: Vec<&EntityId> = identity_providers.iter().map(|idp| &idp.entity_id).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != identity_providers.len() {
            return Err(ConfigError::DuplicateIdentityProvider);
        }
        if signer.is_none() && identity_providers.iter().any(|idp| idp.wants_signed_requests) {
            return Err(ConfigError::SigningKeyMissing);
        }
        let inner = Arc::new(Inner { config, identity_providers, signer, store });
        Ok(Self { inner, decryption: Arc::default() })
    }

    /// The same service provider, to which identity providers can encrypt. Without keys, encrypted messages are
    /// refused, unless the [policy](crate::IdpPeerPolicy::shared_keys) of the sender has a shared one.
    ///
    /// # Errors
    /// [`ConfigError::DecryptionKeys`]: more than are tried.
    pub fn with_decryption_keys(self, keys: &[DecryptionKey]) -> Result<Self, ConfigError> {
        let published = keys.iter().filter_map(DecryptionKey::descriptor).collect();
        let keys = DecryptionKeys::new(keys.iter().map(|key| Arc::clone(&key.decrypter)))?;
        Ok(Self { decryption: Arc::new(Decryption { keys, published }), ..self })
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &ServiceProviderConfig {
        &self.inner.config
    }

    /// The identity providers, in the order in which people are offered them.
    #[must_use]
    pub fn identity_providers(&self) -> &[IdpPeer] {
        &self.inner.identity_providers
    }

    pub(crate) fn identity_provider(&self, entity_id: &str) -> Option<&IdpPeer> {
        self.identity_providers().iter().find(|idp| idp.entity_id.as_str() == entity_id)
    }

    /// What this service provider remembers, and no other one on the same store.
    pub(crate) fn records(&self) -> Records<'_> {
        Records::of(&self.inner.config.entity_id, &*self.inner.store)
    }

    pub(crate) fn decryption_keys(&self) -> &DecryptionKeys {
        &self.decryption.keys
    }

    pub(crate) fn encryption_descriptors(&self) -> impl Iterator<Item = KeyDescriptor> {
        self.decryption.published.iter().cloned()
    }

    pub(crate) fn signer(&self) -> Option<&dyn Signer> {
        self.inner.signer.as_deref()
    }
}
