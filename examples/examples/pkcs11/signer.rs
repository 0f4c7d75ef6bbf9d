//! A signer whose key is in a token.

use saml_core::crypto::{Certificate, CryptoError, PublicKey, SignatureAlgorithm, Signer, digest};

use crate::mechanism::{self, Signing};
use crate::token::TokenKey;

/// Signs with one algorithm and one key of a token.
#[derive(Debug)]
pub struct TokenSigner {
    key: TokenKey,
    algorithm: SignatureAlgorithm,
}

impl TokenSigner {
    /// A signer without a certificate to show.
    pub fn new(key: TokenKey, algorithm: SignatureAlgorithm) -> Result<Self, CryptoError> {
        let kind = key.public_key().kind();
        if kind.family() != algorithm.family() {
            return Err(CryptoError::KeyAlgorithmMismatch { key: kind, algorithm });
        }
        mechanism::of_signature(algorithm)?;
        Ok(Self { key, algorithm })
    }
}

impl Signer for TokenSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let signed = match mechanism::of_signature(self.algorithm)? {
            Signing::Octets(mechanism) => {
                self.key.with(|session, key| session.sign(&mechanism, key, octets))?
            }
            // For ECDSA a token returns `r` and `s` joined, which is what XML Signature wants.
            Signing::Digest(mechanism, algorithm) => {
                let value = digest(algorithm, octets)?;
                self.key.with(|session, key| session.sign(&mechanism, key, value.as_octets()))?
            }
        };
        signed.map_err(|_refused| CryptoError::KeyUnavailable)
    }

    fn certificate(&self) -> Option<&Certificate> {
        None
    }
}
