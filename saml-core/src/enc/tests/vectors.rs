//! Messages and vectors of other projects, if they are installed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;
use crate::crypto::{DigestAlgorithm, KeyEncryption, digest};
use crate::enc::encrypted_data::EncryptedData;
use crate::enc::encrypted_key::EncryptedKey;
use crate::left_out::left_out;
use crate::xml::names::xenc;

fn manifest() -> Option<(PathBuf, Vec<Value>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/enc.json");
    if !path.exists() {
        left_out("ciphertexts of others", &format!("there is no {}", path.display()));
        return None;
    }
    let mut file: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let Value::Array(cases) = file["cases"].take() else { panic!("no cases") };
    Some((path.parent().unwrap().to_owned(), cases))
}

/// What became of a vector.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Became {
    /// Opened to the octets that it should.
    Opened,
    /// The same, the session key under a shared key.
    OpenedByKeyWrap,
    /// Not opened, as expected.
    Failed,
    /// The profile does not know something in it.
    OutsideProfile(&'static str),
    /// The manifest brings no private key for it, so only its shape was read.
    WithoutKey,
}

/// `EncryptedData`, and the keys that stand beside it.
fn find_data(element: Element<'_>) -> Option<Element<'_>> {
    if element.is(xenc::ENCRYPTED_DATA) {
        Some(element)
    } else {
        element.child_elements().find_map(find_data)
    }
}

fn replay(folder: &Path, case: &Value) -> Became {
    let text = |field: &str| case[field].as_str();
    let octets = std::fs::read(folder.join(text("file").unwrap())).unwrap();
    let octets = match text("encoding") {
        Some("base64") => {
            use ::base64::Engine as _;
            let dense: Vec<u8> = octets.into_iter().filter(|o| !o.is_ascii_whitespace()).collect();
            ::base64::engine::general_purpose::STANDARD.decode(dense).unwrap()
        }
        _ => octets,
    };
    let document = match Document::parse(octets, &Limits::METADATA) {
        Ok(document) => document,
        Err(error) => return Became::OutsideProfile(error.code().as_str()),
    };
    let Some(data) = find_data(document.root()) else { return Became::OutsideProfile("no EncryptedData") };
    let beside = data.parent().into_iter().flat_map(|parent| parent.child_elements());
    let beside: Vec<_> = beside.filter(|e| e.is(xenc::ENCRYPTED_KEY)).collect();
    let read = match EncryptedData::read_data(data, &beside) {
        Ok(read) => read,
        Err(error) => return Became::OutsideProfile(error.code().as_str()),
    };
    let own: Vec<Arc<dyn Decrypter>> = text("decrypt_key")
        .map(|key| PrivateKey::from_pem(&std::fs::read_to_string(folder.join(key)).unwrap()).unwrap())
        .map(decrypter)
        .into_iter()
        .collect();
    let is_wrap = |key: &EncryptedKey| matches!(key.encryption, Ok(KeyEncryption::Wrap(_)));
    let shared = if read.keys.iter().any(is_wrap) { shared_keys() } else { Vec::new() };
    if own.is_empty() && shared.is_empty() {
        return Became::WithoutKey;
    }
    match open_octets(&read, &own, &shared) {
        None => Became::Failed,
        Some(plaintext) if !shared.is_empty() => {
            require_within(folder, case, &plaintext);
            Became::OpenedByKeyWrap
        }
        Some(plaintext) => {
            require_expected(folder, case, &plaintext);
            Became::Opened
        }
    }
}

/// The keys of the interoperability tests "merlin-xmlenc-five" and "01-phaos-xmlenc-3", as published with them.
fn shared_keys() -> Vec<SharedKey> {
    let merlin = "abcdefghijklmnopqrstuvwxyz012345".as_bytes();
    let merlin = [16, 24, 32].map(|octets| base64(&merlin[..octets]));
    let phaos = [
        "01+yuQ2huPS1+Qv0LH+zaQ==",
        "IlfuS40LvStVU0Mj8ePrrGHVhAb48y++",
        "ZhZ4v3RlwTlCEOpIrHfLKVyJOBDtEJOOQDat/4xR1bA=",
    ];
    let texts = merlin.iter().map(String::as_str).chain(phaos);
    texts.map(|text| SharedKey::from_text(text).unwrap()).collect()
}

/// The octets, whatever they are: that they are one assertion is asked elsewhere.
fn open_octets(data: &EncryptedData, own: &[Arc<dyn Decrypter>], shared: &[SharedKey]) -> Option<Vec<u8>> {
    let key_octets = data.cipher.key_octets();
    data.keys.iter().find_map(|key| {
        let session_keys: Vec<Secret> = match key.encryption.as_ref().ok()? {
            KeyEncryption::Transport(transport) => own
                .iter()
                .filter_map(|own| own.unwrap_key(transport, &key.wrapped, key_octets).ok())
                .collect(),
            KeyEncryption::Wrap(wrap) => shared
                .iter()
                .filter(|shared| shared.algorithm() == *wrap)
                .filter_map(|shared| shared.unwrap_key(&key.wrapped, key_octets).ok())
                .collect(),
        };
        session_keys.iter().find_map(|session_key| data.cipher.open(session_key, &data.cipher_value).ok())
    })
}

fn require_expected(folder: &Path, case: &Value, plaintext: &[u8]) {
    if let Some(expected) = case["expected"].as_str() {
        let expected = std::fs::read(folder.join(expected)).unwrap();
        assert!(expected == plaintext, "{}: {}", case["id"], String::from_utf8_lossy(plaintext));
    } else if let Some(expected) = case["plaintext_sha256"].as_str() {
        let found = digest(DigestAlgorithm::Sha256, plaintext).unwrap();
        let hex: String = found.as_octets().iter().map(|o| format!("{o:02x}")).collect();
        assert_eq!(hex, expected, "{}", case["id"]);
    } else {
        panic!("{}: nothing to compare with", case["id"]);
    }
}

/// The expected text is the whole document with the plaintext in its place and its own line ends.
fn require_within(folder: &Path, case: &Value, plaintext: &[u8]) {
    let expected = std::fs::read_to_string(folder.join(case["expected"].as_str().unwrap())).unwrap();
    let plaintext = String::from_utf8(plaintext.to_vec()).unwrap().replace("\r\n", "\n");
    assert!(plaintext.len() > 10 && expected.contains(&plaintext), "{}: {plaintext}", case["id"]);
}

#[test]
fn every_vector_opens_or_is_outside_the_profile() {
    let Some((folder, cases)) = manifest() else { return };
    let mut counts: BTreeMap<Became, u32> = BTreeMap::new();
    for case in &cases {
        let became = replay(&folder, case);
        let fits = match became {
            Became::Opened | Became::OpenedByKeyWrap => case["expect"] == "decrypt",
            Became::Failed => case["expect"] == "reject",
            Became::OutsideProfile(_) | Became::WithoutKey => true,
        };
        assert!(fits, "{}: {became:?}", case["id"]);
        let real = case["id"].as_str().unwrap().starts_with("enc-from-");
        assert!(!real || became == Became::Opened, "{}: {became:?}", case["id"]);
        *counts.entry(became).or_default() += 1;
    }
    println!("{counts:?}");
    assert!(counts.get(&Became::Opened).is_some_and(|count| *count >= 32), "{counts:?}");
    assert!(counts.get(&Became::OpenedByKeyWrap).is_some_and(|count| *count >= 5), "{counts:?}");
}
