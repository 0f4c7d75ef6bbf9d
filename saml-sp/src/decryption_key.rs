//! A key that identity providers encrypt to us with.

use std::fmt;
use std::sync::Arc;

use saml_core::crypto::{
    Certificate, ContentCipher, CryptoError, Decrypter, KeyTransport, LocalDecrypter, PeerPolicy, PrivateKey,
};
use saml_core::metadata::{EncryptionMethod, KeyDescriptor, KeyUse};

use crate::ConfigError;

/// A decryption key, in this process or elsewhere, and whether it is made known.
#[derive(Clone)]
pub struct DecryptionKey {
    pub(crate) decrypter: Arc<dyn Decrypter>,
    certificate: Option<Certificate>,
}

impl DecryptionKey {
    /// A key that the metadata offers to identity providers, by its certificate.
    ///
    /// # Errors
    /// [`ConfigError::DecryptionCertificateMismatch`], [`ConfigError::DecryptionKeyRefused`] for RSA of less than 2048
    /// bits.
    pub fn published(decrypter: Arc<dyn Decrypter>, certificate: Certificate) -> Result<Self, ConfigError> {
        if decrypter.public_key().fingerprint() != certificate.public_key().fingerprint() {
            return Err(ConfigError::DecryptionCertificateMismatch);
        }
        Ok(Self { certificate: Some(certificate), ..Self::unpublished(decrypter)? })
    }

    /// A key that decrypts but stands in no metadata. To replace a key, configure the new one unpublished, then publish
    /// it in place of the old one, and remove the old one when all peers have the new metadata.
    ///
    /// # Errors
    /// [`ConfigError::DecryptionKeyRefused`].
    pub fn unpublished(decrypter: Arc<dyn Decrypter>) -> Result<Self, ConfigError> {
        // Ours to choose, so no peer's relaxation counts.
        match PeerPolicy::default().check_key(decrypter.public_key()) {
            Ok(_none) => Ok(Self { decrypter, certificate: None }),
            Err(_too_short) => Err(ConfigError::DecryptionKeyRefused),
        }
    }

    /// A published key in this process, from PEM texts.
    ///
    /// # Errors
    /// As [`DecryptionKey::published`]; [`ConfigError::DecryptionKeyUnreadable`].
    pub fn from_pem(private_key: &str, certificate: &str) -> Result<Self, ConfigError> {
        let unreadable = |_error: CryptoError| ConfigError::DecryptionKeyUnreadable;
        let key = PrivateKey::from_pem(private_key).map_err(unreadable)?;
        let certificate = Certificate::from_pem(certificate).map_err(unreadable)?;
        Self::published(Arc::new(LocalDecrypter::new(key).map_err(unreadable)?), certificate)
    }

    /// How the metadata offers it, if it does.
    pub(crate) fn descriptor(&self) -> Option<KeyDescriptor> {
        let certificate = self.certificate.as_ref()?.to_base64();
        Some(KeyDescriptor {
            encryption_methods: encryption_methods(),
            ..KeyDescriptor::of_certificate(KeyUse::Encryption, certificate)
        })
    }
}

impl fmt::Debug for DecryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecryptionKey")
            .field("key", self.decrypter.public_key().fingerprint())
            .field("published", &self.certificate.is_some())
            .finish()
    }
}

/// What every peer may use, the preferred first: what needs a relaxation is not offered to anyone [SDP-ALG04].
fn encryption_methods() -> Vec<EncryptionMethod> {
    let ciphers = [ContentCipher::Aes256Gcm, ContentCipher::Aes128Gcm].map(ContentCipher::uri);
    let transports = [KeyTransport::RSA_OAEP_MGF1P, KeyTransport::RSA_OAEP];
    let method = |algorithm: &str| EncryptionMethod {
        algorithm: algorithm.to_owned(),
        key_size: None,
        oaep_params: None,
        digest_method: None,
        mask_generation_function: None,
    };
    ciphers.into_iter().chain(transports).map(method).collect()
}
