//! Floor 4: for whom something is sealed.

use crate::base::{EntityId, Relaxations};
use crate::crypto::{Certificate, ContentCipher, KeyTransport, PublicKey, SharedKey};

/// A key that somebody can open with, and the algorithms that they can open.
#[derive(Clone, Debug)]
pub struct EncryptionTarget {
    /// What the session key is wrapped under, and how.
    pub key: RecipientKey,
    /// Whose key it is.
    pub name: Option<EntityId>,
    /// What the content is encrypted with.
    pub cipher: ContentCipher,
    /// What is granted to them beyond the profile: nothing is sealed with AES-CBC without `aes-cbc`.
    pub granted: Relaxations,
}

/// The key of a [`EncryptionTarget`].
#[derive(Clone, Debug)]
pub enum RecipientKey {
    /// The recipient's own.
    Public {
        /// The key. Whether it is long enough is for whoever takes it from metadata to say.
        key: PublicKey,
        /// The certificate that the key came in, by which the recipient may find the private key.
        certificate: Option<Certificate>,
        /// How the session key is wrapped.
        transport: KeyTransport,
    },
    /// One that we share with the recipient, which its length says how to wrap with. Its name is told, if it has one.
    Shared(SharedKey),
}

impl RecipientKey {
    /// A public key in a certificate.
    #[must_use]
    pub fn of_certificate(certificate: Certificate, transport: KeyTransport) -> Self {
        Self::Public { key: certificate.public_key().clone(), certificate: Some(certificate), transport }
    }
}

impl EncryptionTarget {
    /// The owner of `key`, of whom nothing else is known: AES-256-GCM, and RSA-OAEP as everybody reads it.
    #[must_use]
    pub const fn new(key: PublicKey) -> Self {
        let transport = KeyTransport::oaep_for_any_peer();
        Self::with(RecipientKey::Public { key, certificate: None, transport })
    }

    /// Whoever shares `key` with us, of whom nothing else is known: AES-256-GCM.
    #[must_use]
    pub const fn sharing(key: SharedKey) -> Self {
        Self::with(RecipientKey::Shared(key))
    }

    const fn with(key: RecipientKey) -> Self {
        Self { key, name: None, cipher: ContentCipher::Aes256Gcm, granted: Relaxations::NONE }
    }
}
