//! Floor 2: the algorithms that content is encrypted with.

use std::fmt;

use zeroize::Zeroizing;

use super::{LibraryCipher, cbc, gcm};
use crate::base::{Secret, SecureRandom, take_steps};
use crate::crypto::error::drain_openssl_errors;
use crate::crypto::{CryptoError, Digest, DigestAlgorithm};

/// A block encryption algorithm of `xenc:EncryptedData` [XML-Enc §5.2].
///
/// The list doesn't say whether the [`PeerPolicy`](crate::crypto::PeerPolicy) permits an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentCipher {
    /// AES-128 in Galois/Counter mode.
    Aes128Gcm,
    /// AES-192 in Galois/Counter mode.
    Aes192Gcm,
    /// AES-256 in Galois/Counter mode.
    Aes256Gcm,
    /// AES-128 in cipher block chaining mode: opened, and sealed, under a relaxation.
    Aes128Cbc,
    /// AES-192 in cipher block chaining mode: opened, and sealed, under a relaxation.
    Aes192Cbc,
    /// AES-256 in cipher block chaining mode: opened, and sealed, under a relaxation.
    Aes256Cbc,
    /// Triple DES in cipher block chaining mode: opened under a relaxation, never sealed.
    TripleDesCbc,
}

/// How a content cipher protects its plaintext.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CipherMode {
    /// Authenticated: a change is noticed.
    Gcm,
    /// Not authenticated.
    Cbc,
}

impl ContentCipher {
    /// Every algorithm that has a name here.
    pub const ALL: [Self; 7] = [
        Self::Aes128Gcm,
        Self::Aes192Gcm,
        Self::Aes256Gcm,
        Self::Aes128Cbc,
        Self::Aes192Cbc,
        Self::Aes256Cbc,
        Self::TripleDesCbc,
    ];

