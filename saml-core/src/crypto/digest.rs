//! Floor 2: message digests, fed as octets are produced.

use std::fmt;
use std::sync::OnceLock;

use openssl::md::{Md, MdRef};
use openssl::md_ctx::MdCtx;

use super::CryptoError;
use crate::base::take_steps;

/// A digest algorithm of `ds:DigestMethod` [XML-DSig §6.2] [RFC 9231 §2.1].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestAlgorithm {
    /// SHA-1: broken for signatures, read under a relaxation; harmless as an OAEP digest and as a source ID.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl DigestAlgorithm {
    /// Every algorithm that has a name here.
    pub const ALL: [Self; 4] = [Self::Sha1, Self::Sha256, Self::Sha384, Self::Sha512];

    /// The name that [XML-Enc §5.8.3] gives to SHA-384, beside the one of [RFC 9231 §2.1.3] and [XML-DSig §6.2]; it is
    /// read and never written. No other digest algorithm has two identifiers.
    const SHA384_OF_XML_ENC: &str = "http://www.w3.org/2001/04/xmlenc#sha384";

    /// The algorithm with this identifier, compared octet by octet.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        if uri == Self::SHA384_OF_XML_ENC {
            return Some(Self::Sha384);
        }
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }

    /// The identifier in messages that we write.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Sha1 => "http://www.w3.org/2000/09/xmldsig#sha1",
            Self::Sha256 => "http://www.w3.org/2001/04/xmlenc#sha256",
            Self::Sha384 => "http://www.w3.org/2001/04/xmldsig-more#sha384",
            Self::Sha512 => "http://www.w3.org/2001/04/xmlenc#sha512",
        }
    }

    /// The length of a digest.
    #[must_use]
    pub const fn octets(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// OpenSSL's implementation, looked up once per process: OpenSSL 3 otherwise searches its providers, under a
    /// lock, for every digest.
    pub(super) fn md(self) -> Result<&'static MdRef, CryptoError> {
        static SHA1: OnceLock<Option<Md>> = OnceLock::new();
        static SHA256: OnceLock<Option<Md>> = OnceLock::new();
        static SHA384: OnceLock<Option<Md>> = OnceLock::new();
        static SHA512: OnceLock<Option<Md>> = OnceLock::new();
        let (slot, name) = match self {
            Self::Sha1 => (&SHA1, "SHA1"),
            Self::Sha256 => (&SHA256, "SHA256"),
            Self::Sha384 => (&SHA384, "SHA384"),
            Self::Sha512 => (&SHA512, "SHA512"),
        };
        slot.get_or_init(|| Md::fetch(None, name, None).ok()).as_deref().ok_or(CryptoError::LibraryFailed)
    }
}

impl fmt::Display for DigestAlgorithm {
    /// The name people use: `sha256`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        })
    }
}

/// A digest in the making.
///
/// A failure of the library is remembered and reported by [`Digest::finish`]; there is no value without it.
pub struct Digest {
    algorithm: DigestAlgorithm,
    context: Result<MdCtx, CryptoError>,
}

impl Digest {
    /// A digest over no octets yet.
    #[must_use]
    pub fn new(algorithm: DigestAlgorithm) -> Self {
        Self { algorithm, context: start(algorithm) }
    }

    /// Takes the next octets.
    pub fn update(&mut self, octets: &[u8]) {
        take_steps(octets.len());
        if let Ok(context) = &mut self.context
            && let Err(error) = context.digest_update(octets)
        {
            self.context = Err(error.into());
        }
    }

    /// The digest over all octets taken.
    ///
    /// # Errors
    /// [`CryptoError::LibraryFailed`].
    pub fn finish(self) -> Result<DigestValue, CryptoError> {
        let mut value = DigestValue { octets: [0; DigestValue::MAX_OCTETS], length: self.algorithm.octets() };
        let written = self.context?.digest_final(&mut value.octets)?;
        if written == value.length { Ok(value) } else { Err(CryptoError::LibraryFailed) }
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Digest").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

fn start(algorithm: DigestAlgorithm) -> Result<MdCtx, CryptoError> {
    let md = algorithm.md()?;
    let mut context = MdCtx::new()?;
    context.digest_init(md)?;
    Ok(context)
}

/// The digest over `octets`.
///
/// # Errors
/// [`CryptoError::LibraryFailed`].
pub fn digest(algorithm: DigestAlgorithm, octets: &[u8]) -> Result<DigestValue, CryptoError> {
    let mut digest = Digest::new(algorithm);
    digest.update(octets);
    digest.finish()
}

/// A finished digest. Compared in constant time.
#[derive(Clone, Copy)]
pub struct DigestValue {
    octets: [u8; Self::MAX_OCTETS],
    length: usize,
}

impl DigestValue {
    const MAX_OCTETS: usize = 64;

    /// The digest as octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        self.octets.get(..self.length).unwrap_or_default()
    }

    /// Compares this computed digest with the one that a message claims, in constant time.
    ///
    /// # Errors
    /// [`CryptoError::DigestMismatch`], also where the lengths differ.
    pub fn verify(&self, claimed: &[u8]) -> Result<(), CryptoError> {
        let computed = self.as_octets();
        if computed.len() == claimed.len() && openssl::memcmp::eq(computed, claimed) {
            Ok(())
        } else {
            Err(CryptoError::DigestMismatch)
        }
    }
}

impl AsRef<[u8]> for DigestValue {
    fn as_ref(&self) -> &[u8] {
        self.as_octets()
    }
}

impl PartialEq for DigestValue {
    fn eq(&self, other: &Self) -> bool {
        self.verify(other.as_octets()).is_ok()
    }
}

impl Eq for DigestValue {}

impl fmt::Debug for DigestValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigestValue(")?;
        for octet in self.as_octets() {
            write!(f, "{octet:02x}")?;
        }
        f.write_str(")")
    }
}
