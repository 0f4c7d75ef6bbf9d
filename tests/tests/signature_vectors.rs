//! XML Signature vectors of other projects: what lies within the profile verifies, the rest is refused for its reason.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use saml_core::base::{Coded as _, Limits, Relaxation};
use saml_core::crypto::{Certificate, PeerPolicy, PublicKey};
use saml_core::trust::{PeerKeys, verify_element};
use saml_core::xml::{Document, Element, ExpandedName, names};
use saml_testkit::left_out::left_out;
use serde_json::Value;

/// Every relaxation is granted, so that a vector that is refused here is refused everywhere.
fn policy() -> PeerPolicy {
    PeerPolicy::relaxed(Relaxation::ALL.into_iter().collect())
}

/// Keys that made none of the vectors.
static STRANGERS: LazyLock<[PublicKey; 2]> = LazyLock::new(|| {
    let rsa = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap().public_key_to_der().unwrap();
    let ec = EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap();
    [rsa, ec.public_key_to_der().unwrap()].map(|spki| PublicKey::from_spki_der(&spki).unwrap())
});

fn descendants(element: Element<'_>) -> Vec<Element<'_>> {
    let mut found = vec![element];
    found.extend(element.child_elements().flat_map(descendants));
    found
}

/// The certificate that the vector names, or else the keys that it contains: a vector, unlike a message, may say which
/// key to trust. Where that is nobody, a key of each kind that made none of them, so that the rest is judged.
fn keys(folder: &Path, case: &Value, document: &Document) -> PeerKeys {
    if let Some(file) = case["cert_file"].as_str() {
        let octets = std::fs::read(folder.join(file)).unwrap();
        return PeerKeys::new([Certificate::from_octets(&octets).unwrap().public_key().clone()]).unwrap();
    }
    let brought = descendants(document.root()).into_iter().filter_map(brought_key);
    PeerKeys::new(brought.take(PeerKeys::MAX - 2).chain(STRANGERS.clone())).unwrap()
}

fn brought_key(element: Element<'_>) -> Option<PublicKey> {
    if element.is(names::ds::X509_CERTIFICATE) {
        let certificate = Certificate::from_base64(&element.simple_text().ok()?).ok()?;
        return Some(certificate.public_key().clone());
    }
    if !element.is(ExpandedName::new(names::DS, "RSAKeyValue")) {
        return None;
    }
    let number = |element: Element<'_>| {
        let text: String = element.simple_text().ok()?.split_ascii_whitespace().collect();
        STANDARD.decode(text).ok()
    };
    let mut numbers = element.child_elements().filter_map(number);
    PublicKey::from_rsa_components(&numbers.next()?, &numbers.next()?).ok()
}

/// What becomes of the first signature of a vector.
fn judge(folder: &Path, case: &Value) -> String {
    let octets = std::fs::read(folder.join(case["file"].as_str().unwrap())).unwrap();
    let document = match Document::parse(octets.clone(), &Limits::METADATA) {
        Ok(document) => document,
        Err(error) => return error.code().as_str().to_owned(),
    };
    let signed = descendants(document.root())
        .into_iter()
        .find(|element| element.child_elements().any(|child| child.is(names::ds::SIGNATURE)));
    let id = signed.and_then(|signed| signed.attribute("ID"));
    if signed.is_some_and(|signed| signed.parent().is_some()) && id.is_none() {
        return "an element without ID is signed".to_owned();
    }
    let verified = verify_element(octets, id, &keys(folder, case, &document), &policy(), &Limits::METADATA);
    verified.map_or_else(|error| error.code().as_str().to_owned(), |_verified| "verified".to_owned())
}

#[test]
fn vectors_verify_within_the_profile_and_are_refused_for_their_reason_outside_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/dsig.json");
    let Ok(manifest) = std::fs::read(&path) else {
        left_out("signatures of others", &format!("there is no {}", path.display()));
        return;
    };
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let mut found: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for case in manifest["cases"].as_array().unwrap() {
        let expected = case["expect"].as_str().unwrap().to_owned();
        let became = judge(path.parent().unwrap(), case);
        found.entry((expected, became)).or_default().push(case["id"].as_str().unwrap());
    }
    for ((expected, became), ids) in &found {
        println!("{expected}, {became}: {} {ids:?}", ids.len());
    }
    let counts: Vec<(&str, &str, usize)> = found
        .iter()
        .map(|((expected, became), ids)| (expected.as_str(), became.as_str(), ids.len()))
        .collect();
    assert_eq!(counts, OUTCOMES);
}

/// The expectation of a vector, its outcome, and the number of such vectors.
const OUTCOMES: [(&str, &str, usize); 8] = [
    // Enveloping and detached signatures: nothing is signed by being their parent [Core §5.4.2].
    ("accept", "signature.missing", 81),
    // Enveloped ones of elements that have no ID to be named by [Core §5.4.2]; SAML 1.1 among them.
    ("accept", "signature.parent_without_id", 29),
    ("accept", "verified", 6),
    ("accept", "xml.comment_in_text", 1),
    ("accept", "xml.doctype", 1),
    ("reject", "signature.missing", 5),
    ("reject", "signature.parent_without_id", 14),
    ("reject", "xml.namespace.relative", 8),
];
