//! Entries, and the bounds that every engine enforces alike.

use crate::{Namespace, StoreError, StoreInstant};

/// The longest key, in octets. Longer names are hashed by the caller.
pub const MAX_KEY_OCTETS: usize = 512;

/// The longest value, in octets: room for any message that the protocol accepts, not for files. A store may take a little
/// less: [`crate::Store::max_value_octets`].
pub const MAX_VALUE_OCTETS: usize = 2 * 1024 * 1024;

/// An entry to be stored.
///
/// Fields are named because two of the arguments of a store operation are instants; swapped, they would still
/// compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The use that it belongs to.
    pub namespace: Namespace,
    /// Its name there, 1 to [`MAX_KEY_OCTETS`] octets, compared octet by octet.
    pub key: &'a str,
    /// The value, at most [`MAX_VALUE_OCTETS`] octets; may be empty.
    pub value: Vec<u8>,
    /// The first instant at which it is gone.
    pub expires_at: StoreInstant,
}

impl Entry<'_> {
    /// Checks the bounds of the contract. Engines call it first.
    ///
    /// # Errors
    /// [`StoreError::KeyLength`], [`StoreError::ValueTooLong`], or [`StoreError::AlreadyExpired`] if
    /// `now >= expires_at`.
    pub fn require_storable(&self, now: StoreInstant) -> Result<(), StoreError> {
        require_key(self.key)?;
        if self.value.len() > MAX_VALUE_OCTETS {
            return Err(StoreError::ValueTooLong { octets: self.value.len() });
        }
        if now >= self.expires_at {
            return Err(StoreError::AlreadyExpired);
        }
        Ok(())
    }
}

/// Checks that a key keeps the bounds of the contract. Engines call it first.
///
/// # Errors
/// [`StoreError::KeyLength`].
pub const fn require_key(key: &str) -> Result<(), StoreError> {
    if key.is_empty() || key.len() > MAX_KEY_OCTETS {
        return Err(StoreError::KeyLength { octets: key.len() });
    }
    Ok(())
}
