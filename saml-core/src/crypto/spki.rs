//! Floor 2: `SubjectPublicKeyInfo`, read strictly and written in one way.
//!
//! Read here and not by OpenSSL because its decoders take a hundred times as long (OpenSSL 3.0), and metadata holds
//! tens of thousands of certificates; and because one key must have one encoding to be compared by.

use openssl::bn::{BigNum, BigNumContext, BigNumRef};
use openssl::ec::{EcGroup, EcKey, EcPoint, PointConversionForm};
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, Public};
use openssl::rsa::{Rsa, RsaRef};

use super::der::{self, DerReader, encode, encode_unsigned};
use super::{CryptoError, Curve, KeyKind, UnsupportedKey};

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const PRIME_256_V1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const SECP_384_R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const SECP_521_R1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];

/// Bits of a public exponent beyond which checking a signature becomes as dear as making one.
const MAX_EXPONENT_BITS: i32 = 64;
/// OpenSSL computes with no modulus longer than this.
const MAX_MODULUS_BITS: i32 = 16_384;
/// Shorter moduli can't hold a PKCS#1 signature with SHA-256.
const MIN_MODULUS_BITS: i32 = 512;

/// A key that was checked, with the one encoding that it is compared by.
pub(super) struct CheckedKey {
    pub(super) key: PKey<Public>,
    pub(super) kind: KeyKind,
    pub(super) spki: Vec<u8>,
}

/// Reads a `SubjectPublicKeyInfo` [RFC 5280 §4.1] [RFC 3279] [RFC 5480] [RFC 8410].
pub(super) fn read(octets: &[u8]) -> Result<CheckedKey, CryptoError> {
    let parts = Parts::read(octets).ok_or(CryptoError::KeyMalformed)?;
    match parts.algorithm {
        RSA_ENCRYPTION => read_rsa(&parts),
        EC_PUBLIC_KEY => read_ec(&parts),
        ED25519 => read_ed25519(&parts),
        other => Err(CryptoError::KeyUnsupported { found: UnsupportedKey::of_algorithm(other) }),
    }
}

struct Parts<'a> {
    algorithm: &'a [u8],
    /// The parameters of the algorithm, with tag and length.
    parameters: Option<&'a [u8]>,
    key: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(octets: &'a [u8]) -> Option<Self> {
        let mut outer = DerReader::new(octets);
        let mut info = DerReader::new(outer.content(der::SEQUENCE)?);
        outer.end()?;
        let mut identifier = DerReader::new(info.content(der::SEQUENCE)?);
        let key = info.bit_string()?;
        info.end()?;
        let algorithm = identifier.content(der::OBJECT_IDENTIFIER)?;
        let parameters = if identifier.is_at_end() { None } else { Some(identifier.any()?.whole) };
        identifier.end()?;
        Some(Self { algorithm, parameters, key })
    }
}

fn read_rsa(parts: &Parts<'_>) -> Result<CheckedKey, CryptoError> {
    // NULL is what [RFC 3279 §2.3.1] wants; some encoders leave it out.
    if !matches!(parts.parameters, None | Some([der::NULL, 0])) {
        return Err(CryptoError::KeyMalformed);
    }
    let (modulus, exponent) = rsa_numbers(parts.key).ok_or(CryptoError::KeyMalformed)?;
    rsa(modulus, exponent)
}

fn rsa_numbers(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = DerReader::new(octets);
    let mut numbers = DerReader::new(outer.content(der::SEQUENCE)?);
    outer.end()?;
    let modulus = numbers.unsigned()?;
    let exponent = numbers.unsigned()?;
    numbers.end()?;
    Some((modulus, exponent))
}

/// An RSA key from its two numbers in big-endian.
pub(super) fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<CheckedKey, CryptoError> {
    let key = Rsa::from_public_components(BigNum::from_slice(modulus)?, BigNum::from_slice(exponent)?)?;
    let kind = accept_rsa(&key)?;
    let spki = write_rsa(&key);
    Ok(CheckedKey { key: PKey::from_rsa(key)?, kind, spki })
}

