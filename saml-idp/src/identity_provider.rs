//! One identity provider.

use std::fmt;
use std::sync::Arc;

use saml_core::base::{EntityId, Secret};
use saml_core::crypto::Signer;
use saml_store::{Namespace, Store};

use crate::authenticator::Authenticator;
use crate::config::{ConfigError, IdentityProviderConfig};
use crate::service_provider::ServiceProvider;

/// Requests of people who are signing in, by handle.
pub(crate) const TRANSACTION: Namespace = Namespace::new("idp.transaction");
/// Single sign-on sessions, by handle.
pub(crate) const SESSION: Namespace = Namespace::new("idp.session");

/// The shortest secret for persistent names, in octets.
const MIN_PERSISTENT_ID_SECRET: usize = 32;

/// What an identity provider is made of.
pub struct IdentityProviderParts {
    /// Its settings.
    pub config: IdentityProviderConfig,
    /// Whom it serves.
    pub service_providers: Vec<ServiceProvider>,
    /// What it signs with.
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
        Ok(Self { parts: Arc::new(parts) })
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &IdentityProviderConfig {
        &self.parts.config
    }

    /// Whom it serves.
    #[must_use]
    pub fn service_providers(&self) -> &[ServiceProvider] {
        &self.parts.service_providers
    }

    pub(crate) fn service_provider(&self, entity_id: &str) -> Option<&ServiceProvider> {
        self.service_providers().iter().find(|sp| sp.entity_id.as_str() == entity_id)
    }

    pub(crate) fn store(&self) -> &dyn Store {
        &*self.parts.store
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
