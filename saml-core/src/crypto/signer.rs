//! Floor 2: the trait of those that sign.

use super::{Certificate, CryptoError, PublicKey, SignatureAlgorithm};

/// Something that signs: a key in this process, in an HSM or in a remote service.
///
/// It has an algorithm of its own, and may know others that work with its key: which of them a signature is made with
/// is chosen for its reader, by [`SignerWith`].
pub trait Signer: Send + Sync {
    /// The algorithm of every signature that [`Signer::sign`] makes.
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

    /// The algorithms that [`Signer::sign_with`] knows. The default is for a key that is bound to one.
    fn algorithms(&self) -> Vec<SignatureAlgorithm> {
        vec![self.algorithm()]
    }

    /// Signs as [`Signer::sign`] does, with one of [`Signer::algorithms`].
    ///
    /// # Errors
    /// As [`Signer::sign`]; [`CryptoError::KeyAlgorithmMismatch`] for any other algorithm.
    fn sign_with(&self, algorithm: SignatureAlgorithm, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if algorithm != self.algorithm() {
            return Err(CryptoError::KeyAlgorithmMismatch { key: self.public_key().kind(), algorithm });
        }
        self.sign(octets)
    }

    /// The certificate to show beside signatures, if any.
    fn certificate(&self) -> Option<&Certificate>;
}

/// A signer with one of its algorithms, which then is its only one.
#[derive(Clone, Copy)]
pub struct SignerWith<'a> {
    signer: &'a dyn Signer,
    algorithm: SignatureAlgorithm,
}

impl<'a> SignerWith<'a> {
    /// The signer with this algorithm, if it knows it; else with its own.
    #[must_use]
    pub fn new(signer: &'a dyn Signer, algorithm: SignatureAlgorithm) -> Self {
        let known = algorithm == signer.algorithm() || signer.algorithms().contains(&algorithm);
        Self { signer, algorithm: if known { algorithm } else { signer.algorithm() } }
    }
}

impl std::fmt::Debug for SignerWith<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignerWith").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

impl Signer for SignerWith<'_> {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &PublicKey {
        self.signer.public_key()
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.signer.sign_with(self.algorithm, octets)
    }

    fn certificate(&self) -> Option<&Certificate> {
        self.signer.certificate()
    }
}
