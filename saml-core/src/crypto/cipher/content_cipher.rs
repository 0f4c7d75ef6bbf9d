//! Floor 2: the algorithms that content is encrypted with.

use std::fmt;

/// A block encryption algorithm of `xenc:EncryptedData` [XML-Enc §5.2].
///
/// That one is listed says nothing about whether the [`AlgorithmPolicy`](crate::crypto::AlgorithmPolicy) permits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ContentCipher {
    /// AES-128 in Galois/Counter mode.
    Aes128Gcm,
    /// AES-192 in Galois/Counter mode.
    Aes192Gcm,
    /// AES-256 in Galois/Counter mode.
    Aes256Gcm,
    /// AES-128 in cipher block chaining mode: opened under a relaxation, never sealed.
    Aes128Cbc,
    /// AES-192 in cipher block chaining mode: opened under a relaxation, never sealed.
    Aes192Cbc,
    /// AES-256 in cipher block chaining mode: opened under a relaxation, never sealed.
    Aes256Cbc,
    /// Triple DES in cipher block chaining mode: opened under a relaxation, never sealed.
    TripleDesCbc,
}

/// How a content cipher protects what it hides.
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
