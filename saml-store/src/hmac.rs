//! What only the holder of a key can compute.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;

/// Octets of a code.
pub(crate) const OCTETS: usize = 32;

/// HMAC-SHA-256 over the parts, one after the other: nothing tells where one ends.
pub(crate) fn sha256(key: &[u8], parts: &[&[u8]]) -> Result<[u8; OCTETS], ErrorStack> {
    let key = PKey::hmac(key)?;
    let mut mac = Signer::new(MessageDigest::sha256(), &key)?;
    for part in parts {
        mac.update(part)?;
    }
    let mut code = [0; OCTETS];
    mac.sign(&mut code)?;
    Ok(code)
}
