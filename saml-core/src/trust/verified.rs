//! Floor 6: a value that its claimed sender has signed.

use std::ops::Deref;

use super::Provenance;

/// A value read from octets whose signature was verified with a pinned key.
///
/// Guarantees: the peer's key signed exactly this value. Does *not* guarantee: that the message is for us, fresh,
/// solicited or unused; that is what [`crate::validation`] judges.
///
/// # Security
/// There is no public constructor, no `Default`, no deserialisation and no way to change the value in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified<T> {
    value: T,
    provenance: Provenance,
}

impl<T> Verified<T> {
    /// Made in this module only, right where the octets were hashed.
    pub(super) const fn new(value: T, provenance: Provenance) -> Self {
        Self { value, provenance }
    }

    /// How it came to be believed.
    pub const fn provenance(&self) -> &Provenance {
        &self.provenance
    }

    /// Gives the value up to the caller, who answers for it from here on.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Verified<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}
