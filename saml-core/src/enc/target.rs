//! Floor 4: the recipient of encrypted content.

use crate::base::{EntityId, Relaxations};
use crate::crypto::{Certificate, ContentCipher, KeyTransport, PublicKey, SharedKey};

/// A key that somebody can open with, and the algorithms that they can open.
#[derive(Clone, Debug)]
pub struct EncryptionTarget {
    /// The key under which the session key is wrapped, and how.
    pub key: RecipientKey,
    /// Whose key it is.
    pub name: Option<EntityId>,
    /// The cipher of the content.
    pub cipher: ContentCipher,
    /// The relaxations that the peer is granted: only `aes-cbc` allows sealing with AES-CBC.
    pub granted: Relaxations,
}

/// The key of a [`EncryptionTarget`].
#[derive(Clone, Debug)]
pub enum RecipientKey {
    /// The recipient's own.
    Public {
        /// The key. The caller that takes the key from metadata checks its length.
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
    /// The owner of `key`, with defaults for everything else: AES-256-GCM, and RSA-OAEP as everybody reads it.
    #[must_use]
    pub const fn new(key: PublicKey) -> Self {
        let transport = KeyTransport::oaep_for_any_peer();
        Self::with(RecipientKey::Public { key, certificate: None, transport })
    }

    /// The peer that shares `key` with us, with defaults for everything else: AES-256-GCM.
    #[must_use]
    pub const fn sharing(key: SharedKey) -> Self {
        Self::with(RecipientKey::Shared(key))
    }

    const fn with(key: RecipientKey) -> Self {
        Self { key, name: None, cipher: ContentCipher::Aes256Gcm, granted: Relaxations::NONE }
    }
}
