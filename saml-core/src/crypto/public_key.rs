//! Floor 2: the keys that signatures are checked with and session keys are wrapped for.

use std::fmt;
use std::sync::Arc;

use openssl::pkey::{PKey, PKeyRef, Public};

use super::error::drain_openssl_errors;
use super::pem::encode_pem;
use super::prepared_contexts::PreparedContexts;
use super::spki::{self, CheckedKey};
use super::{CryptoError, Curve, DigestAlgorithm, DigestValue, KeyKind, digest};

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

impl PublicKey {
    /// From a `SubjectPublicKeyInfo` in strict DER [RFC 5280 §4.1.2.7].
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`], [`CryptoError::KeyUnsupported`].
    pub fn from_spki_der(octets: &[u8]) -> Result<Self, CryptoError> {
        Self::from_checked(spki::read(octets))
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
