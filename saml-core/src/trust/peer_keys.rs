//! Floor 6: the keys that a peer may sign with.

use crate::crypto::{Certificate, CryptoError, PublicKey};
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
            if pinned.iter().all(|k| k.fingerprint() != key.fingerprint()) {
                pinned.push(key);
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

    /// Pins the signature keys that a role's metadata describes: those for signing and those without a stated use,
    /// which are for both (erratum E62, attack 127). Of a certificate only the key counts [MetaIOP §2.5.1].
    ///
    /// Where a `ds:KeyInfo` brings the chain of a certificate along [XMLDSig §4.5.4], the authorities in it are not
    /// pinned: their keys sign certificates, and a message that one of them signed is not from this peer.
    ///
    /// # Errors
    /// [`NoPeerKeys`]: none is left, too many, or one that can't be read.
    pub fn of_descriptors(descriptors: &[KeyDescriptor]) -> Result<Self, NoPeerKeys> {
        let mut keys = Vec::new();
        for descriptor in descriptors.iter().filter(|descriptor| descriptor.key_use != KeyUse::Encryption) {
            let mut certificates = Vec::new();
            for certificate in &descriptor.certificates {
                match Certificate::from_base64(certificate) {
                    Ok(certificate) => certificates.push(certificate),
                    // A key of a kind that nobody verifies with here can't be the one that counts; the others may be.
                    Err(CryptoError::KeyUnsupported { .. }) => {}
                    Err(error) => return Err(NoPeerKeys::Certificate(error)),
                }
            }
            let is_authority = |one: &Certificate| certificates.iter().any(|other| one.is_issuer_of(other));
            keys.extend(
                certificates.iter().filter(|one| !is_authority(one)).map(|one| one.public_key().clone()),
            );
        }
        Self::new(keys)
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
        /// How many there were.
        found: usize,
    },
    /// A certificate that is none.
    #[error("a certificate in the metadata can't be read")]
    Certificate(#[source] CryptoError),
}
