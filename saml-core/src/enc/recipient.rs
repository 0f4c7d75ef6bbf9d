//! Floor 4: for whom something is sealed.

use crate::base::EntityId;
use crate::crypto::{Certificate, ContentCipher, KeyTransport, PublicKey};

/// A key that somebody can open with, and the algorithms that they can open.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The key. Whether it is long enough is for whoever takes it from metadata to say.
    pub key: PublicKey,
    /// The certificate that the key came in, by which the recipient may find the private key.
    pub certificate: Option<Certificate>,
    /// Whose key it is.
    pub name: Option<EntityId>,
    /// What the content is encrypted with.
    pub cipher: ContentCipher,
    /// How the session key is wrapped.
    pub transport: KeyTransport,
}

impl Recipient {
    /// The owner of `key`, of whom nothing else is known: AES-256-GCM, and RSA-OAEP as everybody reads it.
    #[must_use]
    pub const fn new(key: PublicKey) -> Self {
        Self {
            key,
            certificate: None,
            name: None,
            cipher: ContentCipher::Aes256Gcm,
            transport: KeyTransport::oaep_for_any_peer(),
        }
    }
}
