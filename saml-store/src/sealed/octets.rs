//! Octets that are sealed with a key, and what only its holder can compute.

use openssl::error::ErrorStack;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use zeroize::Zeroizing;

use super::key::{SealingKey, SealingKeyError};
use crate::hmac;

/// Random octets of each sealed text, from which its key is derived.
pub(super) const SALT_OCTETS: usize = 32;
pub(super) const TAG_OCTETS: usize = 16;
const KEY_OCTETS: usize = 32;
const NONCE_OCTETS: usize = 12;

impl SealingKey {
    /// Seals octets that somebody else carries: AES-256-GCM under a key of their own (HKDF-SHA-256 of this key and 32 random
    /// octets). `purpose` keeps uses of one key apart, and `bound` names what the octets are for; both are needed to open them
    /// and are not in the result, which has 48 octets more than `clear`.
    ///
    /// Opening the same text twice works twice. That a text is old, or was used before, is not noticed.
    ///
    /// # Errors
    /// [`SealingKeyError::Unavailable`].
    pub fn seal(&self, purpose: &str, bound: &[&[u8]], clear: &[u8]) -> Result<Vec<u8>, SealingKeyError> {
        let sealing = || -> Result<Vec<u8>, ErrorStack> {
            let mut salt = [0; SALT_OCTETS];
            openssl::rand::rand_bytes(&mut salt)?;
            let own = Own::derive(self, &salt, purpose)?;
            Ok([salt.as_slice(), &own.encrypt(&joined(bound), clear)?].concat())
        };
        sealing().map_err(SealingKeyError::Unavailable)
    }

    /// Opens what [`Self::seal`] made for this purpose and these bounds; `None` if this key did not make it for them.
    ///
    /// # Errors
    /// [`SealingKeyError::Unavailable`].
    pub fn open(
        &self,
        purpose: &str,
        bound: &[&[u8]],
        sealed: &[u8],
    ) -> Result<Option<Zeroizing<Vec<u8>>>, SealingKeyError> {
        let Some((salt, rest)) = sealed.split_at_checked(SALT_OCTETS) else { return Ok(None) };
        let own = Own::derive(self, salt, purpose).map_err(SealingKeyError::Unavailable)?;
        Ok(own.decrypt(&joined(bound), rest))
    }

    /// HMAC-SHA-256 over the parts, each with its length, under a key that is derived for this purpose.
    ///
    /// # Errors
    /// [`SealingKeyError::Unavailable`].
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Result<[u8; hmac::OCTETS], SealingKeyError> {
        let computing =
            || hmac::sha256(self.derive::<KEY_OCTETS>(b"mac", purpose)?.as_ref(), &[&joined(parts)]);
        computing().map_err(SealingKeyError::Unavailable)
    }
}

/// The parts, each behind its length: no two lists give the same octets.
pub(super) fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut octets = Vec::with_capacity(parts.iter().map(|part| part.len().saturating_add(8)).sum());
    for part in parts {
        octets.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        octets.extend_from_slice(part);
    }
    octets
}

/// The key and the nonce of one sealed text. No other text has this key, so that its nonce could be any.
pub(super) struct Own(Zeroizing<[u8; KEY_OCTETS + NONCE_OCTETS]>);

impl Own {
    pub(super) fn derive(key: &SealingKey, salt: &[u8], purpose: &str) -> Result<Self, ErrorStack> {
        key.derive(salt, purpose).map(Self)
    }

    /// The ciphertext and its tag.
    pub(super) fn encrypt(&self, bound: &[u8], clear: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let (key, nonce) = self.0.split_at(KEY_OCTETS);
        let mut tag = [0; TAG_OCTETS];
        let mut sealed = encrypt_aead(Cipher::aes_256_gcm(), key, Some(nonce), bound, clear, &mut tag)?;
        sealed.extend_from_slice(&tag);
        Ok(sealed)
    }

    /// What [`Self::encrypt`] was given; `None` if it did not make this.
    pub(super) fn decrypt(&self, bound: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (key, nonce) = self.0.split_at(KEY_OCTETS);
        let (ciphertext, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG_OCTETS)?)?;
        let opened = decrypt_aead(Cipher::aes_256_gcm(), key, Some(nonce), bound, ciphertext, tag);
        opened.ok().map(Zeroizing::new)
    }
}
