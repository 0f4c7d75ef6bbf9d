//! Certificates of any kind over keys that exist.

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Public};
use openssl::x509::{X509Builder, X509NameBuilder};
use saml_core::crypto::PublicKey;

use super::ForgeError;

/// A certificate over `key`, valid between two instants in seconds since 1970. Its issuer doesn't matter: among parties
/// that pin keys, a certificate is only an envelope of a key [MetaIOP §2.5.1].
pub(super) fn certificate_over(
    key: &PublicKey,
    subject: &str,
    (begin, end): (i64, i64),
) -> Result<Vec<u8>, ForgeError> {
    let issuer = PKey::from_ec_key(EcKey::generate(&*EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?)?)?;
    let named = |name: &str| {
        let mut builder = X509NameBuilder::new()?;
        builder.append_entry_by_nid(Nid::COMMONNAME, name)?;
        Ok::<_, ForgeError>(builder.build())
    };
    let key: PKey<Public> = PKey::public_key_from_der(key.spki_der())?;
    let mut builder = X509Builder::new()?;
    builder.set_version(2)?;
    let serial = BigNum::from_u32(7)?.to_asn1_integer()?;
    builder.set_serial_number(&serial)?;
    builder.set_subject_name(&*named(subject)?)?;
    builder.set_issuer_name(&*named("nobody.example.com")?)?;
    let (begin, end) = (Asn1Time::from_unix(begin)?, Asn1Time::from_unix(end)?);
    builder.set_not_before(&begin)?;
    builder.set_not_after(&end)?;
    builder.set_pubkey(&key)?;
    builder.sign(&issuer, MessageDigest::sha256())?;
    Ok(builder.build().to_der()?)
}
