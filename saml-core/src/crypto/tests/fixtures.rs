//! Certificates and keys of real peers, if they are installed.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use base64::Engine as _;
use openssl::x509::X509;

use crate::crypto::{Certificate, CryptoError, PrivateKey};
use crate::left_out::left_out;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/fixtures");

fn texts_under(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts_under(&path, found);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            found.push(text);
        }
    }
}

/// The contents of every `X509Certificate` element, whatever its prefix.
fn certificate_texts(text: &str) -> impl Iterator<Item = &str> {
    text.split("X509Certificate>").skip(1).step_by(2).filter_map(|rest| rest.split('<').next())
}

/// How OpenSSL reads the same text, if it is plain Base64.
fn openssl_reads(text: &str) -> bool {
    let compact: String = text.split_whitespace().collect();
    let octets = base64::engine::general_purpose::STANDARD.decode(compact);
    octets.is_ok_and(|octets| X509::from_der(&octets).is_ok())
}

#[test]
fn reads_every_certificate_of_real_peers_that_openssl_reads() {
    if !Path::new(FIXTURES).is_dir() {
        left_out("certificates and keys of others", &format!("there is no {FIXTURES}"));
        return;
    }
    let mut texts = Vec::new();
    texts_under(Path::new(FIXTURES), &mut texts);
    let certificates: HashSet<&str> = texts.iter().flat_map(|text| certificate_texts(text)).collect();
    let mut verdicts: BTreeMap<String, u32> = BTreeMap::new();
    for text in certificates {
        let verdict = Certificate::from_base64(text);
        let name = match (&verdict, openssl_reads(text)) {
            (Ok(certificate), _) => format!("{:?}", certificate.form()),
            (Err(CryptoError::KeyUnsupported { .. }), _) => "unsupported key".to_owned(),
            (Err(_), false) => "refused by both".to_owned(),
            (Err(error), true) => panic!("{error}: {text}"),
        };
        *verdicts.entry(name).or_default() += 1;
    }
    println!("{verdicts:?}");
    assert!(verdicts.get("Base64").is_some_and(|count| *count > 100), "{verdicts:?}");
    // The real one of ruby-saml's `adfs_response_sha256`.
    assert!(verdicts.contains_key("Base64OfPem"), "{verdicts:?}");
}

#[test]
fn reads_the_pem_files_of_real_peers() {
    if !Path::new(FIXTURES).is_dir() {
        left_out("certificates and keys of others", &format!("there is no {FIXTURES}"));
        return;
    }
    let mut texts = Vec::new();
    texts_under(Path::new(FIXTURES), &mut texts);
    let (mut certificates, mut keys) = (0, 0);
    for text in &texts {
        if text.starts_with("-----BEGIN CERTIFICATE-----") {
            match Certificate::all_from_pem(text) {
                Ok(_) => certificates += 1,
                Err(error) => println!("{error}: {text}"),
            }
        }
        if text.starts_with("-----BEGIN PRIVATE KEY-----") {
            match PrivateKey::from_pem(text) {
                Ok(_) => keys += 1,
                Err(error) => println!("{error}: {text}"),
            }
        }
    }
    assert!(certificates > 50 && keys > 5, "{certificates} certificates, {keys} keys");
}
