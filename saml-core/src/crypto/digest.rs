//! Floor 2: message digests, fed as octets are produced.

use std::fmt;
use std::sync::OnceLock;

use openssl::md::{Md, MdRef};
use openssl::md_ctx::MdCtx;

use super::{CryptoError, DigestAlgorithm};
use crate::base::take_steps;

impl DigestAlgorithm {
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
