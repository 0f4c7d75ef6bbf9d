//! Sessions begin, are looked up, and end.

use saml_core::base::{EntityId, SamlInstant};
use saml_provider::event::{CorrelationId, EndCause, Event, Occurrence};
use saml_provider::record::{Draft, Held, RecordError};
use saml_store::{Insertion, Replacement, Token};

use crate::remembered::SESSION_DATA;
use crate::session::{SessionRecord, principal};
use crate::{ServiceProvider, Session, SessionError, SessionNameId, Snapshot};

/// One of the sessions of a person, as a list tells of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ListedSession {
    /// What it is ended by. It opens nothing.
    pub handle: SessionHandle,
    /// The session.
    pub session: Session,
    /// When it was used last; up to a minute may have passed since.
    pub used_at: SamlInstant,
}

/// The name of a session for those who may end it: a hash of the token in the cookie, which nobody signs in by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionHandle(String);

impl SessionHandle {
    /// The handle of the session that this cookie leads to: which one of a list is the present one.
    #[must_use]
    pub fn of(token: &Token) -> Self {
        Self(token.key())
    }

    /// A handle that a form brings back.
    #[must_use]
    pub fn received(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// The text, for a form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ServiceProvider {
    /// The session that a cookie names, if it is still alive: begun here, in use, by an identity provider that is still
    /// trusted. Metadata that has expired since ends no session; it begins none. That it is in use is written down at most
    /// once a minute.
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
        self.snapshot().end(&token.key(), now).await
    }

    /// The sessions of the person who has this name at this identity provider, the oldest first: at most
    /// [`sessions_per_principal`](crate::ServiceProviderConfig::sessions_per_principal). A name is compared with its format
    /// and its qualifiers; what the service gave it (`SPProvidedID`) does not count.
    ///
    /// # Errors
    /// As [`session`](Self::session).
    pub async fn sessions_of(
        &self,
        idp: &EntityId,
        name: &SessionNameId,
        now: SamlInstant,
    ) -> Result<Vec<ListedSession>, SessionError> {
        let sp = self.snapshot();
        let Some(principal) = principal(idp, name) else { return Ok(Vec::new()) };
        let mut alive = Vec::new();
        for (key, record) in sp.records().held_by(sp.sessions(), &principal, now).await? {
            let Some(used_at) = record.used_at() else { continue };
            let listed = sp.alive(record, now).await?;
            alive.extend(listed.map(|session| ListedSession {
                handle: SessionHandle(key),
                session,
                used_at,
            }));
        }
        Ok(alive)
    }

    /// Ends one of the sessions of the person who has this name at this identity provider. Whether there is one: the
    /// handle of somebody else's session ends nothing.
    ///
    /// # Errors
    /// As [`end_session`](Self::end_session).
    pub async fn end_session_of(
        &self,
        idp: &EntityId,
        name: &SessionNameId,
        handle: &SessionHandle,
        now: SamlInstant,
    ) -> Result<bool, SessionError> {
        let sessions = self.sessions_of(idp, name, now).await?;
        let is_theirs = sessions.iter().any(|listed| listed.handle == *handle);
        if is_theirs {
            self.snapshot().end(&handle.0, now).await?;
        }
        Ok(is_theirs)
    }

    /// Ends all sessions of the person who has this name at this identity provider: how many.
    ///
    /// # Errors
    /// As [`end_session`](Self::end_session), after the others were ended.
    pub async fn end_sessions_of(
        &self,
        idp: &EntityId,
        name: &SessionNameId,
        now: SamlInstant,
    ) -> Result<usize, SessionError> {
        let (sp, mut ended, mut first_error) = (self.snapshot(), 0, None);
        for listed in self.sessions_of(idp, name, now).await? {
            match sp.end(&listed.handle.0, now).await {
                Ok(()) => ended += 1,
                Err(error) => first_error = first_error.or(Some(error)),
            }
        }
        first_error.map_or(Ok(ended), Err)
    }

    /// Gives the session another token, with which the old one is over: before a person is trusted with more than so far.
    /// `None` if there is no such session any more.
    ///
    /// # Errors
    /// As [`session`](Self::session). The session may be over.
    pub async fn renew_session(
        &self,
        token: &Token,
        now: SamlInstant,
    ) -> Result<Option<Token>, SessionError> {
        self.snapshot().renew(token, now).await
    }
}

