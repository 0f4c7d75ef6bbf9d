//! Floor 6: the keys that others encrypt to us with.

use std::fmt;
use std::sync::Arc;

use crate::crypto::Decrypter;

/// Our own decryption keys, in the order in which they are tried; perhaps none.
///
/// More than one while a key is being replaced [IIP-SP08]: the old one opens until every peer has read the new metadata.
#[derive(Clone, Default)]
pub struct DecryptionKeys(Vec<Arc<dyn Decrypter>>);

impl DecryptionKeys {
    /// The most keys that are tried: each one costs a private-key operation per message, before anything is verified.
    pub const MAX: usize = 4;

    /// No key: whatever is encrypted refuses its message.
    pub const NONE: &'static Self = &Self(Vec::new());

    /// These keys. Duplicates are dropped.
    ///
    /// # Errors
    /// [`TooManyDecryptionKeys`].
    pub fn new(keys: impl IntoIterator<Item = Arc<dyn Decrypter>>) -> Result<Self, TooManyDecryptionKeys> {
        let mut ours: Vec<Arc<dyn Decrypter>> = Vec::new();
        for key in keys {
            let fingerprint = key.public_key().fingerprint();
            if ours.iter().all(|known| known.public_key().fingerprint() != fingerprint) {
                ours.push(key);
            }
        }
        if ours.len() > Self::MAX {
            return Err(TooManyDecryptionKeys { found: ours.len() });
        }
        Ok(Self(ours))
    }

    pub(super) fn as_slice(&self) -> &[Arc<dyn Decrypter>] {
        &self.0
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for DecryptionKeys {
    /// The fingerprints of the public keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| key.public_key().fingerprint())).finish()
    }
}

/// More decryption keys than are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} decryption keys are more than the 4 that are tried")]
pub struct TooManyDecryptionKeys {
    /// How many there were.
    pub found: usize,
}
