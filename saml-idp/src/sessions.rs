//! Sessions begin, are looked up, and end.

use saml_core::base::{Coded as _, SamlInstant};
use saml_provider::HookFault;
use saml_provider::event::{CorrelationId, EndCause, Event, Occurrence};
use saml_provider::record::{Draft, Held, RecordError};
use saml_store::Token;

use crate::authenticator::Principal;
use crate::remembered::SESSIONS;
use crate::session::{SsoSession, person};
use crate::{IdentityProvider, PublicReason, Snapshot, SsoRefusal};

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
    /// The store failed; the session may still be alive. Or [`SessionError::Hook`]: it is over, and a hook of the
    /// application failed.
    pub async fn end_session(&self, token: &Token, now: SamlInstant) -> Result<(), SessionError> {
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

    pub(crate) async fn end_session(&self, token: &Token, now: SamlInstant) -> Result<(), SessionError> {
        let session = self.records().let_go(SESSIONS, &token.key(), SsoSession::principal, now).await?;
        let Some(session) = session else { return Ok(()) };
        self.ended(&session, EndCause::Ended, now).await;
        Ok(self.hooks().on_logout(session).await?)
    }

    /// Tells that a session is over.
    async fn ended(&self, session: &SsoSession, cause: EndCause, now: SamlInstant) {
        let ended = Occurrence::new(Event::SessionEnded { cause }, CorrelationId::random(), now);
        self.trace().note(&ended.about(Some(person(&session.person)))).await;
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
            Ok(over) => {
                for over in over {
                    self.ended(&over, EndCause::OneTooMany, now).await;
                }
                Ok(token)
            }
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

/// A session could not be ended as it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The store failed.
    #[error("the session can't be ended")]
    Record(#[from] RecordError),
    /// The session is over, and a hook of the application failed.
    #[error("a hook of the application failed at the end of a session")]
    Hook(#[from] HookFault),
}

impl SessionError {
    /// The code of the cause.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Record(error) => error.code(),
            Self::Hook(fault) => fault.code().as_str(),
        }
    }
}

impl From<SessionError> for SsoRefusal {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Record(error) => error.into(),
            SessionError::Hook(fault) => fault.into(),
        }
    }
}
