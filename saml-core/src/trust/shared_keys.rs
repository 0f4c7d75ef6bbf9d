//! Floor 6: the keys that are shared with one peer.

use std::sync::Arc;

use crate::crypto::SharedKey;

/// The keys that we share with one peer, in the order in which they are tried; usually none.
///
/// Two while one is being replaced: the new one is configured on our side, then used on the other, then the old one
/// goes. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedKeys(Option<Arc<[SharedKey]>>);

impl SharedKeys {
    /// The most keys that are tried.
    pub const MAX: usize = 4;

    /// No key: a message with a session key under a shared key is refused.
    pub const NONE: Self = Self(None);

    /// These keys. One that is there already is dropped, whatever it is called.
    ///
    /// # Errors
    /// [`TooManySharedKeys`].
    pub fn new(keys: impl IntoIterator<Item = SharedKey>) -> Result<Self, TooManySharedKeys> {
        let mut shared: Vec<SharedKey> = Vec::new();
        for key in keys {
            if !shared.iter().any(|known| known.is_same_secret(&key)) {
                shared.push(key);
            }
        }
        if shared.len() > Self::MAX {
            return Err(TooManySharedKeys { found: shared.len() });
        }
        Ok(Self((!shared.is_empty()).then(|| shared.into())))
    }

    /// The keys.
    #[must_use]
    pub fn as_slice(&self) -> &[SharedKey] {
        self.0.as_deref().unwrap_or_default()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether the list is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }
}

impl From<SharedKey> for SharedKeys {
    fn from(key: SharedKey) -> Self {
        Self(Some(Arc::new([key])))
    }
}

/// More shared keys than are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found} shared keys are more than the 4 that are tried for one peer")]
pub struct TooManySharedKeys {
    /// How many there were.
    pub found: usize,
}
