//! Floor 2: sealing for a peer that opens nothing better.

use crate::base::{Secret, SecureRandom};
use crate::crypto::{ContentCipher, CryptoError};

/// Encrypts as [`ContentCipher::seal`], and with AES-CBC too: for a peer that is granted
/// [`aes-cbc`](crate::base::danger::Relaxation::AesCbc), since it lists nothing else.
///
/// # Errors
/// As [`ContentCipher::seal`]; [`CryptoError::ReadOnlyAlgorithm`] for triple DES.
///
/// # Security
/// The ciphertext can be changed without the receiver's noticing. An attacker who has a ciphertext, and can watch how
/// the receiver fails on changed copies, can read the plaintext, unless a signature around the ciphertext is verified
/// before it is opened.
pub fn seal_content(
    cipher: ContentCipher,
    key: &Secret,
    plaintext: &[u8],
    random: &mut dyn SecureRandom,
) -> Result<Vec<u8>, CryptoError> {
    cipher.seal_in_its_mode(key, plaintext, random)
}
