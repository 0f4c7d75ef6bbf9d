//! The keys under which values are sealed and names are hidden.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::error::ErrorStack;
use openssl::md::Md;
use openssl::pkey::Id;
use openssl::pkey_ctx::PkeyCtx;
use zeroize::Zeroizing;

/// Octets of a key.
const OCTETS: usize = 32;
/// Octets of a key's id.
pub(super) const ID_OCTETS: usize = 8;

/// 256 secret bits, from which the keys that are used are derived. It is erased when dropped; `Debug` doesn't show it.
#[derive(Clone)]
pub struct SealingKey(Zeroizing<[u8; OCTETS]>);

impl SealingKey {
    /// A fresh key from the operating system's randomness.
    ///
    /// # Errors
    /// [`SealingKeyError::Unavailable`]: the random source failed.
    pub fn random() -> Result<Self, SealingKeyError> {
        let mut octets = Zeroizing::new([0; OCTETS]);
        openssl::rand::rand_bytes(octets.as_mut()).map_err(SealingKeyError::Unavailable)?;
        Ok(Self(octets))
    }

    /// A key of 32 octets. They must be random: a password is no key.
    ///
    /// # Errors
    /// [`SealingKeyError::Length`].
    pub fn from_octets(octets: &[u8]) -> Result<Self, SealingKeyError> {
        let mut key = Zeroizing::new([0; OCTETS]);
        if octets.len() != OCTETS {
            return Err(SealingKeyError::Length { octets: octets.len() });
        }
        key.copy_from_slice(octets);
        Ok(Self(key))
    }

    /// A key as `openssl rand -base64 32` writes it: Base64 of 32 octets, with white space around it.
    ///
    /// # Errors
    /// [`SealingKeyError`]; the text is not in it.
    pub fn parse(text: &str) -> Result<Self, SealingKeyError> {
        let octets = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| SealingKeyError::Base64)?);
        Self::from_octets(&octets)
    }

    /// HKDF-SHA-256 of the key. [RFC 5869]
    pub(super) fn derive<const N: usize>(
        &self,
        salt: &[u8],
        purpose: &str,
    ) -> Result<Zeroizing<[u8; N]>, ErrorStack> {
        let mut derivation = PkeyCtx::new_id(Id::HKDF)?;
        derivation.derive_init()?;
        derivation.set_hkdf_md(Md::sha256())?;
        derivation.set_hkdf_key(self.0.as_ref())?;
        derivation.set_hkdf_salt(salt)?;
        derivation.add_hkdf_info(purpose.as_bytes())?;
        let mut derived = Zeroizing::new([0; N]);
        derivation.derive(Some(derived.as_mut()))?;
        Ok(derived)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(…)")
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealingKeyError {
    /// It has another length than 32 octets.
    #[error("a sealing key has 32 octets, and this one {octets}")]
    Length {
        /// How many it has.
        octets: usize,
    },
    /// The text is not Base64.
    #[error("a sealing key is written in Base64")]
    Base64,
    /// The cryptographic library failed.
    #[error("the cryptographic library failed")]
    Unavailable(#[source] ErrorStack),
}

/// A key that seals, and what tells it from others.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) key: SealingKey,
    pub(super) id: [u8; ID_OCTETS],
}

impl Named {
    fn new(key: SealingKey) -> Result<Self, SealingKeyError> {
        let id = key.derive::<ID_OCTETS>(b"", "saml-store sealing key id");
        let id = *id.map_err(SealingKeyError::Unavailable)?;
        Ok(Self { key, id })
    }
}

/// The keys of an installation: one that hides names and stays, and one or more that seal values.
///
/// # Replacing a sealing key
/// 1. Give the new key to every node as an earlier one. A node that doesn't have a key can't read what others seal under it.
/// 2. Make it the current one on every node, and keep the one before as an earlier one.
/// 3. Once no node seals under the key before, wait until every entry that was sealed under it has expired or was read since:
///    reading seals it anew. The providers keep a few entries for ten years; those that every login needs (the key of requests)
///    are read by the next one, and an identity provider whose sessions were ended once, or that a service's assertions were
///    encrypted for, is read when somebody signs in there. Records never expire: seal them anew with
///    [`crate::Sealed::seal_anew`], in every namespace.
/// 4. Take the key before away. Whatever is still sealed under it can't be read any more, and backups and exports of before
///    neither: keep the key, apart from them, as long as one of them may be needed.
#[derive(Clone, Debug)]
pub struct SealingKeys {
    names: SealingKey,
    pub(super) current: Named,
    earlier: Vec<Named>,
}

impl SealingKeys {
    /// `installation` hides names: with another one, nothing that is stored will be found, replay marks included.
    /// `current` seals values. The two may be one key, as long as the first stays when the second is replaced.
    ///
    /// # Errors
    /// [`SealingKeyError::Unavailable`].
    pub fn new(installation: &SealingKey, current: SealingKey) -> Result<Self, SealingKeyError> {
        let names = installation.derive(b"", "saml-store names").map_err(SealingKeyError::Unavailable)?;
        Ok(Self { names: SealingKey(names), current: Named::new(current)?, earlier: Vec::new() })
    }

    /// The same keys and one that opens but does not seal.
    ///
    /// # Errors
    /// [`SealingKeyError::Unavailable`].
    pub fn with_earlier(mut self, key: SealingKey) -> Result<Self, SealingKeyError> {
        self.earlier.push(Named::new(key)?);
        Ok(self)
    }

    /// The key of the HMACs that stand for names.
    pub(super) fn of_names(&self) -> &[u8] {
        self.names.0.as_ref()
    }

    /// The key with this id.
    pub(super) fn find(&self, id: &[u8]) -> Option<&SealingKey> {
        let all = std::iter::once(&self.current).chain(&self.earlier);
        all.filter(|named| named.id == *id).map(|named| &named.key).next()
    }
}
