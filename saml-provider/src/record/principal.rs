//! The sessions of one person: a bounded number, kept in a list of their own.

use saml_core::base::{EntityId, SamlInstant};
use saml_store::{Insertion, Replacement};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Draft, RecordError, RecordKind, Records};

/// The most sessions that one person has at a time. When one more begins the oldest ends.
pub const MOST_SESSIONS: usize = 20;

/// How often a list is read and written before that is given up. Each time somebody else's change went through, so
/// this many would have to sign in under one name, all at once.
const ATTEMPTS: usize = 100;

/// How long a list without sessions is kept, in seconds: it can be replaced, but not removed, only if it is unchanged.
const EMPTY_LIST_SECONDS: u64 = 1;

/// Where a role keeps its sessions, and who has which.
#[derive(Debug)]
pub struct SessionKinds<T> {
    /// The sessions, by the key of their handle.
    pub sessions: RecordKind<T>,
    /// The sessions of each person, by the person's name, which is hashed like every name of a record.
    pub of_principals: RecordKind<SessionList>,
}

impl<T> Clone for SessionKinds<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for SessionKinds<T> {}

/// The sessions of one person, the oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct SessionList(Vec<Listed>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listed {
    /// The session's name as a record: a hash of its handle.
    name: String,
    /// Milliseconds since 1970, exclusive.
    expires_at: i64,
}

/// A session that begins.
#[derive(Debug)]
pub struct BeginningSession<'a, T> {
    /// Whose it is. `None` if nobody can tell: then nothing bounds their number but the peer's share.
    pub principal: Option<&'a str>,
    /// The session; its name is the key of its handle.
    pub session: Draft<'a, T>,
}

impl Records<'_> {
    /// Begins a session. If the person then has more than [`MOST_SESSIONS`], the oldest end.
    ///
    /// Sessions that begin at the same time, on however many nodes, are counted all: each is stored first and then
    /// entered into the person's list by compare-and-swap; one that can't be entered is taken back.
    ///
    /// # Errors
    /// As [`Records::insert`], also for the list; or [`RecordError::Contended`]. No session has begun, though older
    /// ones may have ended.
    pub async fn begin_session<T: Serialize>(
        self,
        kinds: SessionKinds<T>,
        beginning: BeginningSession<'_, T>,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        let BeginningSession { principal, session } = beginning;
        let (name, peer, expires_at) = (session.name, session.peer, session.expires_at);
        let _new: Insertion = self.insert(kinds.sessions, session, now).await?;
        let Some(principal) = principal else { return Ok(()) };
        let listed = Listed { name: name.to_owned(), expires_at: expires_at.unix_millis() };
        let over = match self.enter(kinds.of_principals, principal, peer, &listed, now).await {
            Ok(ended) => self.remove_all(kinds.sessions, ended, now).await,
            Err(error) => Err(error),
        };
        if over.is_err() {
            // The first error is the one to tell.
            let _taken_back = self.remove(kinds.sessions, name, now).await;
        }
        over
    }

    /// Ends a session. One that can't be read ends as well.
    ///
    /// # Errors
    /// The store failed; the session may still be alive.
    pub async fn end_session<T: DeserializeOwned>(
        self,
        kinds: SessionKinds<T>,
        name: &str,
        principal_of: impl FnOnce(&T) -> Option<String>,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        let session = match self.take(kinds.sessions, name, now).await {
            Ok(session) => session,
            Err(RecordError::Store(error)) => return Err(error.into()),
            Err(_unreadable) => None,
        };
        if let Some(principal) = session.as_ref().and_then(principal_of) {
            // The session has ended; a list that still names it errs to the side of fewer.
            let _struck = self.strike(kinds.of_principals, &principal, name, now).await;
        }
        Ok(())
    }

    /// Enters a session into the person's list: the names of those that are one too many.
    async fn enter(
        self,
        kind: RecordKind<SessionList>,
        principal: &str,
        peer: Option<&EntityId>,
        new: &Listed,
        now: SamlInstant,
    ) -> Result<Vec<String>, RecordError> {
        for _ in 0..ATTEMPTS {
            let found = self.find(kind, principal, now).await?;
            let mut live = found.as_ref().map_or_else(Vec::new, |found| found.content.live(now));
            let one_too_many = (live.len() + 1).saturating_sub(MOST_SESSIONS);
            let ended = live.drain(..one_too_many).map(|listed| listed.name).collect();
            live.push(new.clone());
            let list = SessionList(live);
            let draft = Draft { name: principal, content: &list, peer, expires_at: list.end(now) };
            let entered = match found {
                None => self.insert(kind, draft, now).await? == Insertion::Inserted,
                Some(found) => self.replace(kind, draft, &found, now).await? == Replacement::Replaced,
            };
            if entered {
                return Ok(ended);
            }
        }
        Err(RecordError::Contended)
    }

    /// Strikes a session that has ended off the person's list.
    async fn strike(
        self,
        kind: RecordKind<SessionList>,
        principal: &str,
        name: &str,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        for _ in 0..ATTEMPTS {
            let Some(found) = self.find(kind, principal, now).await? else { return Ok(()) };
            let mut live = found.content.live(now);
            live.retain(|listed| listed.name != name);
            let list = SessionList(live);
            let draft = Draft { name: principal, content: &list, peer: None, expires_at: list.end(now) };
            if self.replace(kind, draft, &found, now).await? == Replacement::Replaced {
                return Ok(());
            }
        }
        Err(RecordError::Contended)
    }

    async fn remove_all<T>(
        self,
        kind: RecordKind<T>,
        names: Vec<String>,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        for name in names {
            self.remove(kind, &name, now).await?;
        }
        Ok(())
    }
}

impl SessionList {
    fn live(&self, now: SamlInstant) -> Vec<Listed> {
        self.0.iter().filter(|listed| now.unix_millis() < listed.expires_at).cloned().collect()
    }

    /// When the last of them has ended.
    fn end(&self, now: SamlInstant) -> SamlInstant {
        let last = self.0.iter().map(|listed| listed.expires_at).max();
        last.and_then(SamlInstant::from_unix_millis)
            .unwrap_or_else(|| now.saturating_add(std::time::Duration::from_secs(EMPTY_LIST_SECONDS)))
    }
}
