//! Floor 2: the keys that signatures are checked with and session keys are wrapped for.

use std::fmt;
use std::sync::Arc;

use openssl::pkey::{PKey, PKeyRef, Public};

use super::certificate::Certificate;
use super::error::drain_openssl_errors;
use super::pem::{PemBlocks, decode_base64, encode_pem};
use super::prepared_contexts::PreparedContexts;
use super::spki::{self, CheckedKey};
use super::{CryptoError, DigestAlgorithm, DigestValue, digest};

/// A key in use: parsed once, checked once, shared by clones.
///
/// Guarantees that the key is of a supported kind and well formed: an RSA modulus is odd and its exponent is odd and
/// between 3 and 64 bits; an EC point lies on its named curve and is not the point at infinity.
/// Does not guarantee that the key is long enough (that is [`PeerPolicy`](super::PeerPolicy)) or whose it is.
#[derive(Clone)]
pub struct PublicKey(Arc<Material>);

struct Material {
    key: PKey<Public>,
    kind: KeyKind,
    spki: Vec<u8>,
    fingerprint: DigestValue,
    contexts: PreparedContexts<Public>,
}

/// The kind of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// RSA.
    Rsa {
        /// Bits of the modulus.
        bits: u32,
    },
    /// An elliptic curve of the NIST family.
    Ec {
        /// Which one.
        curve: Curve,
    },
    /// Ed25519 [RFC 8032].
    Ed25519,
}

/// The kind of key without its size: what an algorithm asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyFamily {
    /// RSA.
    Rsa,
    /// ECDSA.
    Ec,
    /// Ed25519.
    Ed25519,
}

/// A named curve [FIPS 186-5]. Others, and curves spelt out by parameters, are not supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Curve {
    /// secp256r1.
    P256,
    /// secp384r1.
    P384,
    /// secp521r1.
    P521,
}

impl PublicKey {
    /// The key of a certificate in DER. Nothing else of the certificate is looked at.
    ///
    /// # Errors
    /// As [`Certificate::from_der`].
    pub fn from_certificate_der(octets: &[u8]) -> Result<Self, CryptoError> {
        Certificate::from_der(octets).map(|certificate| certificate.public_key().clone())
    }

    /// From a `SubjectPublicKeyInfo` in strict DER [RFC 5280 §4.1.2.7].
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`], [`CryptoError::KeyUnsupported`].
    pub fn from_spki_der(octets: &[u8]) -> Result<Self, CryptoError> {
        Self::from_checked(spki::read(octets))
    }

    /// From the first `PUBLIC KEY` or `CERTIFICATE` block of a PEM text.
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`], [`CryptoError::KeyUnsupported`], [`CryptoError::CertificateMalformed`].
    pub fn from_pem(text: &str) -> Result<Self, CryptoError> {
        for block in PemBlocks::new(text) {
            match block.label {
                "PUBLIC KEY" => {
                    let octets = decode_base64(block.body).ok_or(CryptoError::KeyMalformed)?;
                    return Self::from_spki_der(&octets);
                }
                "CERTIFICATE" => {
                    let octets = decode_base64(block.body).ok_or(CryptoError::CertificateMalformed)?;
                    return Self::from_certificate_der(&octets);
                }
                _ => {}
            }
        }
        Err(CryptoError::KeyMalformed)
    }

    /// From the two numbers of a `ds:RSAKeyValue`, big-endian [XML-DSig §4.5.2.2].
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`].
    pub fn from_rsa_components(modulus: &[u8], exponent: &[u8]) -> Result<Self, CryptoError> {
        Self::from_checked(spki::rsa(modulus, exponent))
    }

    /// From the point of a `dsig11:ECKeyValue`, uncompressed [XML-DSig §4.5.2.3].
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`].
    pub fn from_ec_point(curve: Curve, point: &[u8]) -> Result<Self, CryptoError> {
        // Certificates may compress points; XML Signature knows the uncompressed form only.
        if point.first() != Some(&4) {
            return Err(CryptoError::KeyMalformed);
        }
        Self::from_checked(spki::ec(curve, point))
    }

    fn from_checked(checked: Result<CheckedKey, CryptoError>) -> Result<Self, CryptoError> {
        let CheckedKey { key, kind, spki } = checked.inspect_err(|_| drain_openssl_errors())?;
        let fingerprint = digest(DigestAlgorithm::Sha256, &spki)?;
        let contexts = PreparedContexts::default();
        Ok(Self(Arc::new(Material { key, kind, spki, fingerprint, contexts })))
    }

    /// The kind of the key.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.0.kind
    }

    /// The `SubjectPublicKeyInfo` in DER. Two keys are equal where these octets are.
    #[must_use]
    pub fn spki_der(&self) -> &[u8] {
        &self.0.spki
    }

    /// SHA-256 over the `SubjectPublicKeyInfo`: the name of this key in logs and verdicts.
    #[must_use]
    pub fn fingerprint(&self) -> &DigestValue {
        &self.0.fingerprint
    }

    /// The key as a PEM text, `PUBLIC KEY`.
    #[must_use]
    pub fn to_pem(&self) -> String {
        encode_pem("PUBLIC KEY", self.spki_der())
    }

    pub(super) fn openssl(&self) -> &PKeyRef<Public> {
        &self.0.key
    }

    pub(super) fn contexts(&self) -> &PreparedContexts<Public> {
        &self.0.contexts
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.spki == other.0.spki
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {:?})", self.kind(), self.fingerprint())
    }
}

impl KeyKind {
    /// The kind without its size.
    #[must_use]
    pub const fn family(self) -> KeyFamily {
        match self {
            Self::Rsa { .. } => KeyFamily::Rsa,
            Self::Ec { .. } => KeyFamily::Ec,
            Self::Ed25519 => KeyFamily::Ed25519,
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(f, "RSA {bits}"),
            Self::Ec { curve } => write!(f, "EC {curve}"),
            Self::Ed25519 => f.write_str("Ed25519"),
        }
    }
}

impl Curve {
    /// Octets of one coordinate, and of each half of a signature.
    #[must_use]
    pub const fn octets(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    /// Bits of the field.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::P256 => 256,
            Self::P384 => 384,
            Self::P521 => 521,
        }
    }

    /// The object identifier as `dsig11:NamedCurve` writes it, without the leading `urn:oid:`.
    #[must_use]
    pub const fn oid(self) -> &'static str {
        match self {
            Self::P256 => "1.2.840.10045.3.1.7",
            Self::P384 => "1.3.132.0.34",
            Self::P521 => "1.3.132.0.35",
        }
    }
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        })
    }
}
