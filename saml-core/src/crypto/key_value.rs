//! Floor 2: public keys from the texts that XML Signature gives them in.

use super::pem::decode_base64;
use super::{CryptoError, Curve, PublicKey, UnsupportedKey};

/// The prefix of an object identifier in a URI.
const OID: &str = "urn:oid:";

impl PublicKey {
    /// From the texts of a `ds:RSAKeyValue`: Base64 of two numbers in big-endian [XMLDSig §4.5.2.2].
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`].
    pub fn from_rsa_key_value(modulus: &str, exponent: &str) -> Result<Self, CryptoError> {
        let number = |text| decode_base64(text).ok_or(CryptoError::KeyMalformed);
        Self::from_rsa_components(&number(modulus)?, &number(exponent)?)
    }

    /// From the texts of a `dsig11:ECKeyValue`: the URI of a curve, and Base64 of a point [XMLDSig 1.1 §4.5.2.3].
    ///
    /// # Errors
    /// [`CryptoError::KeyUnsupported`] for another curve, [`CryptoError::KeyMalformed`].
    pub fn from_ec_key_value(named_curve: &str, public_key: &str) -> Result<Self, CryptoError> {
        let unsupported =
            |name: &str| CryptoError::KeyUnsupported { found: UnsupportedKey::of_curve_named(name) };
        let oid = named_curve.strip_prefix(OID).ok_or_else(|| unsupported(named_curve))?;
        let known = [Curve::P256, Curve::P384, Curve::P521];
        let curve = known.into_iter().find(|curve| curve.oid() == oid).ok_or_else(|| unsupported(oid))?;
        let point = decode_base64(public_key).ok_or(CryptoError::KeyMalformed)?;
        Self::from_ec_point(curve, &point)
    }

    /// From the text of a `dsig11:DEREncodedKeyValue`: Base64 of a `SubjectPublicKeyInfo` [XMLDSig 1.1 §4.5.10].
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`], [`CryptoError::KeyUnsupported`].
    pub fn from_der_key_value(text: &str) -> Result<Self, CryptoError> {
        Self::from_spki_der(&decode_base64(text).ok_or(CryptoError::KeyMalformed)?)
    }
}
