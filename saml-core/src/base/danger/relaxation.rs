//! Floor 1: the named concessions that one peer may need.

use std::fmt;
use std::str::FromStr;

/// One rule that is given up for one peer, by name.
///
/// A relaxation is granted per peer, never for all; the verdict of every message that needed it shows it. Granting one
/// that a peer does not need costs its users security and gains them nothing.
///
/// # Security
/// Each variant says what an attacker gains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relaxation {
    /// `sha1`: RSA signatures and digests with SHA-1 are accepted.
    ///
    /// # Security
    /// Collisions with a chosen prefix are affordable. An attacker who gets the peer to sign a harmless message of the
    /// attacker's making may thereby obtain its signature on another message.
    Sha1,
    /// `rsa-1024`: RSA keys of 1024 to 2047 bits are accepted. Shorter ones never are.
    ///
    /// # Security
    /// Factoring 1024 bits is within reach of a well-funded attacker, who can then sign as the peer.
    Rsa1024,
    /// `aes-cbc`: content that was encrypted with AES-CBC is opened, and content for a peer that lists no AES-GCM is
    /// sealed with AES-CBC.
    ///
    /// # Security
    /// CBC does not notice changes. An attacker who can submit altered ciphertexts and watch how they fail can read
    /// the plaintext, unless the ciphertext is itself covered by a signature that was verified first.
    AesCbc,
    /// `3des-cbc`: content encrypted with triple DES in CBC mode is opened.
    ///
    /// # Security
    /// The same as for `aes-cbc`. In addition, blocks of 64 bits repeat after some gigabytes under one key.
    TripleDesCbc,
    /// `rsa-1_5`: session keys wrapped with RSA PKCS#1 v1.5 are unwrapped.
    ///
    /// # Security
    /// If wrong padding makes any visible difference, an attacker can decrypt, or sign with the same key
    /// (Bleichenbacher). The unwrapping here shows no difference; a [`Decrypter`](crate::crypto::Decrypter) of somebody
    /// else may.
    Rsa15,
    /// `unsolicited`: a Response to no request is accepted.
    ///
    /// # Security
    /// An attacker can log a victim's browser in under the attacker's account (login CSRF), and a stolen Response is
    /// usable without the browser that asked for it.
    Unsolicited,
    /// `empty-reference-uri`: a signature may refer to the whole document (`URI=""`) where it is on the root element.
    ///
    /// # Security
    /// The reference no longer names what it signs; only its position does.
    EmptyReferenceUri,
    /// `signature-position`: a signature is accepted elsewhere among the children of the element that it signs.
    ///
    /// # Security
    /// Schema order is one of the fences against signature wrapping. The others stay.
    SignaturePosition,
    /// `subject-without-name-id`: an assertion whose subject has no name is accepted; people are told apart by an
    /// attribute (ADFS-07).
    ///
    /// # Security
    /// The application must choose an attribute that the peer never gives to two people, and never again.
    SubjectWithoutNameId,
    /// `plain-http`: messages go to an endpoint of the peer over plain HTTP across a network.
    ///
    /// # Security
    /// Everybody on the way reads the assertion, and may present it before the person's browser does.
    PlainHttp,
    /// `expired-metadata`: the pinned keys and endpoints of the peer stay in use after its metadata has ended
    /// (`validUntil`).
    ///
    /// # Security
    /// A key that the peer has withdrawn, perhaps because it was stolen, goes on signing for the peer until somebody
    /// installs its current metadata.
    ExpiredMetadata,
    /// `signature-in-redirect`: a message that came by HTTP Redirect may carry an XML signature inside. It must hold as
    /// it would in a message that came by POST, and it counts as the message's signature if the query has none (SAML
    /// Jackson, omniauth-saml with `embed_sign`).
    ///
    /// # Security
    /// Such a signature does not cover the `RelayState`: anybody who hands on the URL may change it.
    SignatureInRedirect,
    /// `metadata-without-end`: the description of the peer that its federation publishes may have no `validUntil`.
    ///
    /// # Security
    /// An attacker who can hand us an old copy of the metadata, with its genuine signature, brings a withdrawn key
    /// back.
    MetadataWithoutEnd,
}

