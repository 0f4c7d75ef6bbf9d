//! The contract that every engine fulfils.

use async_trait::async_trait;

use crate::{Entry, MAX_VALUE_OCTETS, Namespace, StoreError, StoreInstant, require_key};

/// How much a party may hold for each entry and each octet that is free.
pub const SHARE: usize = 4;

/// An expiring key-value store: all that is remembered between two exchanges.
///
/// # Guarantees
/// - **Atomicity.** Each operation on one key takes effect at one moment between its call and its return, for all
///   tasks, threads and (with an engine that several processes share) processes. Of any number of concurrent
///   [`insert_if_absent`](Store::insert_if_absent) of one absent key exactly one is told [`Insertion::Inserted`]; of
///   any number of concurrent [`take`](Store::take) at most one gets the value; of any number of concurrent
///   [`replace`](Store::replace) that expect the same value, and store another, exactly one is told
///   [`Replacement::Replaced`].
/// - **Expiry is exclusive.** An entry is there while `now < expires_at` and gone from `now >= expires_at` on, for
///   every operation; when an engine frees its memory is its own affair.
/// - **No live entry is ever forgotten** to make room. An engine with a capacity refuses the new one with
///   [`StoreError::Full`], or [`StoreError::FullOfOctets`]: it may bound the octets of keys and values as well, for a
///   number of entries alone bounds nothing where each may have [`crate::MAX_VALUE_OCTETS`].
/// - **No party takes what all share.** An engine with a capacity keeps a part of every namespace free for other
///   parties: see [`insert_for`](Store::insert_for).
/// - **Separation.** Two different pairs of namespace and key never name the same entry, whatever characters the key
///   has.
/// - **Durability.** A durable engine (file, Redis with persistence) has made an entry durable before it answers; a
///   restart forgets nothing. The memory engine forgets everything when the process ends: pending logins must start
///   again, sessions end, and replay marks are lost while the assertions that they mark may still be valid.
///
/// # What it does not guarantee
/// - Nothing holds across two calls or two keys: there are no transactions, and none are needed where a decision
///   hangs on one `insert_if_absent`, one `take` or one `replace`.
/// - `replace` compares values, not versions: an entry that was changed and changed back counts as unchanged.
/// - `now` should not go back. If it does, an entry that had expired may or may not be there again.
/// - A future that is dropped before it answered may or may not have taken effect, as with
///   [`StoreError::Unavailable`].
/// - Values are neither encrypted nor authenticated; what an engine writes outside the process is as secret as that
///   place is. [`crate::Sealed`] encrypts them before they reach an engine.
///
/// # Errors
/// Every operation refuses a key of a length outside 1 to [`crate::MAX_KEY_OCTETS`] octets with
/// [`StoreError::KeyLength`], and answers [`StoreError::Unavailable`] or [`StoreError::Corrupt`] where the engine
/// failed. Those that store also answer [`StoreError::ValueTooLong`], [`StoreError::AlreadyExpired`] and one of those that
/// [`StoreError::lacks_room`] tells. On an error nothing was stored, except that `Unavailable` leaves it open.
#[async_trait]
pub trait Store: Send + Sync {
    /// The longest value that it takes, in octets: [`MAX_VALUE_OCTETS`], or a little less where the engine adds some of
    /// its own.
    fn max_value_octets(&self) -> usize {
        MAX_VALUE_OCTETS
    }

    /// Stores the entry if there is none under its key; an expired one does not count.
    ///
    /// # Errors
    /// See [`Store`]. An entry that is there already is no error but [`Insertion::AlreadyPresent`], also when the
    /// namespace is full.
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError>;

    /// Stores the entry as [`insert_if_absent`](Store::insert_if_absent) does, on the account of `party`: one of those
    /// who share the namespace.
    ///
    /// The entry counts as the party's until it is gone, whatever its value becomes. An engine with a capacity takes a
    /// new one, or a longer value, only while the party holds less than [`SHARE`] times what is free: of the entries,
    /// and with the new one of the octets if the engine bounds them. So one party alone gets four fifths of a
    /// namespace. Several that take all they can get the same share each, and a later party still finds room. The
    /// decision and the insertion are one atomic step: an engine with transactions counts in the same transaction, an
    /// engine with scripts in the same script.
    ///
    /// Entries without a party have no such bound. The default is for engines without a capacity.
    ///
    /// # Errors
    /// See [`Store`]; a party's name has the bounds of a key. [`StoreError::PartyFull`],
    /// [`StoreError::PartyFullOfOctets`]: the others have room, this party has none.
    async fn insert_for(
        &self,
        party: &str,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        require_key(party)?;
        self.insert_if_absent(entry, now).await
    }

    /// Stores the entry, replacing the one under its key, value and expiry both.
    ///
    /// Replacing works in a full namespace, by a value that is no longer than the one before.
    ///
    /// # Errors
    /// See [`Store`]. On an error the previous entry stands.
    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError>;

    /// Stores the entry in place of a live one under its key whose value is `expected`, octet for octet; value and
    /// expiry both. A caller that reads a value and writes a new one by this call can't lose a change that was made in
    /// between.
    ///
    /// An absent or expired entry has no value: use [`insert_if_absent`](Store::insert_if_absent) to begin. Replacing
    /// works in a full namespace, by a value that is no longer than the one before.
    ///
    /// # Errors
    /// See [`Store`]. Another value, or none, is no error but [`Replacement::Changed`].
    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError>;

    /// The value under a key. Reading doesn't lengthen its life.
    ///
    /// # Errors
    /// See [`Store`].
    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes the value under a key and returns it, in one step: only one caller ever gets it.
    ///
    /// # Errors
    /// See [`Store`].
    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes the entry under a key, if there is one.
    ///
    /// # Errors
    /// See [`Store`].
    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError>;
}

/// What became of an insertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Insertion {
    /// There was no live entry under the key; now there is this one.
    Inserted,
    /// There is a live entry under the key; it was left as it is.
    AlreadyPresent,
}

/// What became of a compare-and-swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Replacement {
    /// The expected value stood there; now there is this entry.
    Replaced,
    /// Another value stands there, or no live entry does; nothing was changed.
    Changed,
}