impl Snapshot {
    pub(crate) async fn session(
        &self,
        token: &Token,
        now: SamlInstant,
    ) -> Result<Option<Session>, SessionError> {
        let key = token.key();
        let Some(found) = self.records().find(self.sessions().records, &key, now).await? else {
            return Ok(None);
        };
        // Within a minute of the last note, which is nearly always, nothing is copied and nothing written.
        let noted = self.config().lifetimes.idle.and_then(|_| found.content.to_be_noted(now));
        let Some(noted) = noted else { return self.alive(found.content, now).await };
        let Some(session) = self.alive(found.content.clone(), now).await? else { return Ok(None) };
        let draft =
            Draft { name: &key, content: &noted, peer: Some(&session.idp), expires_at: session.expires_at };
        match self.records().replace(self.sessions().records, draft, &found, now).await {
            // Somebody else has noted it, or ended it, which the next request will see.
            Ok(Replacement::Replaced | Replacement::Changed) => {}
            // The person is signed in all the same. If it goes on, the session ends for lack of use.
            Err(error) => tracing::warn!(code = error.code(), "the use of a session could not be noted"),
        }
        Ok(Some(session))
    }

    /// The session, unless it lay unused for too long, or its identity provider is not trusted any more or was not in
    /// between.
    async fn alive(&self, record: SessionRecord, now: SamlInstant) -> Result<Option<Session>, SessionError> {
        let is_idle = self.config().lifetimes.idle.is_some_and(|longest| record.is_idle(longest, now));
        let era = record.era().map(str::to_owned);
        let session = record.into_session().ok_or(RecordError::Unreadable)?;
        if is_idle || now >= session.expires_at || self.era_of(&session.idp, now).await? != era {
            return Ok(None);
        }
        let is_trusted = self.identity_provider(session.idp.as_str()).await?.is_some();
        Ok(is_trusted.then_some(session))
    }

    /// Stores the session under a token that never existed before. It is refused if its provider was removed a moment ago.
    pub(crate) async fn begin_session(
        &self,
        record: &SessionRecord,
        now: SamlInstant,
    ) -> Result<Token, SessionError> {
        let session = self.alive(record.clone(), now).await?.ok_or(SessionError::Over)?;
        let token = Token::random().map_err(|_error| SessionError::NoRandomness)?;
        self.hold(&token, record, &session, now).await?;
        Ok(token)
    }

    async fn hold(
        &self,
        token: &Token,
        record: &SessionRecord,
        session: &Session,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        let (name, principal) = (token.key(), session.principal());
        let draft =
            Draft { name: &name, content: record, peer: Some(&session.idp), expires_at: session.expires_at };
        let held = Held { holder: principal.as_deref(), draft };
        for over in self.records().hold(self.sessions(), held, now).await? {
            if let Some(session) = over.into_session() {
                self.ended(&session, EndCause::OneTooMany, now).await;
            }
        }
        Ok(())
    }

    async fn renew(&self, token: &Token, now: SamlInstant) -> Result<Option<Token>, SessionError> {
        let key = token.key();
        let Some(record) = self.records().get(self.sessions().records, &key, now).await? else {
            return Ok(None);
        };
        let Some(session) = self.alive(record, now).await? else { return Ok(None) };
        let data = self.records().get(SESSION_DATA, &key, now).await?;
        let Some(record) =
            self.records().let_go(self.sessions(), &key, SessionRecord::principal, now).await?
        else {
            return Ok(None);
        };
        let new = Token::random().map_err(|_error| SessionError::NoRandomness)?;
        self.hold(&new, &record, &session, now).await?;
        if let Some(data) = data {
            let (Insertion::Inserted | Insertion::AlreadyPresent) =
                self.put_data(&new.key(), &session, &data, now).await?;
            self.records().remove(SESSION_DATA, &key, now).await?;
        }
        Ok(Some(new))
    }

    /// Ends the session of this key.
    pub(crate) async fn end(&self, key: &str, now: SamlInstant) -> Result<(), SessionError> {
        let record = self.records().let_go(self.sessions(), key, SessionRecord::principal, now).await?;
        let Some(session) = record.and_then(SessionRecord::into_session) else { return Ok(()) };
        self.records().remove(SESSION_DATA, key, now).await?;
        self.ended(&session, EndCause::Ended, now).await;
        Ok(self.hooks().on_logout(session).await?)
    }

    /// Tells that a session is over.
    pub(crate) async fn ended(&self, session: &Session, cause: EndCause, now: SamlInstant) {
        let ended = Occurrence::new(Event::SessionEnded { cause }, CorrelationId::random(), now);
        self.trace().note(&ended.with(Some(&session.idp)).about(session.person())).await;
    }
}
