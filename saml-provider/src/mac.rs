//! What only we can compute.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

/// HMAC-SHA-256 over `parts`, one after the other: nothing tells where one ends.
///
/// # Errors
/// The cryptographic library failed.
pub fn of(key: &[u8], parts: &[&[u8]]) -> Result<Vec<u8>, ErrorStack> {
    let key = PKey::hmac(key)?;
    let mut mac = Signer::new(MessageDigest::sha256(), &key)?;
    for part in parts {
        mac.update(part)?;
    }
    mac.sign_to_vec()
}

/// Whether two codes are the same, in a time that does not tell where they differ.
#[must_use]
pub fn is_same<const N: usize>(one: &[u8; N], other: &[u8; N]) -> bool {
    openssl::memcmp::eq(one, other)
}
