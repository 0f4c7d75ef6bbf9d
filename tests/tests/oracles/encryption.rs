//! `xmlsec1` and XML Encryption.

use std::sync::Arc;

use saml_core::base::{EntityId, Limits, Relaxation, Secret};
use saml_core::crypto::{
    ContentCipher, Decrypter, KeyName, LocalDecrypter, PeerPolicy, SharedKey, SignatureAlgorithm,
};
use saml_core::enc::{EncryptionTarget, seal_document};
use saml_core::trust::{DecryptionKeys, TrustError, open_document};
use saml_tests::randomness::Counter;

use crate::algorithms::{key, private_key};
use crate::bench::{Folder, RESPONSE};
use crate::xmlsec1::{xmlsec1, xmlsec1_is_there};

const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaSha256;
const PLAIN: &str = "a &lt; b &gt; c ";

fn opened_here(document: Vec<u8>, granted: &[Relaxation]) -> Result<String, TrustError> {
    let decrypter: Arc<dyn Decrypter> = Arc::new(LocalDecrypter::new(private_key(RSA)).unwrap());
    opened_with(&DecryptionKeys::new([decrypter]).unwrap(), document, granted)
}

fn opened_with(
    keys: &DecryptionKeys,
    document: Vec<u8>,
    granted: &[Relaxation],
) -> Result<String, TrustError> {
    let us = EntityId::try_from("https://sp.example.com").unwrap();
    let policy = PeerPolicy::relaxed(granted.iter().copied().collect());
    let opened = open_document(document, keys, &us, &policy, &Limits::MESSAGE)?;
    Ok(String::from_utf8(opened.octets).unwrap())
}

#[test]
fn what_is_sealed_here_opens_in_xmlsec1() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("xmlsec1-opens");
    folder.write("key.pem", key(RSA).private_key_to_pem_pkcs8().unwrap());
    for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm] {
        let recipient = EncryptionTarget {
            cipher,
            ..EncryptionTarget::new(
                saml_core::crypto::Signer::public_key(&crate::algorithms::signer(RSA)).clone(),
            )
        };
        let sealed = seal_document(RESPONSE.as_bytes().to_vec(), None, &recipient, &mut Counter(0)).unwrap();
        assert!(!String::from_utf8_lossy(&sealed).contains(PLAIN));
        folder.write("sealed.xml", sealed);
        let node = "//*[local-name()='EncryptedData']";
        let arguments = [
            "--decrypt",
            "--privkey-pem",
            "key.pem",
            "--node-xpath",
            node,
            "--output",
            "clear.xml",
            "sealed.xml",
        ];
        xmlsec1(&folder, &arguments).unwrap_or_else(|error| panic!("{cipher}: {error}"));
        let clear = String::from_utf8(folder.read("clear.xml")).unwrap();
        assert!(clear.contains(PLAIN), "{cipher}: {clear}");
    }
}

/// The Response whose assertion stands where its ciphertext will.
fn to_be_encrypted() -> String {
    RESPONSE
        .replace(
            "<saml:Assertion",
            "<saml:EncryptedAssertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"><saml:Assertion",
        )
        .replace("</saml:Assertion>", "</saml:Assertion></saml:EncryptedAssertion>")
}

/// The template that xmlsec1 fills in, with an algorithm of each kind and hints about the key.
fn template(cipher: &str, key_algorithm: &str, hint: &str) -> String {
    format!(
        "<xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
         Type=\"http://www.w3.org/2001/04/xmlenc#Element\"><xenc:EncryptionMethod Algorithm=\"{cipher}\"/><ds:KeyInfo \
         xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><xenc:EncryptedKey><xenc:EncryptionMethod \
         Algorithm=\"{key_algorithm}\"/>{hint}<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey>\
         </ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>"
    )
}

#[test]
fn what_xmlsec1_encrypts_opens_here_by_policy() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("xmlsec1-seals");
    folder.write("key.pem", key(RSA).public_key_to_pem().unwrap());
    folder.write("clear.xml", to_be_encrypted());
    let oaep = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
    let pkcs1 = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
    let aes_cbc = |bits| format!("http://www.w3.org/2001/04/xmlenc#aes{bits}-cbc");
    let aes_gcm = |bits| format!("http://www.w3.org/2009/xmlenc11#aes{bits}-gcm");
    let triple_des = "http://www.w3.org/2001/04/xmlenc#tripledes-cbc".to_owned();
    let cases = [
        (aes_gcm(128), "aes-128", oaep, vec![]),
        (aes_gcm(192), "aes-192", oaep, vec![]),
        (aes_gcm(256), "aes-256", oaep, vec![]),
        (aes_cbc(128), "aes-128", oaep, vec![Relaxation::AesCbc]),
        (aes_cbc(192), "aes-192", oaep, vec![Relaxation::AesCbc]),
        (aes_cbc(256), "aes-256", oaep, vec![Relaxation::AesCbc]),
        (triple_des, "des-192", oaep, vec![Relaxation::TripleDesCbc]),
        (aes_gcm(256), "aes-256", pkcs1, vec![Relaxation::Rsa15]),
        (aes_cbc(128), "aes-128", pkcs1, vec![Relaxation::Rsa15, Relaxation::AesCbc]),
    ];
    for (cipher, session_key, transport, granted) in cases {
        folder.write("template.xml", template(&cipher, transport, ""));
        let sealed = encrypted_by_xmlsec1(&folder, ["--pubkey-pem", "key.pem"], session_key)
            .unwrap_or_else(|error| panic!("{cipher}: {error}"));
        let clear =
            opened_here(sealed.clone(), &granted).unwrap_or_else(|error| panic!("{cipher}: {error:?}"));
        assert!(clear.contains(PLAIN), "{cipher}: {clear}");
        if !granted.is_empty() {
            assert!(opened_here(sealed, &[]).is_err(), "{cipher} {transport} without its relaxation");
        }
    }
}

