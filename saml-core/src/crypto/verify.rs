//! Floor 2: checking one signature with one key.

use openssl::sign::Verifier;

use super::der::{self, encode, encode_unsigned};
use super::error::drain_openssl_errors;
use super::{CryptoError, Curve, DigestValue, KeyKind, PublicKey, SignatureAlgorithm, digest};

/// Checks `signature` over `octets` with `key`.
///
/// The signature has the form of XML Signature: ECDSA is `r` and `s` of the curve's length each, joined, and nothing
/// else (no DER, no other length); RSA has the length of the modulus; PKCS#1 v1.5 is compared with the one encoding
/// that is right; the salt of RSA-PSS has the digest's length.
///
/// Does not ask the [`AlgorithmPolicy`](super::AlgorithmPolicy): the caller does that first, because what it permits
/// belongs in the verdict.
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
    if algorithm.family() != key.kind().family() {
        return Err(CryptoError::KeyAlgorithmMismatch { key: key.kind(), algorithm });
    }
    match compute(key, algorithm, octets, signature) {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => {
            drain_openssl_errors();
            Err(CryptoError::SignatureInvalid)
        }
    }
}

fn compute(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    octets: &[u8],
    signature: &[u8],
) -> Result<bool, CryptoError> {
    match (key.kind(), algorithm.digest()) {
        (KeyKind::Rsa { bits }, Some(hash)) => {
            verify_rsa((key, bits), algorithm, &digest(hash, octets)?, signature)
        }
        (KeyKind::Ec { curve }, Some(hash)) => {
            verify_ecdsa((key, curve), algorithm, &digest(hash, octets)?, signature)
        }
        (KeyKind::Ed25519, None) => verify_ed25519(key, octets, signature),
        (KeyKind::Rsa { .. } | KeyKind::Ec { .. }, None) | (KeyKind::Ed25519, Some(_)) => Ok(false),
    }
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
    Ok(Verifier::new_without_digest(key.openssl())?.verify_oneshot(signature, octets)?)
}
