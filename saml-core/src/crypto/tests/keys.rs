//! Keys and certificates made for the run, once per kind.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, OnceLock};

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{Id, PKey, PKeyRef, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509Name, X509NameBuilder};

use crate::crypto::{Certificate, Curve, PrivateKey};

/// The same key at every call.
pub(crate) fn rsa(bits: u32) -> PrivateKey {
    static RSA_1024: OnceLock<PrivateKey> = OnceLock::new();
    static RSA_2048: OnceLock<PrivateKey> = OnceLock::new();
    static RSA_3072: OnceLock<PrivateKey> = OnceLock::new();
    match bits {
        1024 => RSA_1024.get_or_init(|| fresh_rsa(bits)).clone(),
        2048 => RSA_2048.get_or_init(|| fresh_rsa(bits)).clone(),
        3072 => RSA_3072.get_or_init(|| fresh_rsa(bits)).clone(),
        _ => fresh_rsa(bits),
    }
}

/// Another key at every call.
///
/// If `SAML_TEST_KEYS` names a folder, later runs use the keys of the first. Searching for primes takes most of the
/// tests' time, and `.ci/mutants` runs them hundreds of times.
pub(crate) fn fresh_rsa(bits: u32) -> PrivateKey {
    let key = match std::env::var_os("SAML_TEST_KEYS") {
        Some(folder) => kept_rsa(folder.as_ref(), bits),
        None => PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap(),
    };
    PrivateKey::from_openssl(key).unwrap()
}

fn kept_rsa(folder: &Path, bits: u32) -> PKey<Private> {
    static USED: Mutex<BTreeMap<u32, usize>> = Mutex::new(BTreeMap::new());
    let number = {
        let mut used = USED.lock().unwrap();
        let number = used.entry(bits).or_default();
        *number += 1;
        *number
    };
    let file = folder.join(format!("rsa-{bits}-{number}"));
    if let Ok(der) = std::fs::read(&file) {
        return PKey::private_key_from_der(&der).unwrap();
    }
    let key = PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap();
    // Another run may read the file, so that it must appear complete.
    let unfinished = file.with_extension(std::process::id().to_string());
    std::fs::write(&unfinished, key.private_key_to_der().unwrap()).unwrap();
    std::fs::rename(unfinished, file).unwrap();
    key
}

pub(crate) fn rsa_with_exponent_3() -> PrivateKey {
    let three = BigNum::from_u32(3).unwrap();
    let key = PKey::from_rsa(Rsa::generate_with_e(2048, &three).unwrap()).unwrap();
    PrivateKey::from_openssl(key).unwrap()
}

/// The same key at every call.
pub(crate) fn ec(curve: Curve) -> PrivateKey {
    static P256: OnceLock<PrivateKey> = OnceLock::new();
    static P384: OnceLock<PrivateKey> = OnceLock::new();
    static P521: OnceLock<PrivateKey> = OnceLock::new();
    let slot = match curve {
        Curve::P256 => &P256,
        Curve::P384 => &P384,
        Curve::P521 => &P521,
    };
    slot.get_or_init(|| fresh_ec(curve)).clone()
}

pub(crate) fn fresh_ec(curve: Curve) -> PrivateKey {
    PrivateKey::from_openssl(PKey::ec_gen(&curve.to_string()).unwrap()).unwrap()
}

/// The same key at every call.
pub(crate) fn ed25519() -> PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(fresh_ed25519).clone()
}

pub(crate) fn fresh_ed25519() -> PrivateKey {
    PrivateKey::from_openssl(PKey::generate_ed25519().unwrap()).unwrap()
}

pub(crate) fn certificate_for(key: &PrivateKey) -> Certificate {
    Certificate::from_der(&x509_for(key.openssl()).to_der().unwrap()).unwrap()
}

/// A certificate that ended in 2023.
pub(crate) fn x509_for(key: &PKeyRef<Private>) -> X509 {
    x509_about(
        key,
        &[(Nid::COUNTRYNAME, "SE"), (Nid::ORGANIZATIONNAME, "Länk, Test"), (Nid::COMMONNAME, "idp")],
    )
}

pub(crate) fn x509_about(key: &PKeyRef<Private>, subject: &[(Nid, &str)]) -> X509 {
    x509_issued(key, subject, key, subject)
}

/// The certificate of `key`, issued by another one.
pub(crate) fn certificate_issued(
    key: &PrivateKey,
    subject: &str,
    issuer_key: &PrivateKey,
    issuer: &str,
) -> Certificate {
    let (subject, issuer) = ([(Nid::COMMONNAME, subject)], [(Nid::COMMONNAME, issuer)]);
    let x509 = x509_issued(key.openssl(), &subject, issuer_key.openssl(), &issuer);
    Certificate::from_der(&x509.to_der().unwrap()).unwrap()
}

fn x509_issued(
    key: &PKeyRef<Private>,
    subject: &[(Nid, &str)],
    issuer_key: &PKeyRef<Private>,
    issuer: &[(Nid, &str)],
) -> X509 {
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name(subject)).unwrap();
    builder.set_issuer_name(&name(issuer)).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(1_600_000_000).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(1_700_000_000).unwrap()).unwrap();
    let digest = if issuer_key.id() == Id::ED25519 { MessageDigest::null() } else { MessageDigest::sha256() };
    builder.sign(issuer_key, digest).unwrap();
    builder.build()
}

fn name(parts: &[(Nid, &str)]) -> X509Name {
    let mut builder = X509NameBuilder::new().unwrap();
    for (nid, value) in parts {
        builder.append_entry_by_nid(*nid, value).unwrap();
    }
    builder.build()
}
