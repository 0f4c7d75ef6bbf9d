//! Floor 6: the keys that a peer may sign with.

use super::{KeyFault, PublishedKey};
use crate::base::{Coded, VerdictCode, take_steps};
use crate::crypto::{PeerPolicy, PolicyViolation, PublicKey};
use crate::metadata::{KeyDescriptor, KeyUse};

/// The pinned signature keys of one peer, taken from its trusted metadata or configuration; at least one.
///
/// A relying party without a key can't be built (attack 2): there is no empty `PeerKeys`.
#[derive(Clone, Debug)]
pub struct PeerKeys(Vec<PublicKey>);

impl PeerKeys {
    /// The most keys of one peer that are tried (attack 128).
    pub const MAX: usize = 16;

    /// Pins these keys, in the order in which they will be tried. Duplicates are dropped.
    ///
    /// # Errors
    /// [`NoPeerKeys`] for none or for more than [`PeerKeys::MAX`].
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Result<Self, NoPeerKeys> {
        let mut pinned: Vec<PublicKey> = Vec::new();
        for key in keys {
            take_steps(pinned.len());
            if pinned.iter().all(|k| k.fingerprint() != key.fingerprint()) {
                pinned.push(key);
            }
            // Whatever follows, it is refused.
            if pinned.len() > Self::MAX {
                break;
            }
        }
        if pinned.is_empty() {
            return Err(NoPeerKeys::None);
        }
        if pinned.len() > Self::MAX {
            return Err(NoPeerKeys::TooMany { found: pinned.len() });
        }
        Ok(Self(pinned))
    }

    /// Pins the signature keys that a role's metadata describes, as [`SignatureKeys::of_descriptors`].
    ///
    /// # Errors
    /// [`NoPeerKeys`]: none is left, or too many.
    pub fn of_descriptors(descriptors: &[KeyDescriptor]) -> Result<Self, NoPeerKeys> {
        SignatureKeys::of_descriptors(descriptors).keys
    }

    /// Whether the policy lets at least one of the keys count; a message that no other signs is refused.
    ///
    /// # Errors
    /// The policy's objection to the first key that it refuses.
    pub fn check(&self, policy: &PeerPolicy) -> Result<(), PolicyViolation> {
        let mut first = Ok(());
        for outcome in self.0.iter().map(|key| policy.check_key(key)) {
            match outcome {
                Ok(_needed) => return Ok(()),
                Err(violation) => first = first.and(Err(violation)),
            }
        }
        first
    }

    pub(crate) fn as_slice(&self) -> &[PublicKey] {
        &self.0
    }

    /// The keys, in the order in which they are tried.
    pub fn iter(&self) -> impl Iterator<Item = &PublicKey> {
        self.0.iter()
    }

    /// How many there are, never zero.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// The signature keys in a role's metadata.
#[derive(Debug)]
pub struct SignatureKeys {
    /// The usable keys.
    pub keys: Result<PeerKeys, NoPeerKeys>,
    /// The first of those that can't, at most [`PeerKeys::MAX`]: one that is broken doesn't spoil the others.
    pub faults: Vec<KeyFault>,
}

impl SignatureKeys {
    /// The keys for signing and those without a stated use, which are for both (erratum E62, attack 127), as
    /// certificates, of which only the key counts [MetaIOP §2.5.1], or by themselves.
    ///
    /// Where a `ds:KeyInfo` brings the chain of a certificate along [XMLDSig §4.5.4], the authorities in it are not
    /// pinned: their keys sign certificates, and a message that one of them signed is not from this peer.
    #[must_use]
    pub fn of_descriptors(descriptors: &[KeyDescriptor]) -> Self {
        let (mut keys, mut faults) = (Vec::new(), Vec::new());
        for (index, descriptor) in descriptors.iter().enumerate() {
            if descriptor.key_use == KeyUse::Encryption {
                continue;
            }
            for key in PublishedKey::owners_of(descriptor) {
                match key {
                    Ok(key) => keys.push(key.public_key().clone()),
                    Err(key) if faults.len() < PeerKeys::MAX => {
                        faults.push(KeyFault { descriptor: index, key });
                    }
                    Err(_) => {}
                }
            }
        }
        let keys = PeerKeys::new(keys).map_err(|error| match (error, faults.first()) {
            (NoPeerKeys::None, Some(fault)) => NoPeerKeys::Unusable(fault.clone()),
            (error, _) => error,
        });
        Self { keys, faults }
    }
}

/// A peer can't be trusted with this set of keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoPeerKeys {
    /// There is no key that may sign.
    #[error("a peer needs at least one signature key")]
    None,
    /// More than will be tried.
    #[error("{found} signature keys are more than the 16 that are tried")]
    TooMany {
        /// How many there were, at least.
        found: usize,
    },
    /// There are keys, and none of them can be used; this is the first.
    #[error("none of the signature keys can be used")]
    Unusable(#[source] KeyFault),
}

impl Coded for NoPeerKeys {
    fn code(&self) -> VerdictCode {
        match self {
            Self::None => VerdictCode::new("metadata.no_signature_key"),
            Self::TooMany { .. } => VerdictCode::new("metadata.too_many_keys"),
            Self::Unusable(fault) => fault.key.code(),
        }
    }

    fn expected(&self) -> Option<String> {
        match self {
            Self::None => Some("a KeyDescriptor for signing, or without a use".to_owned()),
            Self::TooMany { .. } => Some(format!("at most {} signature keys", PeerKeys::MAX)),
            Self::Unusable(fault) => fault.key.expected(),
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::None => Some("none".to_owned()),
            Self::TooMany { found } => Some(format!("{found} or more")),
            Self::Unusable(fault) => fault.key.found(),
        }
    }
}
