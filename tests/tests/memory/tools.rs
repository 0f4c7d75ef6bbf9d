//! The other files that the command reads: capsules, manifests, users, files of any kind; and copied trees.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::base::Limits;
use saml_core::xml::{Document, XmlElement};
use saml_idp::UsersFile;
use saml_testkit::capsule::Capsule;
use saml_testkit::manifest::Manifest;
use saml_testkit::wire::recognise;

use crate::shapes::SHAPES;
use crate::{Ledger, bound, peak};

/// Values of a JSON or TOML text: what stands between two separators.
fn values(text: &str) -> usize {
    text.bytes().filter(|octet| matches!(octet, b',' | b'[' | b'{' | b':' | b'=')).count()
}

#[test]
fn a_capsule_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let message = format!("<a>{}</a>", "<b/>".repeat(90_000));
    let wire = STANDARD.encode(&message);
    let escaped: String = wire.chars().map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let capsule = |wire: &str, allow: &str| {
        format!(
            "{{\"capsule\":1,\"wire\":\"{wire}\",\"setting\":{{\"now\":\"2026-11-20T12:00:00Z\",\"clock_skew\":180,\
             \"idp\":{{\"entity_id\":\"https://idp.example.com\",\"certificates\":[],\"metadata\":null}},\
             \"sp\":{{\"entity_id\":\"https://sp.example.com\",\"further_audiences\":[],\"acs_url\":\"https://sp.example.com/acs\"}},\
             \"in_response_to\":null,\"allow\":[{allow}],\"signatures\":\"either\"}},\
             \"verdict\":{{\"accepted\":false,\"code\":null,\"checks\":[]}}}}"
        )
    };
    for (case, text) in [
        ("a large message", capsule(&wire, "")),
        ("an escaped message", capsule(&escaped, "")),
        ("many relaxations", capsule("", &vec!["\"\""; 200_000].join(","))),
        ("many objects", capsule("", &vec!["{}"; 200_000].join(","))),
        ("deep arrays", capsule("", &"[".repeat(500_000))),
    ] {
        let (taken, _) = peak(|| Capsule::parse(&text.clone()).and_then(|capsule| capsule.replay()).is_ok());
        let nodes = values(&text) + message.matches('<').count();
        ledger.measured += 1;
        ledger.require(case, taken, bound(nodes, text.len()));
    }
    ledger.close(5);
}

#[test]
fn a_manifest_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let case = |number: usize, certificates: &str| {
        format!(
            "{{\"id\":\"{number}\",\"file\":\"a\",\"encoding\":\"xml\",\"idp\":{{\"certificates\":[{certificates}]}},\
             \"sp\":{{}},\"expect\":\"reject\"}}"
        )
    };
    let cases: Vec<String> = (0..20_000).map(|number| case(number, "")).collect();
    for (name, text) in [
        ("many cases", format!("{{\"cases\":[{}]}}", cases.join(","))),
        ("many certificates", format!("{{\"cases\":[{}]}}", case(0, &vec!["\"\""; 200_000].join(",")))),
        (
            "many unknown fields",
            format!("{{\"cases\":[],\"x\":[{}]}}", vec!["{\"a\":[]}"; 100_000].join(",")),
        ),
    ] {
        let (taken, _) = peak(|| Manifest::parse(text.as_bytes(), Path::new("m"), PathBuf::new()).is_ok());
        ledger.measured += 1;
        ledger.require(name, taken, bound(values(&text), text.len()));
    }
    ledger.close(3);
}

#[test]
fn a_file_of_users_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let hash =
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";
    let user = |number: usize| format!("[users.u{number}]\npassword = \"{hash}\"\n\n");
    for (name, text) in [
        ("many users", (0..1000).map(user).collect::<String>()),
        ("a long array", format!("a = [{}]", vec!["0"; 100_000].join(","))),
        ("many tables", "[[a]]\n".repeat(50_000)),
        ("a deep key", format!("{} = 1", vec!["a"; 5000].join("."))),
    ] {
        let (taken, _) = peak(|| UsersFile::parse(&text).is_ok());
        ledger.measured += 1;
        ledger.require(name, taken, bound(values(&text) + text.matches('.').count(), text.len()));
    }
    ledger.close(4);
}

#[test]
fn a_file_of_any_kind_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    for shape in SHAPES {
        let xml = format!("<x:any xmlns:x='urn:x'>{}</x:any>", (shape.content)(300_000));
        let base64 = STANDARD.encode(&xml);
        let form =
            format!("SAMLResponse={}", base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"));
        for (kind, file) in [("XML", &xml), ("Base64", &base64), ("a form", &form)] {
            let (taken, _) = peak(|| {
                let received = recognise(file.as_bytes().to_vec())?;
                Document::parse(received.xml, &Limits::METADATA).ok()
            });
            ledger.add(&format!("{} as {kind}", shape.name), xml.as_bytes(), &Limits::METADATA, taken);
        }
    }
    ledger.close(90);
}

/// A copied tree has a node for each attribute.
#[test]
fn a_tree_shares_its_namespaces() {
    let mut ledger = Ledger::new();
    for shape in SHAPES {
        let xml = format!("<x:any xmlns:x='urn:x'>{}</x:any>", (shape.content)(300_000));
        let Ok(document) = Document::parse(xml.as_bytes().to_vec(), &Limits::METADATA) else { continue };
        let (taken, _) = peak(|| XmlElement::read(document.root()));
        let attributes = xml.matches("=\"").count();
        ledger.measured += 1;
        ledger.require(shape.name, taken, bound(document.node_count() + attributes, xml.len()));
    }
    ledger.close(25);
}
