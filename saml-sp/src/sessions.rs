//! Sessions are looked up, and ended.

use saml_core::base::{Coded as _, EntityId, SamlInstant};
use saml_provider::HookFault;
use saml_provider::event::{CorrelationId, EndCause, Event, Occurrence};
use saml_provider::peer::PeerSourceError;
use saml_provider::record::RecordError;
use saml_store::Token;

use crate::{LoginRefusal, PublicReason, ServiceProvider, Session, Snapshot};

impl ServiceProvider {
    /// The session that a cookie names, if it is still alive: begun here, by an identity provider that is still trusted.
    /// Metadata that has expired since ends no session; it begins none.
    ///
    /// # Errors
    /// The store failed, or what it holds can't be read or is another's, or nobody can tell whether the identity provider
    /// is trusted; nobody is then signed in, and nobody may be told that nobody is.
    pub async fn session(&self, token: &Token, now: SamlInstant) -> Result<Option<Session>, SessionError> {
        self.snapshot().session(token, now).await
    }

    /// Ends the session here; the one at the identity provider goes on.
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
    ) -> Result<Option<Session>, SessionError> {
        let session: Option<Session> = self.records().get(self.sessions().records, &token.key(), now).await?;
        let Some(session) = session else { return Ok(None) };
        let trusted = self.identity_provider(&session.idp).await?.is_some();
        Ok(trusted.then_some(session))
    }

    pub(crate) async fn end_session(&self, token: &Token, now: SamlInstant) -> Result<(), SessionError> {
        let session = self.records().let_go(self.sessions(), &token.key(), Session::principal, now).await?;
        let Some(session) = session else { return Ok(()) };
        self.ended(&session, EndCause::Ended, now).await;
        Ok(self.hooks().on_logout(session).await?)
    }

    /// Tells that a session is over.
    pub(crate) async fn ended(&self, session: &Session, cause: EndCause, now: SamlInstant) {
        let idp = EntityId::try_from(session.idp.as_str()).ok();
        let ended = Occurrence::new(Event::SessionEnded { cause }, CorrelationId::random(), now);
        self.trace().note(&ended.with(idp.as_ref()).about(session.person())).await;
    }
}

/// Who is signed in can't be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The store failed, or what it holds can't be read.
    #[error("the session can't be read")]
    Record(#[from] RecordError),
    /// The source of identity providers failed.
    #[error("whether the identity provider is trusted can't be told")]
    Peer(#[from] PeerSourceError),
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
            Self::Peer(error) => error.code().as_str(),
            Self::Hook(fault) => fault.code().as_str(),
        }
    }
}

impl From<SessionError> for LoginRefusal {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Record(error) => error.into(),
            SessionError::Peer(error) => error.into(),
            // The session is over, and what the application keeps of it may not be.
            SessionError::Hook(fault) => LoginRefusal::of(PublicReason::SignOutFailed, &fault),
        }
    }
}
