//! Records of which one holder has a bounded number, with a list for each holder: the sessions of a person.

use saml_core::base::{EntityId, SamlInstant};
use saml_store::{Insertion, Replacement};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Draft, RecordError, RecordKind, Records};

/// The most sessions that one person has at a time, where nothing else is said. When one more begins the oldest ends.
pub const MOST_SESSIONS: u16 = 20;

/// The most that may be said.
pub const MOST_SESSIONS_AT_ALL: u16 = 1_000;

/// What a list of as many takes, in octets.
pub const LIST_OCTETS: usize = 96 * 1024;

/// How often a list is read and written before that is given up. Each time somebody else's change went through, so
/// this many would have to begin something for one holder, all at once.
const ATTEMPTS: usize = 100;

/// How long an empty list is kept, in seconds: it can be replaced, but not removed, only if it is unchanged.
const EMPTY_LIST_SECONDS: u64 = 1;

/// A kind of record, of which each holder has a bounded number.
#[derive(Debug)]
pub struct HeldKind<T> {
    /// The records.
    pub records: RecordKind<T>,
    /// Who has which, by the holder's name, which is hashed like every name of a record.
    pub lists: RecordKind<HeldList>,
    /// How many one holder has at most.
    pub most: usize,
}

impl<T> HeldKind<T> {
    /// The same kind, of which one holder has so many at most.
    #[must_use]
    pub fn of_at_most(self, most: u16) -> Self {
        Self { most: usize::from(most), ..self }
    }
}

impl<T> Clone for HeldKind<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for HeldKind<T> {}

/// The records of one holder, the oldest first.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct HeldList(Vec<Listed>);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Listed {
    /// Its name as a record.
    name: String,
    /// Milliseconds since 1970, exclusive.
    expires_at: i64,
}

/// A record with its holder.
#[derive(Debug)]
pub struct Held<'a, T> {
    /// Whose it is. `None` if nobody can tell: then nothing bounds their number but the peer's share.
    pub holder: Option<&'a str>,
    /// The record.
    pub draft: Draft<'a, T>,
}

/// A record that is to be entered into a list.
#[derive(Clone, Copy)]
struct ListEntry<'a> {
    holder: &'a str,
    name: &'a str,
    /// The peer that the list counts for.
    peer: Option<&'a EntityId>,
    expires_at: SamlInstant,
}

