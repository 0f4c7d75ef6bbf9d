//! Floor 2: checking one signature with one key.

use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::sign::{RsaPssSaltlen, Verifier};

use super::error::drain_openssl_errors;
use super::{CryptoError, Curve, DigestAlgorithm, KeyKind, PublicKey, SignatureAlgorithm, digest};

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
    let valid = match (key.kind(), algorithm.digest()) {
        (KeyKind::Rsa { bits }, Some(digest)) => {
            verify_rsa(key, bits, (algorithm, digest), octets, signature)
        }
        (KeyKind::Ec { curve }, Some(digest)) => verify_ecdsa(key, curve, digest, octets, signature),
        (KeyKind::Ed25519, None) => verify_ed25519(key, octets, signature),
        (KeyKind::Rsa { .. } | KeyKind::Ec { .. }, None) | (KeyKind::Ed25519, Some(_)) => Ok(false),
    };
    match valid {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => {
            drain_openssl_errors();
            Err(CryptoError::SignatureInvalid)
        }
    }
}

fn verify_rsa(
    key: &PublicKey,
    bits: u32,
    (algorithm, digest_algorithm): (SignatureAlgorithm, DigestAlgorithm),
    octets: &[u8],
    signature: &[u8],
) -> Result<bool, CryptoError> {
    if u32::try_from(signature.len()) != Ok(bits.div_ceil(8)) {
        return Ok(false);
    }
    let value = digest(digest_algorithm, octets)?;
    let md = digest_algorithm.md()?;
    let mut context = PkeyCtx::new(key.openssl())?;
    context.verify_init()?;
    if algorithm.is_pss() {
        context.set_rsa_padding(Padding::PKCS1_PSS)?;
        context.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        context.set_rsa_mgf1_md(md)?;
    } else {
        context.set_rsa_padding(Padding::PKCS1)?;
    }
    context.set_signature_md(md)?;
    Ok(context.verify(value.as_octets(), signature)?)
}

fn verify_ecdsa(
    key: &PublicKey,
    curve: Curve,
    digest_algorithm: DigestAlgorithm,
    octets: &[u8],
    signature: &[u8],
) -> Result<bool, CryptoError> {
    if signature.len() != 2 * curve.octets() {
        return Ok(false);
    }
    let Some((r, s)) = signature.split_at_checked(curve.octets()) else { return Ok(false) };
    let framed = frame(r, s)?;
    let value = digest(digest_algorithm, octets)?;
    let mut context = PkeyCtx::new(key.openssl())?;
    context.verify_init()?;
    Ok(context.verify(value.as_octets(), &framed)?)
}

/// The DER form, which is the only one that OpenSSL takes.
fn frame(r: &[u8], s: &[u8]) -> Result<Vec<u8>, ErrorStack> {
    EcdsaSig::from_private_components(BigNum::from_slice(r)?, BigNum::from_slice(s)?)?.to_der()
}

fn verify_ed25519(key: &PublicKey, octets: &[u8], signature: &[u8]) -> Result<bool, CryptoError> {
    Ok(Verifier::new_without_digest(key.openssl())?.verify_oneshot(signature, octets)?)
}
