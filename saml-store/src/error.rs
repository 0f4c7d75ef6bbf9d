//! Why a store did not do what it was asked.

use std::error::Error;

use crate::Namespace;

/// What an engine's own library reported.
pub type EngineFailure = Box<dyn Error + Send + Sync>;

/// Why a store did not do what it was asked.
///
/// A caller that decides by the answer must refuse on each of these errors: a replay mark that could not be written is
/// no permission to go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Configuration of the caller: a key is empty or longer than [`crate::MAX_KEY_OCTETS`].
    #[error("a store key of {octets} octets is not between 1 and 512")]
    KeyLength {
        /// How many octets it has.
        octets: usize,
    },
    /// Configuration of the caller: an owner of a record is empty or longer than [`crate::MAX_KEY_OCTETS`].
    #[error("an owner of {octets} octets is not between 1 and 512")]
    OwnerLength {
        /// How many octets it has.
        octets: usize,
    },
    /// A value is longer than [`crate::Store::max_value_octets`] or [`crate::Records::max_record_octets`].
    #[error("a stored value of {octets} octets is too long")]
    ValueTooLong {
        /// How many octets it has.
        octets: usize,
    },
    /// The entry would be expired the moment it is stored.
    ///
    /// An error and not a silent nothing: a replay mark that nobody can ever see would count as written each time.
    #[error("an entry to be stored has already expired")]
    AlreadyExpired,
    /// The namespace holds as many live entries as it may. No live entry was forgotten to make room.
    #[error("the store's namespace {namespace} is full at {capacity} entries")]
    Full {
        /// Where.
        namespace: Namespace,
        /// How many entries it may hold.
        capacity: usize,
    },
    /// The namespace holds as many octets as it may. No live entry was forgotten to make room.
    #[error("the store's namespace {namespace} is full at {octets} octets")]
    FullOfOctets {
        /// Where.
        namespace: Namespace,
        /// How many octets it may hold.
        octets: usize,
    },
    /// A party holds as many entries of the namespace as one party may. The others still have room.
    #[error("one party has its share of the store's namespace {namespace}, which has {capacity} entries")]
    PartyFull {
        /// Where.
        namespace: Namespace,
        /// How many entries all parties may hold together.
        capacity: usize,
    },
    /// A party holds as many octets of the namespace as one party may. The others still have room.
    #[error("one party has its share of the store's namespace {namespace}, which has {octets} octets")]
    PartyFullOfOctets {
        /// Where.
        namespace: Namespace,
        /// How many octets all parties may hold together.
        octets: usize,
    },
    /// An owner has as many records in the namespace as one may. None was forgotten to make room.
    #[error(
        "one owner has all records that one may have in the store's namespace {namespace}, which are {capacity}"
    )]
    OwnerFull {
        /// Where.
        namespace: Namespace,
        /// How many records one owner may have there.
        capacity: usize,
    },
    /// An owner has as many octets of records of the namespace as one owner may: [`crate::MAX_OCTETS_OF_OWNER`]. The others
    /// still have room.
    #[error(
        "an owner has {octets} octets of records of the store's namespace {namespace}, and may have no more"
    )]
    OwnerFullOfOctets {
        /// Where.
        namespace: Namespace,
        /// How many octets one owner may have.
        octets: usize,
    },
    /// Environment: the engine could not answer. Whether the operation took effect is unknown.
    #[error("the store is unavailable")]
    Unavailable(#[source] EngineFailure),
    /// Environment: the disk, or the file's own bound, has no room for the change. Nothing was changed.
    #[error("the store's disk is full")]
    NoSpace(#[source] EngineFailure),
    /// Environment: the disk, or the file, can't be written. Nothing was changed.
    #[error("the store's disk is read-only")]
    ReadOnly(#[source] EngineFailure),
    /// Environment: the engine holds something that it did not write.
    #[error("a stored entry can't be read")]
    Corrupt(#[source] EngineFailure),
}

impl StoreError {
    /// Whether there was no room: for all, for the party or for the owner. The new entry was not stored, and all others are unchanged.
    #[must_use]
    pub const fn lacks_room(&self) -> bool {
        match self {
            Self::Full { .. }
            | Self::FullOfOctets { .. }
            | Self::PartyFull { .. }
            | Self::PartyFullOfOctets { .. }
            | Self::OwnerFull { .. }
            | Self::OwnerFullOfOctets { .. } => true,
            Self::KeyLength { .. }
            | Self::OwnerLength { .. }
            | Self::ValueTooLong { .. }
            | Self::AlreadyExpired
            | Self::Unavailable(_)
            | Self::NoSpace(_)
            | Self::ReadOnly(_)
            | Self::Corrupt(_) => false,
        }
    }

    /// The stable, dotted name of this error, for logs and verdicts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::KeyLength { .. } => "store.key_length",
            Self::OwnerLength { .. } => "store.owner_length",
            Self::ValueTooLong { .. } => "store.value_too_long",
            Self::AlreadyExpired => "store.already_expired",
            Self::Full { .. } | Self::FullOfOctets { .. } => "store.full",
            Self::PartyFull { .. } | Self::PartyFullOfOctets { .. } => "store.party_full",
            Self::OwnerFull { .. } | Self::OwnerFullOfOctets { .. } => "store.owner_full",
            Self::Unavailable(_) => "store.unavailable",
            Self::NoSpace(_) => "store.no_space",
            Self::ReadOnly(_) => "store.read_only",
            Self::Corrupt(_) => "store.corrupt",
        }
    }
}
