//! Why a record was not stored, or not read.

use saml_store::StoreError;

/// Why a record was not stored, or not read. A caller that decides by the answer must refuse on each of these errors.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// More than is kept under one name.
    #[error("a record of {octets} octets is longer than {at_most}")]
    TooLong {
        /// How many octets it has.
        octets: usize,
        /// How many it may have.
        at_most: usize,
    },
    /// The entry is not in the form of this version: somebody else writes to the same place.
    #[error("a record can't be read")]
    Unreadable,
    /// The entry was written by another entity, and was put here without this crate.
    #[error("a record belongs to another entity")]
    OtherOwner,
    /// A holder's list was changed by somebody else at each attempt to write it.
    #[error("a list is written by too many at once")]
    Contended,
    /// The cryptographic library failed, or the system has no randomness.
    #[error("the cryptographic library failed")]
    Crypto,
}

impl RecordError {
    /// The stable, dotted name of this error, for logs and verdicts.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(error) => error.code(),
            Self::TooLong { .. } => "store.value_too_long",
            Self::Unreadable => "store.corrupt",
            Self::OtherOwner => "store.other_owner",
            Self::Contended => "store.contended",
            Self::Crypto => "crypto.library_failed",
        }
    }

    /// The expected value, in words.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Store(_) => "an answer of the store".to_owned(),
            Self::TooLong { at_most, .. } => format!("at most {at_most} octets to be remembered"),
            Self::Unreadable => "a record in the form of this version".to_owned(),
            Self::OtherOwner => "a record of this entity".to_owned(),
            Self::Contended => "a list that stays the same while it is read".to_owned(),
            Self::Crypto => "an answer of the cryptographic library".to_owned(),
        }
    }

    /// The found value, in words.
    #[must_use]
    pub fn found(&self) -> String {
        match self {
            Self::Store(error) => error.to_string(),
            Self::TooLong { octets, .. } => format!("{octets} octets"),
            Self::Unreadable => "another form".to_owned(),
            Self::OtherOwner => "one of another entity".to_owned(),
            Self::Contended => "one that changed each time".to_owned(),
            Self::Crypto => "a failure".to_owned(),
        }
    }
}
