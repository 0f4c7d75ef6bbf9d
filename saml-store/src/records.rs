//! The contract for what people own and must not lose.

use async_trait::async_trait;

use crate::{
    EngineFailure, Insertion, MAX_RECORD_OCTETS, Namespace, Record, RecordName, RecordPage, Replacement,
    StoreError,
};

/// How often an import is begun anew because somebody removed the record in between.
const ATTEMPTS: usize = 100;

/// What people own and must not lose: passkeys, secrets of one-time passwords, recovery codes, consents, changed
/// passwords, linked accounts.
///
/// A record has a namespace, an owner, a name among those of the owner, and a value. It stays until somebody removes it:
/// nothing here expires, and no instant is asked for. What may be forgotten belongs into a [`crate::Store`].
///
/// # Guarantees
/// - **Atomicity.** Each operation takes effect at one moment between its call and its return, for all tasks, threads
///   and (with an engine that several processes share) processes. Of any number of concurrent
///   [`insert_record`](Records::insert_record) of one absent record exactly one is told [`Insertion::Inserted`]; of any
///   number of concurrent [`replace_record`](Records::replace_record) and [`remove_record`](Records::remove_record) that
///   expect the same value, and store another or none, exactly one succeeds.
/// - **Nothing is lost without a word.** A record leaves by [`remove_record`](Records::remove_record) and
///   [`remove_records_of`](Records::remove_records_of) alone, and changes by
///   [`replace_record`](Records::replace_record) alone, each of which its caller asked for. There is no way to write over
///   a value that one has not read. A namespace, or an owner, that has as much as it may refuses more.
/// - **Room for others.** One owner has at most [`crate::MAX_RECORDS_OF_OWNER`] records in a namespace, and
///   [`crate::MAX_OCTETS_OF_OWNER`] octets, also when many callers store at once. Sealed records count as they are sealed.
/// - **Separation.** Two different triples of namespace, owner and name never name the same record, whatever characters
///   they have.
/// - **Durability.** A durable engine has made a change durable before it answers; a restart forgets nothing.
/// - **Lists are complete.** A record that is there from the first page of a list or an export to the last is in exactly
///   one of them, with a value that it had in between, whatever others write meanwhile.
///
/// # What it does not guarantee
/// - Nothing holds across two calls: there are no transactions. Several pages are not one moment, so an export while
///   others write may have one of two records that were written together. `FileStore::back_up` copies one moment.
/// - The order of lists is stable, and no more: it is that of no alphabet.
/// - `replace_record` and `remove_record` compare values, not versions: a record that was changed and changed back
///   counts as unchanged.
/// - A future that is dropped before it answered may or may not have taken effect, as with
///   [`StoreError::Unavailable`].
/// - A backup, or an export, that is put back brings back what was removed since: a passkey that was revoked, a recovery
///   code that was used.
/// - Values are neither encrypted nor authenticated. [`crate::Sealed`] encrypts them before they reach an engine.
///
/// # Errors
/// Every operation refuses an owner and a name of a length outside 1 to [`crate::MAX_KEY_OCTETS`] octets with
/// [`StoreError::OwnerLength`] and [`StoreError::KeyLength`], and answers [`StoreError::Unavailable`] or
/// [`StoreError::Corrupt`] where the engine failed. Those that store also answer [`StoreError::ValueTooLong`],
/// [`StoreError::OwnerFull`], [`StoreError::OwnerFullOfOctets`], [`StoreError::Full`] and [`StoreError::FullOfOctets`].
/// On an error nothing was changed, except that `Unavailable` leaves it open.
#[async_trait]
pub trait Records: Send + Sync {
    /// The longest value that it takes, in octets: [`MAX_RECORD_OCTETS`], or a little less where the engine adds some of
    /// its own.
    fn max_record_octets(&self) -> usize {
        MAX_RECORD_OCTETS
    }

    /// Stores a record if there is none at this place.
    ///
    /// # Errors
    /// See [`Records`]. A record that is there already is no error but [`Insertion::AlreadyPresent`], also when its owner
    /// or the namespace has as much as it may.
    async fn insert_record(&self, at: RecordName<'_>, value: Vec<u8>) -> Result<Insertion, StoreError>;

    /// The value at a place.
    ///
    /// # Errors
    /// See [`Records`].
    async fn record(&self, at: RecordName<'_>) -> Result<Option<Vec<u8>>, StoreError>;

    /// Stores a value in place of the one that is `expected`, octet for octet. A caller that reads a value and writes a
    /// new one by this call can't lose a change that was made in between.
    ///
    /// Replacing works in a full namespace, and for an owner who has as much as one may, by a value that is no longer than
    /// the one before.
    ///
    /// # Errors
    /// See [`Records`]. Another value, or none, is no error but [`Replacement::Changed`].
    async fn replace_record(
        &self,
        at: RecordName<'_>,
        value: Vec<u8>,
        expected: &[u8],
    ) -> Result<Replacement, StoreError>;

    /// Removes the record whose value is `expected`, octet for octet: only one caller is ever told that it did. So a
    /// recovery code is used once.
    ///
    /// # Errors
    /// See [`Records`]. Another value, or none, is no error but [`Removal::Changed`].
    async fn remove_record(&self, at: RecordName<'_>, expected: &[u8]) -> Result<Removal, StoreError>;

    /// The records of one owner in a namespace, a page at a time: those that follow the name `after`, which need not be
    /// there any more, or the first ones.
    ///
    /// # Errors
    /// See [`Records`].
    async fn records_of(
        &self,
        namespace: Namespace,
        owner: &str,
        after: Option<&str>,
    ) -> Result<RecordPage, StoreError>;

    /// Removes all records of one owner in a namespace at one moment, where an account ends. Returns how many there were.
    ///
    /// # Errors
    /// See [`Records`].
    async fn remove_records_of(&self, namespace: Namespace, owner: &str) -> Result<usize, StoreError>;

    /// The records of all owners in a namespace, a page at a time: those that follow the owner and the name `after`, or
    /// the first ones. They are as they are stored: sealed ones stay sealed, their owners and names hidden.
    ///
    /// # Errors
    /// See [`Records`].
    async fn export_records(
        &self,
        namespace: Namespace,
        after: Option<(&str, &str)>,
    ) -> Result<RecordPage, StoreError>;

    /// Stores a record that was exported, here or from another engine. What is there stays: nothing is ever written over.
    /// An import that was broken off can be begun anew.
    ///
    /// # Errors
    /// See [`Records`].
    async fn import_record(&self, namespace: Namespace, record: &Record) -> Result<Import, StoreError> {
        let at = record.at(namespace);
        for _ in 0..ATTEMPTS {
            if self.insert_record(at, record.value.clone()).await? == Insertion::Inserted {
                return Ok(Import::Imported);
            }
            match self.record(at).await? {
                Some(value) if value == record.value => return Ok(Import::AlreadyPresent),
                Some(_) => return Ok(Import::Differs),
                // It was removed in between.
                None => {}
            }
        }
        Err(StoreError::Unavailable(EngineFailure::from(
            "others inserted and removed the record time and again",
        )))
    }
}

/// What became of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Removal {
    /// The expected value stood there; now there is none.
    Removed,
    /// Another value stands there, or none does; nothing was changed.
    Changed,
}

/// What became of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Import {
    /// There was no record at this place; now there is this one.
    Imported,
    /// The same record was there.
    AlreadyPresent,
    /// A record of another value is there; it was left as it is. Which of the two is right is for a person to decide.
    Differs,
}
