//! Floor 2: the signature algorithms that SAML peers name.

use std::fmt;

use super::{DigestAlgorithm, KeyFamily};

/// A signature algorithm of `ds:SignatureMethod` or `SigAlg` [XML-DSig §6.4] [RFC 9231].
///
/// An algorithm that is not listed can't be named, and so is never computed: HMAC (a public key must never become a
/// shared secret), DSA, MD5, RIPEMD-160, SHA-224. RSA-PSS is known by its fixed parameter sets only, where the digest
/// also drives MGF1 and gives the length of the salt; the form with `RSAPSSParams` is not known.
///
/// The list doesn't say whether the [`PeerPolicy`](super::PeerPolicy) permits an algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SignatureAlgorithm {
    /// RSA PKCS#1 v1.5 with SHA-1: read under a relaxation, never written.
    RsaSha1,
    /// RSA PKCS#1 v1.5 with SHA-256.
    RsaSha256,
    /// RSA PKCS#1 v1.5 with SHA-384.
    RsaSha384,
    /// RSA PKCS#1 v1.5 with SHA-512.
    RsaSha512,
    /// RSA-PSS with SHA-256, MGF1 with SHA-256 and 32 octets of salt.
    RsaPssSha256,
    /// RSA-PSS with SHA-384, MGF1 with SHA-384 and 48 octets of salt.
    RsaPssSha384,
    /// RSA-PSS with SHA-512, MGF1 with SHA-512 and 64 octets of salt.
    RsaPssSha512,
    /// ECDSA with SHA-256.
    EcdsaSha256,
    /// ECDSA with SHA-384.
    EcdsaSha384,
    /// ECDSA with SHA-512.
    EcdsaSha512,
    /// Ed25519 [RFC 8032].
    Ed25519,
}

impl SignatureAlgorithm {
    /// Every algorithm that has a name here.
    pub const ALL: [Self; 11] = [
        Self::RsaSha1,
        Self::RsaSha256,
        Self::RsaSha384,
        Self::RsaSha512,
        Self::RsaPssSha256,
        Self::RsaPssSha384,
        Self::RsaPssSha512,
        Self::EcdsaSha256,
        Self::EcdsaSha384,
        Self::EcdsaSha512,
        Self::Ed25519,
    ];

    /// The known algorithms, as a text for people.
    pub(crate) const EXPECTED: &str = "RSA, RSA-PSS as sha256-rsa-MGF1 and its like, ECDSA or Ed25519";

    /// The algorithm that a peer can use in place of a lawful one that is not supported here.
    #[must_use]
    pub(crate) fn instead_of(uri: &str) -> Option<&'static str> {
        let (_, name) = uri.rsplit_once('#')?;
        Some(match name {
            "rsa-pss" => {
                "RSA-PSS in its form with parameters is not supported: have the peer choose \
                 http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1, which fixes them"
            }
            _ if name.starts_with("hmac-") => {
                "an HMAC is made with a secret that both sides have, so that each could have written it: have the peer \
                 sign with a private key"
            }
            _ if name.starts_with("dsa-") => "DSA is not supported: have the peer sign with an RSA or EC key",
            _ if name.starts_with("eddsa-") => {
                "of the Edwards curves only pure Ed25519 is supported, \
                 http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519; RSA or ECDSA will do, too"
            }
            _ if name.ends_with("-rsa-MGF1") => {
                "RSA-PSS is supported with SHA-256, SHA-384 and SHA-512: have the peer choose \
                 http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1"
            }
            _ if name.starts_with("ecdsa-") => {
                "ECDSA is supported with SHA-256, SHA-384 and SHA-512: have the peer choose \
                 http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
            }
            _ if name.starts_with("rsa-") => {
                "RSA is supported with SHA-256, SHA-384 and SHA-512: have the peer choose \
                 http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
            }
            _ => return None,
        })
    }

    /// The algorithm with this identifier, compared octet by octet.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.uri() == uri)
    }

    /// The identifier in messages [RFC 9231 §2.3].
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::RsaSha1 => "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
            Self::RsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
            Self::RsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
            Self::RsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
            Self::RsaPssSha256 => "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
            Self::RsaPssSha384 => "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1",
            Self::RsaPssSha512 => "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1",
            Self::EcdsaSha256 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            Self::EcdsaSha384 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
            Self::EcdsaSha512 => "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
            Self::Ed25519 => "http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519",
        }
    }

    /// The kind of key that the algorithm works with, and the only one.
    #[must_use]
    pub const fn family(self) -> KeyFamily {
        match self {
            Self::RsaSha1
            | Self::RsaSha256
            | Self::RsaSha384
            | Self::RsaSha512
            | Self::RsaPssSha256
            | Self::RsaPssSha384
            | Self::RsaPssSha512 => KeyFamily::Rsa,
            Self::EcdsaSha256 | Self::EcdsaSha384 | Self::EcdsaSha512 => KeyFamily::Ec,
            Self::Ed25519 => KeyFamily::Ed25519,
        }
    }

    /// The digest over the signed octets. `None` for Ed25519, whose digest can't be chosen.
    #[must_use]
    pub const fn digest(self) -> Option<DigestAlgorithm> {
        match self {
            Self::RsaSha1 => Some(DigestAlgorithm::Sha1),
            Self::RsaSha256 | Self::RsaPssSha256 | Self::EcdsaSha256 => Some(DigestAlgorithm::Sha256),
            Self::RsaSha384 | Self::RsaPssSha384 | Self::EcdsaSha384 => Some(DigestAlgorithm::Sha384),
            Self::RsaSha512 | Self::RsaPssSha512 | Self::EcdsaSha512 => Some(DigestAlgorithm::Sha512),
            Self::Ed25519 => None,
        }
    }

    /// Whether the padding is RSA-PSS.
    pub(super) const fn is_pss(self) -> bool {
        matches!(self, Self::RsaPssSha256 | Self::RsaPssSha384 | Self::RsaPssSha512)
    }
}

impl fmt::Display for SignatureAlgorithm {
    /// The name people use: `rsa-sha256`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RsaSha1 => "rsa-sha1",
            Self::RsaSha256 => "rsa-sha256",
            Self::RsaSha384 => "rsa-sha384",
            Self::RsaSha512 => "rsa-sha512",
            Self::RsaPssSha256 => "rsa-pss-sha256",
            Self::RsaPssSha384 => "rsa-pss-sha384",
            Self::RsaPssSha512 => "rsa-pss-sha512",
            Self::EcdsaSha256 => "ecdsa-sha256",
            Self::EcdsaSha384 => "ecdsa-sha384",
            Self::EcdsaSha512 => "ecdsa-sha512",
            Self::Ed25519 => "ed25519",
        })
    }
}