impl Relaxation {
    /// Every relaxation there is.
    pub const ALL: [Self; 13] = [
        Self::Sha1,
        Self::Rsa1024,
        Self::AesCbc,
        Self::TripleDesCbc,
        Self::Rsa15,
        Self::Unsolicited,
        Self::EmptyReferenceUri,
        Self::SignaturePosition,
        Self::SubjectWithoutNameId,
        Self::PlainHttp,
        Self::ExpiredMetadata,
        Self::SignatureInRedirect,
        Self::MetadataWithoutEnd,
    ];

    /// The name in configuration, verdicts and fixtures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Rsa1024 => "rsa-1024",
            Self::AesCbc => "aes-cbc",
            Self::TripleDesCbc => "3des-cbc",
            Self::Rsa15 => "rsa-1_5",
            Self::Unsolicited => "unsolicited",
            Self::EmptyReferenceUri => "empty-reference-uri",
            Self::SignaturePosition => "signature-position",
            Self::SubjectWithoutNameId => "subject-without-name-id",
            Self::PlainHttp => "plain-http",
            Self::ExpiredMetadata => "expired-metadata",
            Self::SignatureInRedirect => "signature-in-redirect",
            Self::MetadataWithoutEnd => "metadata-without-end",
        }
    }

    const fn bit(self) -> u16 {
        match self {
            Self::Sha1 => 1,
            Self::Rsa1024 => 1 << 1,
            Self::AesCbc => 1 << 2,
            Self::TripleDesCbc => 1 << 3,
            Self::Rsa15 => 1 << 4,
            Self::Unsolicited => 1 << 5,
            Self::EmptyReferenceUri => 1 << 6,
            Self::SignaturePosition => 1 << 7,
            Self::SubjectWithoutNameId => 1 << 8,
            Self::PlainHttp => 1 << 9,
            Self::ExpiredMetadata => 1 << 10,
            Self::SignatureInRedirect => 1 << 11,
            Self::MetadataWithoutEnd => 1 << 12,
        }
    }
}

impl fmt::Display for Relaxation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Relaxation {
    type Err = UnknownRelaxation;

    /// # Errors
    /// The name is none of [`Relaxation::ALL`].
    fn from_str(name: &str) -> Result<Self, UnknownRelaxation> {
        Self::ALL.into_iter().find(|relaxation| relaxation.name() == name).ok_or(UnknownRelaxation)
    }
}

/// No relaxation has this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a relaxation: sha1, rsa-1024, aes-cbc, 3des-cbc, rsa-1_5, unsolicited, empty-reference-uri, \
     signature-position, subject-without-name-id, plain-http, expired-metadata, signature-in-redirect or \
     metadata-without-end"
)]
pub struct UnknownRelaxation;

/// A set of relaxations; empty by default.
///
/// The same type holds the relaxations that a policy grants and those that a message needed.
///
/// # Security
/// Only the empty set is safe.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Relaxations(u16);

impl Relaxations {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Whether `relaxation` is in the set.
    #[must_use]
    pub const fn contains(self, relaxation: Relaxation) -> bool {
        self.0 & relaxation.bit() != 0
    }

    /// The set with `relaxation` in it.
    #[must_use]
    pub const fn with(self, relaxation: Relaxation) -> Self {
        Self(self.0 | relaxation.bit())
    }

    /// What is in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is nothing in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// What is in the set, in the order of [`Relaxation::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Relaxation> {
        Relaxation::ALL.into_iter().filter(move |relaxation| self.contains(*relaxation))
    }
}

impl From<Relaxation> for Relaxations {
    fn from(relaxation: Relaxation) -> Self {
        Self::NONE.with(relaxation)
    }
}

impl FromIterator<Relaxation> for Relaxations {
    fn from_iter<I: IntoIterator<Item = Relaxation>>(relaxations: I) -> Self {
        relaxations.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Extend<Relaxation> for Relaxations {
    fn extend<I: IntoIterator<Item = Relaxation>>(&mut self, relaxations: I) {
        *self = self.union(relaxations.into_iter().collect());
    }
}

impl fmt::Debug for Relaxations {
    /// `{sha1, rsa-1024}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut set = f.debug_set();
        for relaxation in self.iter() {
            set.entry(&format_args!("{relaxation}"));
        }
        set.finish()
    }
}

impl fmt::Display for Relaxations {
    /// `sha1 rsa-1024`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, relaxation) in self.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            f.write_str(relaxation.name())?;
        }
        Ok(())
    }
}
