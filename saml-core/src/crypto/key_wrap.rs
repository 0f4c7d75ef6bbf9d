//! Floor 2: how a session key travels under a shared key.

use std::fmt;

use openssl::cipher_ctx::{CipherCtx, CipherCtxFlags};
use zeroize::Zeroizing;

use super::CryptoError;
use super::cipher::LibraryCipher;
use super::error::drain_openssl_errors;
use crate::base::Secret;

/// AES key wrap [RFC 3394] [XML-Enc §5.6.2].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyWrap {
    /// Under a key of 128 bits.
    Aes128,
    /// Under a key of 192 bits.
    Aes192,
    /// Under a key of 256 bits.
    Aes256,
}

impl KeyWrap {
    /// Every algorithm that has a name here.
    pub const ALL: [Self; 3] = [Self::Aes128, Self::Aes192, Self::Aes256];

    /// Octets that wrapping adds: the integrity check value.
    const OVERHEAD: usize = 8;
    /// Keys are wrapped in units of so many octets, at least two of them.
    const UNIT: usize = 8;

    /// The algorithm with this identifier, compared octet by octet.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|wrap| wrap.uri() == uri)
    }

    /// The identifier in messages.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128 => "http://www.w3.org/2001/04/xmlenc#kw-aes128",
            Self::Aes192 => "http://www.w3.org/2001/04/xmlenc#kw-aes192",
            Self::Aes256 => "http://www.w3.org/2001/04/xmlenc#kw-aes256",
        }
    }

    /// Octets of the wrapping key.
    #[must_use]
    pub const fn key_octets(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// Wraps `session_key` under `wrapping_key`.
    ///
    /// # Errors
    /// [`CryptoError::LengthMismatch`]: the wrapping key has another length, or the session key is not a multiple of
    /// 8 octets and at least 16.
    pub fn wrap_key(self, wrapping_key: &Secret, session_key: &Secret) -> Result<Vec<u8>, CryptoError> {
        let plain = session_key.expose();
        if wrapping_key.expose().len() != self.key_octets() || !is_wrappable(plain.len()) {
            return Err(CryptoError::LengthMismatch);
        }
        let mut context = CipherCtx::new()?;
        context.set_flags(CipherCtxFlags::FLAG_WRAP_ALLOW);
        context.encrypt_init(Some(self.library().get()?), Some(wrapping_key.expose()), None)?;
        let mut wrapped = vec![0_u8; plain.len() + Self::OVERHEAD];
        let written = context.cipher_update(plain, Some(&mut wrapped))?;
        if written == wrapped.len() { Ok(wrapped) } else { Err(CryptoError::LibraryFailed) }
    }

    /// Unwraps a session key of `key_octets` octets.
    ///
    /// # Errors
    /// [`CryptoError::OpenFailed`], whatever the cause.
    pub fn unwrap_key(
        self,
        wrapping_key: &Secret,
        wrapped: &[u8],
        key_octets: usize,
    ) -> Result<Secret, CryptoError> {
        self.open(wrapping_key, wrapped, key_octets).map_err(|_| {
            drain_openssl_errors();
            CryptoError::OpenFailed
        })
    }

    fn open(self, wrapping_key: &Secret, wrapped: &[u8], key_octets: usize) -> Result<Secret, CryptoError> {
        let fits = wrapping_key.expose().len() == self.key_octets()
            && is_wrappable(key_octets)
            && wrapped.len().checked_sub(Self::OVERHEAD) == Some(key_octets);
        if !fits {
            return Err(CryptoError::OpenFailed);
        }
        let mut context = CipherCtx::new()?;
        context.set_flags(CipherCtxFlags::FLAG_WRAP_ALLOW);
        context.decrypt_init(Some(self.library().get()?), Some(wrapping_key.expose()), None)?;
        let mut plain = Zeroizing::new(vec![0_u8; wrapped.len()]);
        let written = context.cipher_update(wrapped, Some(&mut plain))?;
        if written != key_octets {
            return Err(CryptoError::OpenFailed);
        }
        plain.truncate(key_octets);
        Ok(Secret::new(std::mem::take(&mut *plain)))
    }

    fn library(self) -> &'static LibraryCipher {
        static AES_128: LibraryCipher = LibraryCipher::new("AES-128-WRAP");
        static AES_192: LibraryCipher = LibraryCipher::new("AES-192-WRAP");
        static AES_256: LibraryCipher = LibraryCipher::new("AES-256-WRAP");
        match self {
            Self::Aes128 => &AES_128,
            Self::Aes192 => &AES_192,
            Self::Aes256 => &AES_256,
        }
    }
}

/// Far above any key, far below what OpenSSL counts with.
const MAX_WRAPPED_KEY_OCTETS: usize = 4096;

fn is_wrappable(octets: usize) -> bool {
    (2 * KeyWrap::UNIT..=MAX_WRAPPED_KEY_OCTETS).contains(&octets) && octets.is_multiple_of(KeyWrap::UNIT)
}

impl fmt::Display for KeyWrap {
    /// The name people use: `kw-aes128`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aes128 => "kw-aes128",
            Self::Aes192 => "kw-aes192",
            Self::Aes256 => "kw-aes256",
        })
    }
}
