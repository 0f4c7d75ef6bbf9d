//! Floor 2: cipher block chaining as XML Encryption frames it, opened and sealed under relaxations only.

use openssl::cipher::CipherRef;
use openssl::cipher_ctx::CipherCtx;
use zeroize::Zeroizing;

use crate::base::SecureRandom;
use crate::crypto::CryptoError;

/// The plaintext of `iv ‖ ciphertext`, with the padding of [XML-Enc §5.2] taken off.
///
/// The last octet tells how many octets of padding there are, itself included; the others may be anything, unlike in
/// PKCS#7. This mode doesn't detect a change of the ciphertext.
pub(super) fn open(cipher: &CipherRef, key: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
    let block = cipher.block_size();
    let (iv, ciphertext) = sealed.split_at_checked(cipher.iv_length()).ok_or(CryptoError::OpenFailed)?;
    if ciphertext.is_empty() || ciphertext.len() % block != 0 {
        return Err(CryptoError::OpenFailed);
    }
    // One more block, which OpenSSL insists on having room for.
    let mut plaintext = vec![0_u8; ciphertext.len() + block];
    let mut context = CipherCtx::new()?;
    context.decrypt_init(Some(cipher), Some(key), Some(iv))?;
    context.set_padding(false);
    let written = context.cipher_update(ciphertext, Some(&mut plaintext))?;
    if written != ciphertext.len() {
        return Err(CryptoError::LibraryFailed);
    }
    plaintext.truncate(written);
    let padding = plaintext.last().map_or(0, |last| usize::from(*last));
    if !(1..=block).contains(&padding) {
        return Err(CryptoError::OpenFailed);
    }
    plaintext.truncate(written - padding);
    Ok(plaintext)
}

/// `iv ‖ ciphertext` of the padded plaintext, with a fresh vector [XML-Enc §5.2].
pub(super) fn seal(
    cipher: &CipherRef,
    key: &[u8],
    plaintext: &[u8],
    random: &mut dyn SecureRandom,
) -> Result<Vec<u8>, CryptoError> {
    let block = cipher.block_size();
    let padding = block - plaintext.len() % block;
    let mut padded = Zeroizing::new(Vec::with_capacity(plaintext.len() + padding));
    padded.extend_from_slice(plaintext);
    padded.resize(plaintext.len() + padding - 1, 0);
    padded.push(u8::try_from(padding).map_err(|_| CryptoError::LengthMismatch)?);
    // One more block, which OpenSSL insists on having room for.
    let mut sealed = vec![0_u8; cipher.iv_length() + padded.len() + block];
    let (iv, ciphertext) =
        sealed.split_at_mut_checked(cipher.iv_length()).ok_or(CryptoError::LengthMismatch)?;
    random.fill(iv)?;
    let mut context = CipherCtx::new()?;
    context.encrypt_init(Some(cipher), Some(key), Some(iv))?;
    context.set_padding(false);
    let written = context.cipher_update(&padded, Some(ciphertext))?;
    if written != padded.len() {
        return Err(CryptoError::LibraryFailed);
    }
    sealed.truncate(cipher.iv_length() + written);
    Ok(sealed)
}
