//! Floor 2: the trait of those that sign.

use super::{Certificate, CryptoError, PublicKey, SignatureAlgorithm};

/// Something that signs: a key in this process, in an HSM or in a remote service.
///
/// The algorithm is fixed per signer, because one key is for one algorithm.
pub trait Signer: Send + Sync {
    /// The algorithm of every signature that this signer makes.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The key that verifies them.
    fn public_key(&self) -> &PublicKey;

    /// Signs `octets`, not a digest of them.
    ///
    /// Returns the signature as XML Signature writes it: for ECDSA the two numbers `r` and `s`, each in big-endian of
    /// the curve's length, joined without framing [XML-DSig §6.4.3]; for the others the plain value.
    ///
    /// # Errors
    /// [`CryptoError::KeyUnavailable`] for a key elsewhere that can't be used now; [`CryptoError::LibraryFailed`].
    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// The certificate to show beside signatures, if any.
    fn certificate(&self) -> Option<&Certificate>;
}
