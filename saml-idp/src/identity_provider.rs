//! One identity provider.

use std::fmt;
use std::sync::Arc;

use saml_core::base::{EntityId, Secret};
use saml_core::crypto::Signer;
use saml_provider::record::{HeldKind, MOST_SESSIONS, RecordKind, Records};
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

/// What an identity provider is made of.
pub struct IdentityProviderParts {
    /// Its settings.
    pub config: IdentityProviderConfig,
    /// Whom it serves.
    pub service_providers: Vec<SpPeer>,
    /// The signer of its messages.
    pub signer: Arc<dyn Signer>,
    /// Who may sign in.
    pub authenticator: Arc<dyn Authenticator>,
    /// Makes persistent names that nobody can guess or link; at least 32 octets. Another secret means other names
    /// for everybody.
    pub persistent_id_secret: Secret,
    /// Its memory.
    pub store: Arc<dyn Store>,
}

impl fmt::Debug for IdentityProviderParts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProviderParts").field("config", &self.config).finish_non_exhaustive()
    }
}

/// An identity provider. Cheap to clone; all clones share the same state.
#[derive(Clone, Debug)]
pub struct IdentityProvider {
    parts: Arc<IdentityProviderParts>,
    /// For the counts of wrong passwords that the store has no room for.
    spare_memory: Arc<MemoryStore>,
}

impl IdentityProvider {
    /// Builds an identity provider.
    ///
    /// # Errors
    /// [`ConfigError`]: two service providers of one name, or settings that contradict each other.
    pub fn new(parts: IdentityProviderParts) -> Result<Self, ConfigError> {
        parts.config.require_consistent()?;
        if parts.persistent_id_secret.expose().len() < MIN_PERSISTENT_ID_SECRET {
            return Err(ConfigError::PersistentIdSecretTooShort);
        }
        let mut names: Vec<&EntityId> = parts.service_providers.iter().map(|sp| &sp.entity_id).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() != parts.service_providers.len() {
            return Err(ConfigError::DuplicateServiceProvider);
        }
        Ok(Self { parts: Arc::new(parts), spare_memory: Arc::default() })
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &IdentityProviderConfig {
        &self.parts.config
    }

    /// Whom it serves.
    #[must_use]
    pub fn service_providers(&self) -> &[SpPeer] {
        &self.parts.service_providers
    }

    /// The service providers that are served and that nobody can sign in to, since each request would be refused: they
    /// have no key to check it with, and it has to be signed, by our settings.
    pub fn unusable_service_providers(&self) -> impl Iterator<Item = PeerError> {
        let required = self.config().request_signatures == RequestSignatures::Required;
        let asking = self.service_providers().iter().filter(move |sp| required && !sp.policy.idp_initiated);
        asking.filter_map(|sp| Some(PeerError::of(&sp.entity_id, sp.signed_requests_refused()?)))
    }

    pub(crate) fn service_provider(&self, entity_id: &str) -> Option<&SpPeer> {
        self.service_providers().iter().find(|sp| sp.entity_id.as_str() == entity_id)
    }

    /// What this identity provider remembers, and no other one on the same store.
    pub(crate) fn records(&self) -> Records<'_> {
        Records::of(&self.parts.config.entity_id, &*self.parts.store)
    }

    pub(crate) fn spare_memory(&self) -> &MemoryStore {
        &self.spare_memory
    }

    pub(crate) fn signer(&self) -> &dyn Signer {
        &*self.parts.signer
    }

    pub(crate) fn authenticator(&self) -> &dyn Authenticator {
        &*self.parts.authenticator
    }

    pub(crate) fn persistent_id_secret(&self) -> &Secret {
        &self.parts.persistent_id_secret
    }
}
