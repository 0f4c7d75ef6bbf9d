//! Floor 2: RSA PKCS#1 v1.5 decryption that never tells whether the padding was right.

use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroizing;

use super::{CryptoError, DigestAlgorithm, PrivateKey, digest};
use crate::base::Secret;

/// The secret from which stand-in keys are derived, for session keys with wrong padding.
///
/// It is derived from the private key: without that key, nobody can tell a stand-in from a session key. The same
/// ciphertext always yields the same stand-in, so that asking twice tells nothing either
/// [draft-irtf-cfrg-rsa-guidance].
#[derive(Clone, Debug)]
pub(super) struct RejectionSecret(Secret);

/// Octets of PKCS#1 v1.5 padding before it ends: `00 02` and at least eight that are not zero [RFC 8017 §7.2.1].
const SHORTEST_PADDING: usize = 10;
/// One HMAC-SHA-512 is long enough for every session key.
const LONGEST_KEY: usize = 64;

impl RejectionSecret {
    pub(super) fn derive(key: &PrivateKey, modulus_octets: usize) -> Result<Self, CryptoError> {
        let length = i32::try_from(modulus_octets).map_err(|_| CryptoError::LengthMismatch)?;
        let exponent = Zeroizing::new(key.openssl().rsa()?.d().to_vec_padded(length)?);
        Ok(Self(Secret::new(digest(DigestAlgorithm::Sha256, &exponent)?.as_octets().to_vec())))
    }

    /// The session key in `block`, the result of raw RSA over `wrapped`, or the stand-in.
    ///
    /// The padding must end exactly `key_octets` before the end, so that its end need not be searched for. Time and
    /// memory access don't depend on `block`.
    pub(super) fn select(
        &self,
        block: &[u8],
        wrapped: &[u8],
        key_octets: usize,
    ) -> Result<Secret, CryptoError> {
        let separator = key_octets
            .checked_add(1)
            .and_then(|tail| block.len().checked_sub(tail))
            .ok_or(CryptoError::LengthMismatch)?;
        if separator < SHORTEST_PADDING || key_octets > LONGEST_KEY {
            return Err(CryptoError::LengthMismatch);
        }
        let stand_in = self.stand_in(wrapped, key_octets)?;
        let (padding, session_key) =
            block.split_at_checked(block.len() - key_octets).ok_or(CryptoError::LengthMismatch)?;
        let well_padded = is_well_padded(padding);
        let selected = session_key
            .iter()
            .zip(stand_in.iter())
            .map(|(ours, other)| u8::conditional_select(other, ours, well_padded))
            .collect();
        Ok(Secret::new(selected))
    }

    fn stand_in(&self, wrapped: &[u8], key_octets: usize) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let length = u8::try_from(key_octets).map_err(|_| CryptoError::LengthMismatch)?;
        let key = PKey::hmac(self.0.expose())?;
        let mut mac = Signer::new(MessageDigest::sha512(), &key)?;
        mac.update(&[length])?;
        mac.update(wrapped)?;
        Ok(Zeroizing::new(mac.sign_to_vec()?))
    }
}

/// `00 02`, octets that are not zero, and one that is, without a branch on any of them.
fn is_well_padded(padding: &[u8]) -> Choice {
    let last = padding.len().saturating_sub(1);
    padding.iter().enumerate().fold(Choice::from(1), |well, (position, octet)| {
        let right = match position {
            0 => octet.ct_eq(&0),
            1 => octet.ct_eq(&2),
            _ if position == last => octet.ct_eq(&0),
            _ => !octet.ct_eq(&0),
        };
        well & right
    })
}
