//! Keys and certificates made for the run, once per kind.

use std::sync::OnceLock;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::x509::{X509, X509NameBuilder};

use crate::crypto::{Certificate, PrivateKey};

pub(crate) fn rsa(bits: u32) -> PrivateKey {
    static KEYS: OnceLock<std::sync::Mutex<Vec<(u32, PrivateKey)>>> = OnceLock::new();
    let mut keys = KEYS.get_or_init(Default::default).lock().unwrap();
    if let Some((_, key)) = keys.iter().find(|(known, _)| *known == bits) {
        return key.clone();
    }
    let key = PrivateKey::from_openssl(PKey::from_rsa(Rsa::generate(bits).unwrap()).unwrap()).unwrap();
    keys.push((bits, key.clone()));
    key
}

pub(crate) fn ec(curve: &str) -> PrivateKey {
    PrivateKey::from_openssl(PKey::ec_gen(curve).unwrap()).unwrap()
}

pub(crate) fn ed25519() -> PrivateKey {
    PrivateKey::from_openssl(PKey::generate_ed25519().unwrap()).unwrap()
}

pub(crate) fn certificate_for(key: &PrivateKey) -> Certificate {
    Certificate::from_der(&x509_for(key.openssl()).to_der().unwrap()).unwrap()
}

pub(crate) fn x509_for(key: &openssl::pkey::PKeyRef<Private>) -> X509 {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_nid(Nid::COUNTRYNAME, "SE").unwrap();
    name.append_entry_by_nid(Nid::ORGANIZATIONNAME, "Länk, Test").unwrap();
    name.append_entry_by_nid(Nid::COMMONNAME, "idp.example.org").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(1_600_000_000).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(1_700_000_000).unwrap()).unwrap();
    let digest =
        if key.id() == openssl::pkey::Id::ED25519 { MessageDigest::null() } else { MessageDigest::sha256() };
    builder.sign(key, digest).unwrap();
    builder.build()
}
