//! The records of both roles, each bound to its owner.
//!
//! This is the one place where a role's values become octets of the store and come back. Several entities may have one
//! store: the tenants of a process, or two applications with one database. A token in a cookie, an identifier in a
//! message and a typed name don't say whose record they name; the record itself does:
//!
//! - its key is a hash of the owner's entity ID and the name, so that another entity finds nothing under that name;
//! - the owner stands in the record as well, behind an octet that tells the version of its form, and a record is
//!   refused on reading unless both are right.

mod error;
mod held;
mod kind;
mod state_key;

use saml_core::base::{EntityId, SamlInstant};
use saml_store::{Entry, Insertion, Replacement, Store};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::error::RecordError;
pub use self::held::{Held, HeldKind, HeldList, LIST_OCTETS, MOST_SESSIONS, MOST_SESSIONS_AT_ALL};
pub use self::kind::RecordKind;
pub use self::state_key::StateKey;
use crate::store_instant;

/// The records of one entity in a store.
///
/// # What it guarantees
/// - No record of one owner is found, counted, changed or removed by another, for any kind and any name.
/// - A record that can't be read is an error and never counts as absent: a store that others write to can't make the
///   answer to "who is signed in" a false "nobody".
/// - What a peer brought about ([`Draft::peer`]) counts as that peer's, and can't take what all share
///   ([`Store::insert_for`]).
///
/// # What it does not guarantee
/// Values are neither encrypted nor authenticated: anybody who can write to the store can write records for any owner.
#[derive(Clone, Copy)]
pub struct Records<'a> {
    store: &'a dyn Store,
    owner: &'a EntityId,
}

/// A record to be stored.
#[derive(Debug)]
pub struct Draft<'a, T> {
    /// What it is called. It may have any length and any characters, and is not stored.
    pub name: &'a str,
    /// The content.
    pub content: &'a T,
    /// The peer that it counts for, because the peer brought it about: `None` for what no peer can multiply.
    pub peer: Option<&'a EntityId>,
    /// The first instant at which it is gone.
    pub expires_at: SamlInstant,
}

/// A record that was read, and may be replaced if it is still the same.
#[derive(Debug)]
pub struct Found<T> {
    /// The content.
    pub content: T,
    octets: Vec<u8>,
}

impl<'a> Records<'a> {
    /// The records of `owner` in `store`.
    #[must_use]
    pub const fn of(owner: &'a EntityId, store: &'a dyn Store) -> Self {
        Self { store, owner }
    }

    /// Stores the record if there is none of its name.
    ///
    /// # Errors
    /// [`RecordError::TooLong`], or the store's.
    pub async fn insert<T: Serialize>(
        self,
        kind: RecordKind<T>,
        draft: Draft<'_, T>,
        now: SamlInstant,
    ) -> Result<Insertion, RecordError> {
        let key = self.key(draft.name);
        let entry = self.entry(kind, &key, &draft)?;
        let inserted = match draft.peer {
            None => self.store.insert_if_absent(entry, store_instant(now)).await,
            Some(peer) => self.store.insert_for(&self.key(peer.as_str()), entry, store_instant(now)).await,
        };
        Ok(inserted?)
    }

    /// Stores the record, in place of the one of its name if there is one.
    ///
    /// It counts for no peer: [`Draft::peer`] is not looked at.
    ///
    /// # Errors
    /// As [`Self::insert`].
    pub async fn put<T: Serialize>(
        self,
        kind: RecordKind<T>,
        draft: Draft<'_, T>,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        let key = self.key(draft.name);
        Ok(self.store.put(self.entry(kind, &key, &draft)?, store_instant(now)).await?)
    }

    /// The record of this name.
    ///
    /// # Errors
    /// It can't be read, is another's, or the store failed.
    pub async fn get<T: DeserializeOwned>(
        self,
        kind: RecordKind<T>,
        name: &str,
        now: SamlInstant,
    ) -> Result<Option<T>, RecordError> {
        Ok(self.find(kind, name, now).await?.map(|found| found.content))
    }

    /// The record of this name, to be [replaced](Self::replace).
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn find<T: DeserializeOwned>(
        self,
        kind: RecordKind<T>,
        name: &str,
        now: SamlInstant,
    ) -> Result<Option<Found<T>>, RecordError> {
        let stored = self.store.get(kind.namespace(), &self.key(name), store_instant(now)).await?;
        let Some(octets) = stored else { return Ok(None) };
        Ok(Some(Found { content: kind.read(self.owner, &octets)?, octets }))
    }

    /// Removes the record of this name and returns it, in one step: only one caller ever gets it. One that can't be
    /// read is gone too.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub async fn take<T: DeserializeOwned>(
        self,
        kind: RecordKind<T>,
        name: &str,
        now: SamlInstant,
    ) -> Result<Option<T>, RecordError> {
        let stored = self.store.take(kind.namespace(), &self.key(name), store_instant(now)).await?;
        stored.map(|octets| kind.read(self.owner, &octets)).transpose()
    }

    /// Stores the record in place of the one that was found, if that is still there as it was. It stays on the account
    /// on which it was inserted.
    ///
    /// # Errors
    /// As [`Self::insert`]. A record that was changed or is gone is no error but [`Replacement::Changed`].
    pub async fn replace<T: Serialize>(
        self,
        kind: RecordKind<T>,
        draft: Draft<'_, T>,
        found: &Found<T>,
        now: SamlInstant,
    ) -> Result<Replacement, RecordError> {
        let key = self.key(draft.name);
        let entry = self.entry(kind, &key, &draft)?;
        Ok(self.store.replace(entry, &found.octets, store_instant(now)).await?)
    }

    /// Removes the record of this name, if there is one.
    ///
    /// # Errors
    /// The store's.
    pub async fn remove<T>(
        self,
        kind: RecordKind<T>,
        name: &str,
        now: SamlInstant,
    ) -> Result<(), RecordError> {
        Ok(self.store.remove(kind.namespace(), &self.key(name), store_instant(now)).await?)
    }

    fn entry<'k, T: Serialize>(
        self,
        kind: RecordKind<T>,
        key: &'k str,
        draft: &Draft<'_, T>,
    ) -> Result<Entry<'k>, RecordError> {
        let value = kind.write(self.owner, draft.content)?;
        let expires_at = store_instant(draft.expires_at);
        Ok(Entry { namespace: kind.namespace(), key, value, expires_at })
    }

    /// SHA-256 of the owner and the name. An entity ID has no line feed, so that two pairs never give one text.
    fn key(self, name: &str) -> String {
        let mut hash = openssl::sha::Sha256::new();
        hash.update(self.owner.as_str().as_bytes());
        hash.update(b"\n");
        hash.update(name.as_bytes());
        data_encoding::BASE64URL_NOPAD.encode(&hash.finish())
    }
}

#[cfg(test)]
mod tests;
