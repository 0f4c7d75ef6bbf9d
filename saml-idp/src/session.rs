//! The single sign-on session.

use saml_core::base::SamlInstant;
use saml_store::{Entry, Handle, StoreError};
use serde::{Deserialize, Serialize};

use crate::authenticator::Person;
use crate::identity_provider::SESSION;
use crate::{IdentityProvider, SsoRefusal};
use saml_provider::store_instant;

/// A person who is signed in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoSession {
    /// Who.
    pub person: Person,
    /// When they proved it, seconds since 1970.
    pub authn_instant: i64,
    /// When they must prove it again, seconds since 1970, exclusive.
    pub expires_at: i64,
    /// What services call this session; unguessable, and not the handle in the cookie.
    pub session_index: String,
}

impl IdentityProvider {
    /// The session that a cookie names, if it is still alive.
    ///
    /// # Errors
    /// The store failed; nobody is then signed in.
    pub async fn session(&self, handle: &Handle, now: SamlInstant) -> Result<Option<SsoSession>, StoreError> {
        let stored = self.store().get(SESSION, &handle.key(), store_instant(now)).await?;
        Ok(stored.and_then(|octets| serde_json::from_slice(&octets).ok()))
    }

    /// Ends the session here; those at the services go on.
    ///
    /// # Errors
    /// The store failed; the session may still be alive.
    pub async fn end_session(&self, handle: &Handle, now: SamlInstant) -> Result<(), StoreError> {
        self.store().remove(SESSION, &handle.key(), store_instant(now)).await
    }

    /// Begins a session under a handle that never existed before.
    pub(crate) async fn begin_session(
        &self,
        person: Person,
        now: SamlInstant,
    ) -> Result<(Handle, SsoSession), SsoRefusal> {
        let expires_at = now.saturating_add(self.config().lifetimes.session);
        let session = SsoSession {
            person,
            authn_instant: now.unix(),
            expires_at: expires_at.unix(),
            session_index: format!("_{}", Handle::random()?.expose()),
        };
        let value =
            serde_json::to_vec(&session).map_err(|_error| SsoRefusal::unavailable("store.corrupt"))?;
        let handle = Handle::random()?;
        let entry =
            Entry { namespace: SESSION, key: &handle.key(), value, expires_at: store_instant(expires_at) };
        self.store().put(entry, store_instant(now)).await?;
        Ok((handle, session))
    }
}
