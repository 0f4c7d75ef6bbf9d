//! Floor 2: OpenSSL's ciphers, each looked up once per process.

use std::sync::OnceLock;

use openssl::cipher::{Cipher, CipherRef};

use crate::crypto::CryptoError;

/// A cipher of OpenSSL under the name that it has there.
///
/// OpenSSL 3 otherwise searches its providers, under a lock, for every message.
pub(in crate::crypto) struct LibraryCipher {
    name: &'static str,
    fetched: OnceLock<Option<Cipher>>,
}

impl LibraryCipher {
    pub(in crate::crypto) const fn new(name: &'static str) -> Self {
        Self { name, fetched: OnceLock::new() }
    }

    /// The implementation; a build or a mode of OpenSSL may lack it.
    pub(in crate::crypto) fn get(&'static self) -> Result<&'static CipherRef, CryptoError> {
        let fetched = self.fetched.get_or_init(|| Cipher::fetch(None, self.name, None).ok());
        fetched.as_deref().ok_or(CryptoError::LibraryFailed)
    }
}
