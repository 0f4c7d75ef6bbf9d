//! The sessions of an identity provider end all at once.

use std::time::Duration;

use saml_core::base::{EntityId, SamlInstant};
use saml_provider::record::{Draft, RecordError};
use saml_store::Token;

use crate::remembered::ERA;
use crate::{ServiceProvider, SessionError, Snapshot};

/// How long an era is remembered: ten years, longer than any session lasts.
const REMEMBERED: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

impl ServiceProvider {
    /// Ends all sessions that this identity provider began, and the logins that wait for their last hop, on all nodes that
    /// share the store; nobody has to list them. The provider is trusted as before: people may sign in anew.
    ///
    /// No hook is run and no event written for the single sessions.
    ///
    /// # Errors
    /// The store failed; the sessions may go on.
    pub async fn end_sessions_of_idp(&self, idp: &EntityId, now: SamlInstant) -> Result<(), SessionError> {
        let era = Token::random().map_err(|_error| SessionError::NoRandomness)?.key();
        let expires_at = now.saturating_add(REMEMBERED);
        let draft = Draft { name: idp.as_str(), content: &era, peer: None, expires_at };
        Ok(self.snapshot().records().put(ERA, draft, now).await?)
    }
}

impl Snapshot {
    /// The era of the identity provider: a random text that is drawn anew when its sessions end; `None` for the first.
    pub(crate) async fn era_of(
        &self,
        idp: &EntityId,
        now: SamlInstant,
    ) -> Result<Option<String>, RecordError> {
        self.records().get(ERA, idp.as_str(), now).await
    }
}
