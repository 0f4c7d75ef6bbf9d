//! Floor 2: the ciphers of XML Encryption, over octets.

mod cbc;
mod content_cipher;
mod gcm;
mod library;

pub use content_cipher::{CipherMode, ContentCipher};
pub(super) use library::LibraryCipher;
