//! Floor 2: the ciphers of XML Encryption.

mod content_cipher;

pub use content_cipher::ContentCipher;
