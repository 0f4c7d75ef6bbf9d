//! Sessions begin, are looked up, and end.

use saml_core::base::{Coded as _, EntityId, SamlInstant};
use saml_provider::HookFault;
use saml_provider::event::{CorrelationId, EndCause, Event, Occurrence};
use saml_provider::record::{Draft, Held, RecordError};
use saml_store::{Insertion, Token};

use crate::authenticator::Principal;
use crate::remembered::SESSION_OF_INDEX;
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

    /// The session that a service calls by this `SessionIndex`, if it is still alive: what a logout that the service asks
    /// for is about. Another service finds nothing by it.
    ///
    /// # Errors
    /// As [`IdentityProvider::session`].
    pub async fn session_of_index(
        &self,
        service: &EntityId,
        session_index: &str,
        now: SamlInstant,
    ) -> Result<Option<SsoSession>, RecordError> {
        let now_it_is = self.snapshot();
        let name = name_of_index(service, session_index);
        let Some(key) = now_it_is.records().get(SESSION_OF_INDEX, &name, now).await? else { return Ok(None) };
        now_it_is.records().get(now_it_is.sessions().records, &key, now).await
    }
}

impl Snapshot {
    pub(crate) async fn session(
        &self,
        token: &Token,
        now: SamlInstant,
    ) -> Result<Option<SsoSession>, RecordError> {
        self.records().get(self.sessions().records, &token.key(), now).await
    }

    pub(crate) async fn end_session(&self, token: &Token, now: SamlInstant) -> Result<(), SessionError> {
        let session =
            self.records().let_go(self.sessions(), &token.key(), SsoSession::principal, now).await?;
        let Some(session) = session else { return Ok(()) };
        self.ended(&session, EndCause::Ended, now).await;
        Ok(self.hooks().on_logout(session).await?)
    }

    /// Tells that a session is over.
    async fn ended(&self, session: &SsoSession, cause: EndCause, now: SamlInstant) {
        let ended = Occurrence::new(Event::SessionEnded { cause }, CorrelationId::random(), now);
        self.trace().note(&ended.about(Some(person(&session.person)))).await;
    }

    /// A session that is not yet stored, and the token that it will be found by, which never existed before.
    pub(crate) fn new_session(
        &self,
        person: Principal,
        now: SamlInstant,
    ) -> Result<(Token, SsoSession), SsoRefusal> {
        let token = Token::random()?;
        let session = SsoSession {
            person,
            authn_instant: now.unix(),
            expires_at: now.saturating_add(self.config().lifetimes.session).unix(),
            key: token.key(),
        };
        Ok((token, session))
    }

    /// Remembers what the service is about to be told that the session is called.
    ///
    /// Where there is no room for that the login goes on, and the log says so: a logout that this service asks for will
    /// not find the session.
    pub(crate) async fn remember_index(
        &self,
        service: &EntityId,
        session: &SsoSession,
        now: SamlInstant,
    ) -> Result<(), SsoRefusal> {
        let name = name_of_index(service, &session.index_for(service)?);
        let expires_at = SamlInstant::from_unix(session.expires_at).unwrap_or(now);
        let draft = Draft { name: &name, content: &session.key, peer: Some(service), expires_at };
        match self.records().insert(SESSION_OF_INDEX, draft, now).await {
            Ok(Insertion::Inserted | Insertion::AlreadyPresent) => Ok(()),
            Err(RecordError::Store(error)) if error.lacks_room() => {
                let (code, peer) = (error.code(), service.as_str());
                tracing::warn!(code, peer, "no room to remember what a service calls a session");
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Begins a session. The person's oldest ends if they have too many.
    pub(crate) async fn begin_session(
        &self,
        session: &SsoSession,
        now: SamlInstant,
    ) -> Result<(), SsoRefusal> {
        let principal = session.principal();
        let expires_at = now.saturating_add(self.config().lifetimes.session);
        let draft = Draft { name: &session.key, content: session, peer: None, expires_at };
        let held = Held { holder: principal.as_deref(), draft };
        match self.records().hold(self.sessions(), held, now).await {
            Ok(over) => {
                for over in over {
                    self.ended(&over, EndCause::OneTooMany, now).await;
                }
                Ok(())
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

/// An entity ID has no line feed, so that two pairs never give one name.
fn name_of_index(service: &EntityId, session_index: &str) -> String {
    format!("{service}\n{session_index}")
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
