use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::PKey;
use openssl::stack::Stack;
use openssl::symm::Cipher;

use super::keys::{certificate_for, ec, ed25519, rsa, x509_for};
use super::openssl_errors_left;
use crate::base::Secret;
use crate::crypto::{CryptoError, Curve, Pkcs12Identity, PrivateKey, UnsupportedKey};

fn text(octets: Vec<u8>) -> String {
    String::from_utf8(octets).unwrap()
}

fn passphrase(text: &str) -> Secret {
    Secret::new(text.as_bytes().to_vec())
}

#[test]
fn reads_every_plain_encoding() {
    let (rsa, ec) = (rsa(2048), ec(Curve::P384));
    let ec_parameters = "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n";
    let sec1 = text(ec.openssl().ec_key().unwrap().private_key_to_pem().unwrap());
    for (pem, key) in [
        (text(rsa.openssl().private_key_to_pem_pkcs8().unwrap()), &rsa),
        (text(rsa.openssl().rsa().unwrap().private_key_to_pem().unwrap()), &rsa),
        (text(ec.openssl().private_key_to_pem_pkcs8().unwrap()), &ec),
        (sec1.clone(), &ec),
        (format!("{ec_parameters}{sec1}"), &ec),
        (text(ed25519().openssl().private_key_to_pem_pkcs8().unwrap()), &ed25519()),
    ] {
        for pem in [pem.clone(), pem.replace('\n', "\r\n"), format!("Bag Attributes\n{pem}")] {
            let read = PrivateKey::from_pem(&pem).unwrap();
            assert_eq!(read.public_key(), key.public_key());
            // A passphrase for a key that isn't encrypted is not an error.
            assert!(PrivateKey::from_encrypted_pem(&pem, &passphrase("x")).is_ok());
        }
        let der = key.openssl().private_key_to_pkcs8().unwrap();
        assert_eq!(PrivateKey::from_pkcs8_der(&der).unwrap().public_key(), key.public_key());
    }
}

#[test]
fn reads_encrypted_keys_with_their_passphrase_only() {
    let key = rsa(2048);
    let cipher = Cipher::aes_256_cbc();
    let pkcs8 = text(key.openssl().private_key_to_pem_pkcs8_passphrase(cipher, b"pass phrase").unwrap());
    let legacy =
        text(key.openssl().rsa().unwrap().private_key_to_pem_passphrase(cipher, b"pass phrase").unwrap());
    assert!(legacy.contains("Proc-Type: 4,ENCRYPTED"), "the control");
    for pem in [pkcs8, legacy] {
        let read = PrivateKey::from_encrypted_pem(&pem, &passphrase("pass phrase")).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        assert_eq!(PrivateKey::from_pem(&pem).unwrap_err(), CryptoError::PassphraseRequired);
        for wrong in ["", "pass", "pass phrase ", &"x".repeat(5000)] {
            let refused = PrivateKey::from_encrypted_pem(&pem, &passphrase(wrong));
            assert_eq!(refused.unwrap_err(), CryptoError::PassphraseWrong, "{}", wrong.len());
            assert_eq!(openssl_errors_left(), 0);
        }
    }
    let der = key.openssl().private_key_to_pkcs8_passphrase(cipher, b"pass phrase").unwrap();
    let read = PrivateKey::from_encrypted_pkcs8_der(&der, &passphrase("pass phrase")).unwrap();
    assert_eq!(read.public_key(), key.public_key());
    let refused = PrivateKey::from_encrypted_pkcs8_der(&der, &passphrase("other"));
    assert_eq!(refused.unwrap_err(), CryptoError::PassphraseWrong);
}

#[test]
fn refuses_what_is_no_private_key() {
    let public = rsa(2048).public_key().to_pem();
    let certificate = certificate_for(&rsa(2048)).to_pem();
    for pem in
        ["", "key", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", &public, &certificate]
    {
        assert_eq!(PrivateKey::from_pem(pem).unwrap_err(), CryptoError::KeyMalformed);
        assert_eq!(openssl_errors_left(), 0);
    }
    assert_eq!(PrivateKey::from_pkcs8_der(&[0x30, 0]).unwrap_err(), CryptoError::KeyMalformed);
    let koblitz = EcGroup::from_curve_name(Nid::SECP256K1).unwrap();
    let koblitz = PKey::from_ec_key(EcKey::generate(&koblitz).unwrap()).unwrap();
    let refused = PrivateKey::from_pkcs8_der(&koblitz.private_key_to_pkcs8().unwrap());
    let found = UnsupportedKey::Curve { name: "secp256k1" };
    assert_eq!(refused.unwrap_err(), CryptoError::KeyUnsupported { found });
    let x25519 = PKey::generate_x25519().unwrap().private_key_to_pkcs8().unwrap();
    let found = UnsupportedKey::Algorithm { name: "X25519" };
    assert_eq!(PrivateKey::from_pkcs8_der(&x25519).unwrap_err(), CryptoError::KeyUnsupported { found });
}

#[test]
fn private_keys_do_not_print() {
    let key = rsa(2048);
    let numbers = key.openssl().rsa().unwrap();
    let shown = format!("{key:?}").to_lowercase();
    assert!(shown.starts_with("privatekey(…, publickey(rsa 2048"), "{shown}");
    for secret in [numbers.d(), numbers.p().unwrap()] {
        let digits = secret.to_hex_str().unwrap().to_lowercase();
        assert!(!shown.contains(digits.split_at(16).0));
    }
}

fn pkcs12(key: &PrivateKey, with_chain: bool) -> Vec<u8> {
    let certificate = x509_for(key.openssl());
    let mut builder = Pkcs12::builder();
    builder.name("idp").pkey(key.openssl()).cert(&certificate);
    if with_chain {
        let mut chain = Stack::new().unwrap();
        chain.push(x509_for(ec(Curve::P256).openssl())).unwrap();
        builder.ca(chain);
    }
    builder.build2("pass").unwrap().to_der().unwrap()
}

#[test]
fn reads_a_pkcs12_file_with_its_passphrase_only() {
    for key in [rsa(2048), ec(Curve::P256)] {
        let file = pkcs12(&key, true);
        let identity = Pkcs12Identity::from_der(&file, &passphrase("pass")).unwrap();
        assert_eq!(identity.private_key.public_key(), key.public_key());
        assert_eq!(identity.certificate.public_key(), key.public_key());
        assert_eq!(identity.chain.len(), 1);
        let identity = Pkcs12Identity::from_der(&pkcs12(&key, false), &passphrase("pass")).unwrap();
        assert_eq!(identity.chain, Vec::new());
        for wrong in [passphrase(""), passphrase("Pass"), passphrase("pa\0ss"), Secret::new(vec![0xff])] {
            let refused = Pkcs12Identity::from_der(&file, &wrong);
            assert_eq!(refused.unwrap_err(), CryptoError::PassphraseWrong);
            assert_eq!(openssl_errors_left(), 0);
        }
    }
    let refused = Pkcs12Identity::from_der(b"no", &passphrase("pass"));
    assert_eq!(refused.unwrap_err(), CryptoError::KeyMalformed);
}