/// What xmlsec1 makes of the assertion in `clear.xml`, as `template.xml` says, with a session key under `key`.
fn encrypted_by_xmlsec1(folder: &Folder, key: [&str; 2], session_key: &str) -> Result<Vec<u8>, String> {
    let arguments = [
        "--session-key",
        session_key,
        "--xml-data",
        "clear.xml",
        "--node-name",
        "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        "--output",
        "sealed.xml",
        "template.xml",
    ];
    xmlsec1(folder, &[&["--encrypt"][..], &key, &arguments].concat())?;
    let sealed = folder.read("sealed.xml");
    assert!(!String::from_utf8_lossy(&sealed).contains(PLAIN));
    Ok(sealed)
}

/// Keys of 128, 192 and 256 bits under one name, and the octets that they are made of.
fn shared_keys() -> [(SharedKey, Vec<u8>); 3] {
    [16, 24, 32].map(|octets| {
        let octets: Vec<u8> = (0xa0..).take(octets).collect();
        let key = SharedKey::new(Secret::new(octets.clone())).unwrap();
        (key.named(KeyName::try_from("ours").unwrap()), octets)
    })
}

#[test]
fn what_is_sealed_here_under_a_shared_key_opens_in_xmlsec1() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("xmlsec1-unwraps");
    for (key, octets) in shared_keys() {
        folder.write("shared.bin", &octets);
        folder.write("other.bin", vec![1; octets.len()]);
        for cipher in [ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm] {
            let recipient = EncryptionTarget { cipher, ..EncryptionTarget::sharing(key.clone()) };
            let sealed =
                seal_document(RESPONSE.as_bytes().to_vec(), None, &recipient, &mut Counter(0)).unwrap();
            assert!(!String::from_utf8_lossy(&sealed).contains(PLAIN));
            folder.write("sealed.xml", sealed);
            let decrypt = |file| {
                let node = "//*[local-name()='EncryptedData']";
                let arguments = [
                    "--decrypt",
                    "--aeskey:ours",
                    file,
                    "--node-xpath",
                    node,
                    "--output",
                    "clear.xml",
                    "sealed.xml",
                ];
                xmlsec1(&folder, &arguments)
            };
            assert!(decrypt("other.bin").is_err(), "{cipher} under another key");
            decrypt("shared.bin").unwrap_or_else(|error| panic!("{cipher} {}: {error}", key.algorithm()));
            let clear = String::from_utf8(folder.read("clear.xml")).unwrap();
            assert!(clear.contains(PLAIN), "{cipher}: {clear}");
        }
    }
}

#[test]
fn what_xmlsec1_encrypts_under_a_shared_key_opens_here_without_a_relaxation() {
    if !xmlsec1_is_there() {
        return;
    }
    let folder = Folder::new("xmlsec1-wraps");
    folder.write("clear.xml", to_be_encrypted());
    let ciphers = [(ContentCipher::Aes128Gcm, "aes-128"), (ContentCipher::Aes256Gcm, "aes-256")];
    for (key, octets) in shared_keys() {
        folder.write("shared.bin", &octets);
        for (cipher, session_key) in ciphers {
            let hint = "<ds:KeyInfo><ds:KeyName>ours</ds:KeyName></ds:KeyInfo>";
            folder.write("template.xml", template(cipher.uri(), key.algorithm().uri(), hint));
            let sealed = encrypted_by_xmlsec1(&folder, ["--aeskey:ours", "shared.bin"], session_key)
                .unwrap_or_else(|error| panic!("{cipher}: {error}"));
            let with = |key: SharedKey| {
                let keys = DecryptionKeys::NONE.clone().with_shared_keys(key.into());
                opened_with(&keys, sealed.clone(), &[])
            };
            let clear = with(key.clone()).unwrap_or_else(|error| panic!("{cipher}: {error:?}"));
            assert!(clear.contains(PLAIN), "{cipher}: {clear}");
            let other = SharedKey::new(Secret::new(vec![1; octets.len()])).unwrap();
            assert!(with(other).is_err(), "{cipher} under another key");
        }
    }
}
