//! Floor 6: the keys that others encrypt to us with.

use std::fmt;
use std::sync::Arc;

use super::SharedKeys;
use crate::base::{Budget, EntityId, Limits};
use crate::crypto::{Decrypter, PeerPolicy};
use crate::enc::Opener;

/// The keys that open the messages of a peer: our own decryption keys, in the order in which they are tried, and the
/// keys that we share with that peer. The list may be empty.
///
/// More than one while a key is being replaced [IIP-SP08]: the old one opens until every peer has read the new metadata.
#[derive(Clone, Default)]
pub struct DecryptionKeys {
    own: Vec<Arc<dyn Decrypter>>,
    shared: SharedKeys,
}

impl DecryptionKeys {
    /// The most keys of our own that are tried: each one costs a private-key operation per message, before anything is
    /// verified.
    pub const MAX: usize = 4;

    /// No key: a message with encrypted content is refused.
    pub const NONE: &'static Self = &Self { own: Vec::new(), shared: SharedKeys::NONE };

    /// A set of our own keys. Duplicates are dropped.
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
        Ok(Self { own: ours, shared: SharedKeys::NONE })
    }

    /// The same set, with the keys that we share with the peer.
    ///
    /// # Security
    /// Shared with that peer: under another one's, it could pass on as its own what that one sealed for us.
    #[must_use]
    pub fn with_shared_keys(self, shared: SharedKeys) -> Self {
        Self { shared, ..self }
    }

    /// The keys that we share with the peer.
    #[must_use]
    pub const fn shared_keys(&self) -> &SharedKeys {
        &self.shared
    }

    /// An opener for the content that the peer encrypted to `recipient` in one message.
    pub(super) fn opener<'a>(
        &'a self,
        recipient: &'a EntityId,
        policy: &'a PeerPolicy,
        limits: &'a Limits,
        budget: &'a mut Budget,
    ) -> Opener<'a> {
        let (keys, shared_keys) = (self.own.as_slice(), self.shared.as_slice());
        Opener { keys, shared_keys, recipient: recipient.as_str(), policy, limits, budget }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.own.len().saturating_add(self.shared.len())
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl fmt::Debug for DecryptionKeys {
    /// The fingerprints of the public keys, and the names of the shared ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        list.entries(self.own.iter().map(|key| key.public_key().fingerprint()));
        list.entries(self.shared.as_slice()).finish()
    }
}

/// More decryption keys than are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} decryption keys are more than the 4 that are tried")]
pub struct TooManyDecryptionKeys {
    /// How many there were.
    pub found: usize,
}
