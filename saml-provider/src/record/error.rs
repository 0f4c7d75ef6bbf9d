//! Why a record was not stored, or not read.

use saml_store::StoreError;

/// Why a record was not stored, or not read. Whoever depends on the answer for a decision refuses on every one of
/// these.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The store did not do what it was asked.
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
    /// What stands there is not what this version writes: others write to the same place.
    #[error("a record can't be read")]
    Unreadable,
    /// What stands there was written by another entity, and came here past this crate.
    #[error("a record belongs to another entity")]
    OtherOwner,
    /// The list of what somebody has changed each time that it was to be written.
    #[error("a list is written by too many at once")]
    Contended,
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
        }
    }

    /// What the rule asks for.
    #[must_use]
    pub fn expected(&self) -> String {
        match self {
            Self::Store(_) => "an answer of the store".to_owned(),
            Self::TooLong { at_most, .. } => format!("at most {at_most} octets to be remembered"),
            Self::Unreadable => "a record in the form of this version".to_owned(),
            Self::OtherOwner => "a record of this entity".to_owned(),
            Self::Contended => "a list that stays the same while it is read".to_owned(),
        }
    }

    /// What was found instead.
    #[must_use]
    pub fn found(&self) -> String {
        match self {
            Self::Store(error) => error.to_string(),
            Self::TooLong { octets, .. } => format!("{octets} octets"),
            Self::Unreadable => "another form".to_owned(),
            Self::OtherOwner => "one of another entity".to_owned(),
            Self::Contended => "one that changed each time".to_owned(),
        }
    }
}
