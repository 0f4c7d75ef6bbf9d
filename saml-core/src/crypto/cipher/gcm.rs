//! Floor 2: AES in Galois/Counter mode as XML Encryption frames it.

use openssl::cipher::CipherRef;
use openssl::cipher_ctx::CipherCtx;

use crate::base::SecureRandom;
use crate::crypto::CryptoError;

/// The initialisation vector, before the ciphertext [XML-Enc §5.2.4].
const IV_OCTETS: usize = 12;
/// The authentication tag, after it. A shorter one is no tag (CVE-2026-32313).
const TAG_OCTETS: usize = 16;

/// `iv ‖ ciphertext ‖ tag`, with a fresh vector.
pub(super) fn seal(
    cipher: &CipherRef,
    key: &[u8],
    plaintext: &[u8],
    random: &mut dyn SecureRandom,
) -> Result<Vec<u8>, CryptoError> {
    let mut sealed = vec![0_u8; IV_OCTETS + plaintext.len() + TAG_OCTETS];
    let (iv, body) = sealed.split_at_mut_checked(IV_OCTETS).ok_or(CryptoError::LengthMismatch)?;
    let (ciphertext, tag) = body.split_at_mut_checked(plaintext.len()).ok_or(CryptoError::LengthMismatch)?;
    random.fill(iv)?;
    let mut context = CipherCtx::new()?;
    context.encrypt_init(Some(cipher), Some(key), Some(iv))?;
    let written = context.cipher_update(plaintext, Some(ciphertext))?;
    context.cipher_final(&mut [])?;
    context.tag(tag)?;
    if written == plaintext.len() { Ok(sealed) } else { Err(CryptoError::LibraryFailed) }
}

/// The plaintext, only if the tag fits.
pub(super) fn open(cipher: &CipherRef, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let (iv, body) = sealed.split_at_checked(IV_OCTETS).ok_or(CryptoError::OpenFailed)?;
    let ciphertext_octets = body.len().checked_sub(TAG_OCTETS).ok_or(CryptoError::OpenFailed)?;
    let (ciphertext, tag) = body.split_at_checked(ciphertext_octets).ok_or(CryptoError::OpenFailed)?;
    let mut plaintext = vec![0_u8; ciphertext.len()];
    let mut context = CipherCtx::new()?;
    context.decrypt_init(Some(cipher), Some(key), Some(iv))?;
    context.set_tag(tag)?;
    let written = context.cipher_update(ciphertext, Some(&mut plaintext))?;
    context.cipher_final(&mut [])?;
    if written == plaintext.len() { Ok(plaintext) } else { Err(CryptoError::LibraryFailed) }
}