fn accept_rsa(key: &RsaRef<Public>) -> Result<KeyKind, CryptoError> {
    let (modulus, exponent) = (key.n(), key.e());
    // An exponent of 1 would make every encoded message its own signature; an even number is no key.
    let sound = is_odd(modulus)
        && is_odd(exponent)
        && (2..=MAX_EXPONENT_BITS).contains(&exponent.num_bits())
        && (MIN_MODULUS_BITS..=MAX_MODULUS_BITS).contains(&modulus.num_bits());
    let bits = u32::try_from(modulus.num_bits()).ok().filter(|_| sound);
    bits.map(|bits| KeyKind::Rsa { bits }).ok_or(CryptoError::KeyMalformed)
}

fn is_odd(number: &BigNumRef) -> bool {
    number.is_bit_set(0)
}

fn write_rsa(key: &RsaRef<Public>) -> Vec<u8> {
    let modulus = encode_unsigned(&key.n().to_vec());
    let exponent = encode_unsigned(&key.e().to_vec());
    let identifier =
        encode(der::SEQUENCE, &[&encode(der::OBJECT_IDENTIFIER, &[RSA_ENCRYPTION]), &[der::NULL, 0]]);
    write(&identifier, &encode(der::SEQUENCE, &[&modulus, &exponent]))
}

fn write(identifier: &[u8], key: &[u8]) -> Vec<u8> {
    encode(der::SEQUENCE, &[identifier, &encode(der::BIT_STRING, &[&[0], key])])
}

fn read_ec(parts: &Parts<'_>) -> Result<CheckedKey, CryptoError> {
    // A curve spelt out by its parameters can pose as a named one with another generator (CVE-2020-0601).
    let parameters = parts.parameters.ok_or(CryptoError::KeyMalformed)?;
    let curve = match DerReader::new(parameters).content(der::OBJECT_IDENTIFIER) {
        Some(PRIME_256_V1) => Curve::P256,
        Some(SECP_384_R1) => Curve::P384,
        Some(SECP_521_R1) => Curve::P521,
        _ => return Err(CryptoError::KeyUnsupported { found: UnsupportedKey::of_curve(parameters) }),
    };
    ec(curve, parts.key)
}

/// An EC key from its point, compressed or not [SEC 1 §2.3.3].
pub(super) fn ec(curve: Curve, point: &[u8]) -> Result<CheckedKey, CryptoError> {
    // Refuses the point at infinity (0), for which any signature would verify, and the hybrid form (6, 7).
    if !matches!(point.first(), Some(2..=4)) {
        return Err(CryptoError::KeyMalformed);
    }
    let group = EcGroup::from_curve_name(nid(curve))?;
    let mut context = BigNumContext::new()?;
    // Refuses a point that is not on the curve. The curves have prime order: no further check of the subgroup is due.
    let point = EcPoint::from_bytes(&group, point, &mut context).map_err(|_| CryptoError::KeyMalformed)?;
    let key = EcKey::from_public_key(&group, &point)?;
    let spki = write_ec(curve, &point.to_bytes(&group, PointConversionForm::UNCOMPRESSED, &mut context)?);
    Ok(CheckedKey { key: PKey::from_ec_key(key)?, kind: KeyKind::Ec { curve }, spki })
}

const fn nid(curve: Curve) -> Nid {
    match curve {
        Curve::P256 => Nid::X9_62_PRIME256V1,
        Curve::P384 => Nid::SECP384R1,
        Curve::P521 => Nid::SECP521R1,
    }
}

fn write_ec(curve: Curve, point: &[u8]) -> Vec<u8> {
    let name = match curve {
        Curve::P256 => PRIME_256_V1,
        Curve::P384 => SECP_384_R1,
        Curve::P521 => SECP_521_R1,
    };
    let identifier = encode(
        der::SEQUENCE,
        &[&encode(der::OBJECT_IDENTIFIER, &[EC_PUBLIC_KEY]), &encode(der::OBJECT_IDENTIFIER, &[name])],
    );
    write(&identifier, point)
}

fn read_ed25519(parts: &Parts<'_>) -> Result<CheckedKey, CryptoError> {
    if parts.parameters.is_some() {
        return Err(CryptoError::KeyMalformed);
    }
    let key =
        PKey::public_key_from_raw_bytes(parts.key, Id::ED25519).map_err(|_| CryptoError::KeyMalformed)?;
    let identifier = encode(der::SEQUENCE, &[&encode(der::OBJECT_IDENTIFIER, &[ED25519])]);
    Ok(CheckedKey { key, kind: KeyKind::Ed25519, spki: write(&identifier, parts.key) })
}