impl Records<'_> {
    /// Stores a record and enters it into the holder's list. If they then have more than the kind admits, the oldest
    /// are removed, and returned.
    ///
    /// Records that are stored at the same time, on any number of nodes, are all counted: each is stored first, then
    /// entered into the list by compare-and-swap, and removed again if that fails. Not guaranteed: a process that ends
    /// between the two steps leaves a record that is on no list. It counts for nobody until it expires.
    ///
    /// # Errors
    /// As [`Records::insert`], also for the list; or [`RecordError::Contended`]. The record was not stored, although
    /// older ones may have been removed.
    pub async fn hold<T: Serialize + DeserializeOwned>(
        self,
        kind: HeldKind<T>,
        held: Held<'_, T>,
        now: SamlInstant,
    ) -> Result<Vec<T>, RecordError> {
        let Held { holder, draft } = held;
        let (name, peer, expires_at) = (draft.name, draft.peer, draft.expires_at);
        let _new: Insertion = self.insert(kind.records, draft, now).await?;
        let Some(holder) = holder else { return Ok(Vec::new()) };
        let entry = ListEntry { holder, name, peer, expires_at };
        let entered = self.enter(kind, entry, now).await;
        if entered.is_err() {
            // The first error is the one to tell.
            let _taken_back = self.remove(kind.records, name, now).await;
        }
        entered
    }

    /// Removes a record, strikes it off its holder's list, and returns it. One that can't be read goes as well.
    ///
    /// # Errors
    /// The store failed; the record may still be there.
    pub async fn let_go<T: DeserializeOwned>(
        self,
        kind: HeldKind<T>,
        name: &str,
        holder_of: impl FnOnce(&T) -> Option<String>,
        now: SamlInstant,
    ) -> Result<Option<T>, RecordError> {
        let record = match self.take(kind.records, name, now).await {
            Ok(record) => record,
            Err(RecordError::Store(error)) => return Err(error.into()),
            Err(_unreadable) => None,
        };
        if let Some(holder) = record.as_ref().and_then(holder_of) {
            // The record is gone; a list that still names it errs to the side of fewer.
            let _struck = self.strike(kind.lists, &holder, name, now).await;
        }
        Ok(record)
    }

    /// The records of a holder that are alive, the oldest first, each with its name. One that can't be read is left out.
    ///
    /// # Errors
    /// The list can't be read, or the store failed.
    pub async fn held_by<T: DeserializeOwned>(
        self,
        kind: HeldKind<T>,
        holder: &str,
        now: SamlInstant,
    ) -> Result<Vec<(String, T)>, RecordError> {
        let Some(list) = self.get(kind.lists, holder, now).await? else { return Ok(Vec::new()) };
        let mut held = Vec::new();
        for Listed { name, .. } in list.live(now) {
            match self.get(kind.records, &name, now).await {
                Ok(record) => held.extend(record.map(|record| (name, record))),
                Err(RecordError::Store(error)) => return Err(error.into()),
                Err(_unreadable) => {}
            }
        }
        Ok(held)
    }

    /// Enters a record that is stored into its holder's list, and removes those that are one too many: those of them
    /// that could be read.
    async fn enter<T: DeserializeOwned>(
        self,
        kind: HeldKind<T>,
        entry: ListEntry<'_>,
        now: SamlInstant,
    ) -> Result<Vec<T>, RecordError> {
        let mut removed = Vec::new();
        for name in self.list(kind, entry, now).await? {
            match self.take(kind.records, &name, now).await {
                Ok(record) => removed.extend(record),
                Err(RecordError::Store(error)) => return Err(error.into()),
                Err(_unreadable) => {}
            }
        }
        Ok(removed)
    }

    /// Writes the list: the names of those that are one too many.
    async fn list<T>(
        self,
        kind: HeldKind<T>,
        entry: ListEntry<'_>,
        now: SamlInstant,
    ) -> Result<Vec<String>, RecordError> {
        let ListEntry { holder, name, peer, expires_at } = entry;
        let new = Listed { name: name.to_owned(), expires_at: expires_at.unix_millis() };
        for _ in 0..ATTEMPTS {
            let found = self.find(kind.lists, holder, now).await?;
            let mut live = found.as_ref().map_or_else(Vec::new, |found| found.content.live(now));
            let one_too_many = (live.len() + 1).saturating_sub(kind.most);
            let over = live.drain(..one_too_many).map(|listed| listed.name).collect();
            live.push(new.clone());
            let list = HeldList(live);
            let draft = Draft { name: holder, content: &list, peer, expires_at: list.end(now) };
            let written = match found {
                None => self.insert(kind.lists, draft, now).await? == Insertion::Inserted,
                Some(found) => self.replace(kind.lists, draft, &found, now).await? == Replacement::Replaced,
            };
            if written {
                return Ok(over);
            }
        }
        Err(RecordError::Contended)
    }

    /// Strikes a record that is gone off its holder's list.
    async fn strike(
        self,
        lists: RecordKind<HeldList>,
        holder: &str,
        name: &str,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        for _ in 0..ATTEMPTS {
            let Some(found) = self.find(lists, holder, now).await? else { return Ok(()) };
            let mut live = found.content.live(now);
            live.retain(|listed| listed.name != name);
            let list = HeldList(live);
            let draft = Draft { name: holder, content: &list, peer: None, expires_at: list.end(now) };
            if self.replace(lists, draft, &found, now).await? == Replacement::Replaced {
                return Ok(());
            }
        }
        Err(RecordError::Contended)
    }
}

impl HeldList {
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
