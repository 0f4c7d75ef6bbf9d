//! The single sign-on session.

use saml_core::base::SamlInstant;
use saml_provider::event::{self, CorrelationId, Event, Exchange};
use saml_provider::record::{Draft, Held, RecordError};
use saml_store::Token;
use serde::{Deserialize, Serialize};

use crate::authenticator::Principal;
use crate::identity_provider::SESSIONS;
use crate::{IdentityProvider, PublicReason, Snapshot, SsoRefusal};

/// A person who is signed in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SsoSession {
    /// Who.
    pub person: Principal,
    /// When they proved it, seconds since 1970.
    pub authn_instant: i64,
    /// When they must prove it again, seconds since 1970, exclusive.
    pub expires_at: i64,
    /// What services call this session; unguessable, and not the token in the cookie.
    pub session_index: String,
}

impl SsoSession {
    /// The most that is kept of one session, in octets of JSON: some thousand values. It is read with each request of
    /// the person, so somebody of whom more is known is refused (`session.too_large`).
    pub const MAX_OCTETS: usize = 256 * 1024;

    /// The principal of the session.
    fn principal(&self) -> Option<String> {
        Some(self.person.user_name.clone())
    }
}

impl IdentityProvider {
    /// The session that a cookie names, if it is still alive and was begun here.
    ///
    /// # Errors
    /// The store failed, or its entry can't be read or belongs to another entity. Treat the person as not signed in,
    /// but never report that nobody is signed in.
    pub async fn session(&self, token: &Token, now: SamlInstant) -> Result<Option<SsoSession>, RecordError> {
        self.snapshot().session(token, now).await
    }

    /// Ends the session here; those at the services go on.
    ///
    /// # Errors
    /// The store failed; the session may still be alive.
    pub async fn end_session(&self, token: &Token, now: SamlInstant) -> Result<(), RecordError> {
        self.snapshot().end_session(token, now).await
    }
}

impl Snapshot {
    pub(crate) async fn session(
        &self,
        token: &Token,
        now: SamlInstant,
    ) -> Result<Option<SsoSession>, RecordError> {
        self.records().get(SESSIONS.records, &token.key(), now).await
    }

    pub(crate) async fn end_session(&self, token: &Token, now: SamlInstant) -> Result<(), RecordError> {
        let session = self.session(token, now).await;
        self.records().let_go(SESSIONS, &token.key(), SsoSession::principal, now).await?;
        if let Ok(Some(_)) = session {
            let correlation_id = CorrelationId::random();
            let exchange = Exchange { peer: None, client: None, correlation_id: &correlation_id };
            event::happened(Event::SessionEnded, exchange);
        }
        Ok(())
    }

    /// A session that is not yet stored.
    pub(crate) fn new_session(&self, person: Principal, now: SamlInstant) -> Result<SsoSession, SsoRefusal> {
        Ok(SsoSession {
            person,
            authn_instant: now.unix(),
            expires_at: now.saturating_add(self.config().lifetimes.session).unix(),
            session_index: format!("_{}", Token::random()?.expose()),
        })
    }

    /// Begins a session under a token that never existed before. The person's oldest ends if they have too many.
    pub(crate) async fn begin_session(
        &self,
        session: &SsoSession,
        now: SamlInstant,
    ) -> Result<Token, SsoRefusal> {
        let token = Token::random()?;
        let (name, principal) = (token.key(), session.principal());
        let expires_at = now.saturating_add(self.config().lifetimes.session);
        let draft = Draft { name: &name, content: session, peer: None, expires_at };
        let held = Held { holder: principal.as_deref(), draft };
        match self.records().hold(SESSIONS, held, now).await {
            Ok(()) => Ok(token),
            Err(error @ RecordError::TooLong { .. }) => Err(SsoRefusal::because(
                PublicReason::Unavailable,
                "session.too_large",
                &error.expected(),
                &error.found(),
            )),
            Err(error) => Err(error.into()),
        }
    }
}