    /// The algorithm with this identifier, compared octet by octet.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cipher| cipher.uri() == uri)
    }

    /// The identifier in messages.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes192Gcm => "http://www.w3.org/2009/xmlenc11#aes192-gcm",
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Self::Aes192Cbc => "http://www.w3.org/2001/04/xmlenc#aes192-cbc",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            Self::TripleDesCbc => "http://www.w3.org/2001/04/xmlenc#tripledes-cbc",
        }
    }

    /// Octets of the key.
    #[must_use]
    pub const fn key_octets(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128Cbc => 16,
            Self::Aes192Gcm | Self::Aes192Cbc | Self::TripleDesCbc => 24,
            Self::Aes256Gcm | Self::Aes256Cbc => 32,
        }
    }

    /// Whether changes are noticed.
    #[must_use]
    pub const fn mode(self) -> CipherMode {
        match self {
            Self::Aes128Gcm | Self::Aes192Gcm | Self::Aes256Gcm => CipherMode::Gcm,
            Self::Aes128Cbc | Self::Aes192Cbc | Self::Aes256Cbc | Self::TripleDesCbc => CipherMode::Cbc,
        }
    }

    /// A fresh key. One key is for one message.
    ///
    /// # Errors
    /// [`CryptoError::RandomUnavailable`].
    pub fn generate_key(self, random: &mut dyn SecureRandom) -> Result<Secret, CryptoError> {
        let mut octets = Zeroizing::new(vec![0_u8; self.key_octets()]);
        random.fill(&mut octets)?;
        Ok(Secret::new(std::mem::take(&mut *octets)))
    }

    /// Encrypts and authenticates `plaintext` with a fresh initialisation vector; yields the content of
    /// `xenc:CipherValue`: vector, ciphertext and tag [XML-Enc §5.2.4].
    ///
    /// # Errors
    /// [`CryptoError::ReadOnlyAlgorithm`] for CBC, [`CryptoError::LengthMismatch`] for a key of another length,
    /// [`CryptoError::RandomUnavailable`], [`CryptoError::LibraryFailed`].
    pub fn seal(
        self,
        key: &Secret,
        plaintext: &[u8],
        random: &mut dyn SecureRandom,
    ) -> Result<Vec<u8>, CryptoError> {
        if self.mode() == CipherMode::Cbc {
            return Err(CryptoError::ReadOnlyAlgorithm);
        }
        self.seal_in_its_mode(key, plaintext, random)
    }

    /// What [`danger::seal_content`](crate::crypto::danger::seal_content) says.
    pub(in crate::crypto) fn seal_in_its_mode(
        self,
        key: &Secret,
        plaintext: &[u8],
        random: &mut dyn SecureRandom,
    ) -> Result<Vec<u8>, CryptoError> {
        if self == Self::TripleDesCbc {
            return Err(CryptoError::ReadOnlyAlgorithm);
        }
        if !self.accepts(key) || i32::try_from(plaintext.len()).is_err() {
            return Err(CryptoError::LengthMismatch);
        }
        let cipher = self.library().get()?;
        match self.mode() {
            CipherMode::Gcm => gcm::seal(cipher, key.expose(), plaintext, random),
            CipherMode::Cbc => cbc::seal(cipher, key.expose(), plaintext, random),
        }
    }

    /// Decrypts the content of `xenc:CipherValue`.
    ///
    /// With GCM, the plaintext is what the holder of the key sealed. With CBC it may be anything that an attacker
    /// made of it.
    ///
    /// # Errors
    /// [`CryptoError::OpenFailed`], whatever the cause: a wrong key, a wrong length of anything, a change, padding.
    pub fn open(self, key: &Secret, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if !self.accepts(key) || i32::try_from(sealed.len()).is_err() {
            return Err(CryptoError::OpenFailed);
        }
        take_steps(sealed.len());
        let cipher = self.library().get()?;
        let opened = match self.mode() {
            CipherMode::Gcm => gcm::open(cipher, key.expose(), sealed),
            CipherMode::Cbc => cbc::open(cipher, key.expose(), sealed),
        };
        opened.map_err(|_| {
            drain_openssl_errors();
            CryptoError::OpenFailed
        })
    }

    /// A stand-in key to decipher `sealed` with if no key could be unwrapped from `wrapped`, so that both cases take
    /// the same time.
    ///
    /// It opens nothing: it depends on the tag, which would have to be made with it. With CBC it may yield octets by
    /// chance; the caller discards them.
    pub(crate) fn stand_in_key(self, wrapped: &[u8], sealed: &[u8]) -> Result<Secret, CryptoError> {
        const END: usize = 64;
        let mut digest = Digest::new(DigestAlgorithm::Sha512);
        digest.update(wrapped);
        digest.update(sealed.get(sealed.len().saturating_sub(END)..).unwrap_or_default());
        let octets = digest.finish()?;
        Ok(Secret::new(octets.as_octets().iter().copied().take(self.key_octets()).collect()))
    }

    fn accepts(self, key: &Secret) -> bool {
        key.expose().len() == self.key_octets()
    }

    fn library(self) -> &'static LibraryCipher {
        static AES_128_GCM: LibraryCipher = LibraryCipher::new("AES-128-GCM");
        static AES_192_GCM: LibraryCipher = LibraryCipher::new("AES-192-GCM");
        static AES_256_GCM: LibraryCipher = LibraryCipher::new("AES-256-GCM");
        static AES_128_CBC: LibraryCipher = LibraryCipher::new("AES-128-CBC");
        static AES_192_CBC: LibraryCipher = LibraryCipher::new("AES-192-CBC");
        static AES_256_CBC: LibraryCipher = LibraryCipher::new("AES-256-CBC");
        static TRIPLE_DES_CBC: LibraryCipher = LibraryCipher::new("DES-EDE3-CBC");
        match self {
            Self::Aes128Gcm => &AES_128_GCM,
            Self::Aes192Gcm => &AES_192_GCM,
            Self::Aes256Gcm => &AES_256_GCM,
            Self::Aes128Cbc => &AES_128_CBC,
            Self::Aes192Cbc => &AES_192_CBC,
            Self::Aes256Cbc => &AES_256_CBC,
            Self::TripleDesCbc => &TRIPLE_DES_CBC,
        }
    }
}

impl fmt::Display for ContentCipher {
    /// The name people use: `aes128-gcm`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aes128Gcm => "aes128-gcm",
            Self::Aes192Gcm => "aes192-gcm",
            Self::Aes256Gcm => "aes256-gcm",
            Self::Aes128Cbc => "aes128-cbc",
            Self::Aes192Cbc => "aes192-cbc",
            Self::Aes256Cbc => "aes256-cbc",
            Self::TripleDesCbc => "tripledes-cbc",
        })
    }
}
