//! Floor 2: the signer whose key is in this process.

use openssl::ecdsa::EcdsaSig;
use openssl::sign::Signer as OneShot;

use super::{
    Certificate, CryptoError, Curve, KeyKind, PrivateKey, PublicKey, SignatureAlgorithm, Signer, digest,
};

/// Signs with a [`PrivateKey`] in memory, and knows every algorithm of its family but SHA-1.
///
/// The nonce of ECDSA and the salt of RSA-PSS are drawn by OpenSSL from its own generator: it takes neither from
/// outside.
#[derive(Clone, Debug)]
pub struct LocalSigner {
    key: PrivateKey,
    algorithm: SignatureAlgorithm,
    certificate: Option<Certificate>,
}

impl LocalSigner {
    /// A signer without a certificate to show.
    ///
    /// # Errors
    /// [`CryptoError::KeyAlgorithmMismatch`]; [`CryptoError::ReadOnlyAlgorithm`] for SHA-1.
    pub fn new(key: PrivateKey, algorithm: SignatureAlgorithm) -> Result<Self, CryptoError> {
        require_writable(&key, algorithm)?;
        Ok(Self { key, algorithm, certificate: None })
    }

    /// Shows `certificate` beside its signatures.
    ///
    /// # Errors
    /// [`CryptoError::CertificateKeyMismatch`].
    pub fn with_certificate(mut self, certificate: Certificate) -> Result<Self, CryptoError> {
        if certificate.public_key() != self.key.public_key() {
            return Err(CryptoError::CertificateKeyMismatch);
        }
        self.certificate = Some(certificate);
        Ok(self)
    }

    fn sign_rsa(&self, algorithm: SignatureAlgorithm, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let value = digest(algorithm.digest().ok_or(CryptoError::LibraryFailed)?, octets)?;
        self.key.contexts().sign(self.key.openssl(), algorithm, value.as_octets())
    }

    fn sign_ecdsa(
        &self,
        curve: Curve,
        algorithm: SignatureAlgorithm,
        octets: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let value = digest(algorithm.digest().ok_or(CryptoError::LibraryFailed)?, octets)?;
        let framed = self.key.contexts().sign(self.key.openssl(), algorithm, value.as_octets())?;
        let signature = EcdsaSig::from_der(&framed)?;
        let half = i32::try_from(curve.octets()).map_err(|_| CryptoError::LibraryFailed)?;
        let mut joined = signature.r().to_vec_padded(half)?;
        joined.extend_from_slice(&signature.s().to_vec_padded(half)?);
        Ok(joined)
    }

    fn sign_ed25519(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Ok(OneShot::new_without_digest(self.key.openssl())?.sign_oneshot_to_vec(octets)?)
    }
}

impl Signer for LocalSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.sign_with(self.algorithm, octets)
    }

    fn algorithms(&self) -> Vec<SignatureAlgorithm> {
        let known = SignatureAlgorithm::ALL.into_iter();
        known.filter(|algorithm| require_writable(&self.key, *algorithm).is_ok()).collect()
    }

    fn sign_with(&self, algorithm: SignatureAlgorithm, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        require_writable(&self.key, algorithm)?;
        match self.key.kind() {
            KeyKind::Rsa { .. } => self.sign_rsa(algorithm, octets),
            KeyKind::Ec { curve } => self.sign_ecdsa(curve, algorithm, octets),
            KeyKind::Ed25519 => self.sign_ed25519(octets),
        }
    }

    fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }
}

/// The algorithm works with the key, and is one that is written.
fn require_writable(key: &PrivateKey, algorithm: SignatureAlgorithm) -> Result<(), CryptoError> {
    if algorithm.family() != key.kind().family() {
        return Err(CryptoError::KeyAlgorithmMismatch { key: key.kind(), algorithm });
    }
    if algorithm == SignatureAlgorithm::RsaSha1 {
        return Err(CryptoError::ReadOnlyAlgorithm);
    }
    Ok(())
}
