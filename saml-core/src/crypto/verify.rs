//! Floor 2: checking one signature with one key.

use std::cell::OnceCell;

use openssl::sign::Verifier;

use super::der::{self, DerReader, encode, encode_unsigned};
use super::error::drain_openssl_errors;
use super::{
    CryptoError, Curve, DigestAlgorithm, DigestValue, KeyKind, PublicKey, SignatureAlgorithm, digest,
};
use crate::base::take_steps;

/// Checks `signature` over `octets` with `key`.
///
/// The signature has the form of XML Signature: ECDSA is `r` and `s` of the curve's length each, joined, and nothing
/// else (no DER, no other length); RSA has the length of the modulus; PKCS#1 v1.5 is compared with the one encoding
/// that is right; the salt of RSA-PSS has the digest's length.
///
/// Does not ask the [`PeerPolicy`](super::PeerPolicy): the caller does that first, because the relaxations that were
/// needed belong in the verdict.
///
/// # Errors
/// [`CryptoError::KeyAlgorithmMismatch`] before anything is computed; otherwise [`CryptoError::SignatureInvalid`],
/// whatever the cause.
pub fn verify_signature(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    octets: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    HashedOctets::new(algorithm, octets).verify(key, signature)
}

/// Signed octets that are verified with several keys. They are hashed once, whatever the number of keys.
///
/// Ed25519 hashes them together with the key, and so once for each.
pub(crate) struct HashedOctets<'a> {
    algorithm: SignatureAlgorithm,
    octets: &'a [u8],
    digest: OnceCell<Option<DigestValue>>,
}

impl<'a> HashedOctets<'a> {
    /// The octets are hashed when the first key is tried.
    pub(crate) const fn new(algorithm: SignatureAlgorithm, octets: &'a [u8]) -> Self {
        Self { algorithm, octets, digest: OnceCell::new() }
    }

    /// As [`verify_signature`].
    pub(crate) fn verify(&self, key: &PublicKey, signature: &[u8]) -> Result<(), CryptoError> {
        let algorithm = self.algorithm;
        if algorithm.family() != key.kind().family() {
            return Err(CryptoError::KeyAlgorithmMismatch { key: key.kind(), algorithm });
        }
        match self.compute(key, signature) {
            Ok(true) => Ok(()),
            Ok(false) | Err(_) => {
                drain_openssl_errors();
                Err(CryptoError::SignatureInvalid)
            }
        }
    }

    fn compute(&self, key: &PublicKey, signature: &[u8]) -> Result<bool, CryptoError> {
        match (key.kind(), self.algorithm.digest()) {
            (KeyKind::Rsa { bits }, Some(hash)) => {
                verify_rsa((key, bits), self.algorithm, self.digest(hash)?, signature)
            }
            (KeyKind::Ec { curve }, Some(hash)) => {
                verify_ecdsa((key, curve), self.algorithm, self.digest(hash)?, signature)
            }
            (KeyKind::Ed25519, None) => verify_ed25519(key, self.octets, signature),
            (KeyKind::Rsa { .. } | KeyKind::Ec { .. }, None) | (KeyKind::Ed25519, Some(_)) => Ok(false),
        }
    }

    fn digest(&self, hash: DigestAlgorithm) -> Result<&DigestValue, CryptoError> {
        let hashed = self.digest.get_or_init(|| digest(hash, self.octets).ok());
        hashed.as_ref().ok_or(CryptoError::LibraryFailed)
    }
}

/// Whether an ECDSA value has the form that X.509 and most libraries use: two integers in DER [RFC 3279 §2.2.3]. XML
/// Signature has another one, and reads no other [XML-DSig §6.4.3].
///
/// Asked of a value that no key verifies: by chance, one of the right form reads like this once in 2³².
pub(crate) fn is_der_ecdsa_value(signature: &[u8]) -> bool {
    let two_integers = || {
        let mut outer = DerReader::new(signature);
        let mut numbers = DerReader::new(outer.content(der::SEQUENCE)?);
        outer.end()?;
        let (r, s) = (numbers.content(der::INTEGER)?, numbers.content(der::INTEGER)?);
        numbers.end()?;
        Some(!r.is_empty() && !s.is_empty())
    };
    two_integers() == Some(true)
}

fn verify_rsa(
    (key, bits): (&PublicKey, u32),
    algorithm: SignatureAlgorithm,
    value: &DigestValue,
    signature: &[u8],
) -> Result<bool, CryptoError> {
    // [RFC 8017 §8.2.2] and [§8.1.2], step 1.
    if u32::try_from(signature.len()) != Ok(bits.div_ceil(8)) {
        return Ok(false);
    }
    key.contexts().verify(key.openssl(), algorithm, value.as_octets(), signature)
}

fn verify_ecdsa(
    (key, curve): (&PublicKey, Curve),
    algorithm: SignatureAlgorithm,
    value: &DigestValue,
    signature: &[u8],
) -> Result<bool, CryptoError> {
    if signature.len() != 2 * curve.octets() {
        return Ok(false);
    }
    let Some((r, s)) = signature.split_at_checked(curve.octets()) else { return Ok(false) };
    key.contexts().verify(key.openssl(), algorithm, value.as_octets(), &frame(r, s))
}

/// The DER form, which is the only one that OpenSSL takes. Whether the numbers are in range is left to it.
fn frame(r: &[u8], s: &[u8]) -> Vec<u8> {
    let number = |octets: &[u8]| encode_unsigned(without_leading_zeros(octets));
    encode(der::SEQUENCE, &[&number(r), &number(s)])
}

fn without_leading_zeros(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

fn verify_ed25519(key: &PublicKey, octets: &[u8], signature: &[u8]) -> Result<bool, CryptoError> {
    take_steps(octets.len());
    Ok(Verifier::new_without_digest(key.openssl())?.verify_oneshot(signature, octets)?)
}
