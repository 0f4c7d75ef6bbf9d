//! Text and values whose octets become others on the way: references that stand for one character each, and characters
//! for which canonical XML, JSON or a form writes several.

use saml_core::base::Limits;
use saml_core::c14n::{CanonicalStream, CanonicalizationMethod, PrefixList};
use saml_core::protocol::{AuthnRequest, LogoutRequest};
use saml_core::trust::{MetadataSource, PeerSignatures, Unverified, read_entity_descriptor};
use saml_core::xml::Document;

use crate::metadata::{Parts, entity};
use crate::scene::{NOW, Scene, Signed, Slots};
use crate::{Ledger, MEBIBYTE, peak};

/// What fills so many octets.
type Content = fn(usize) -> String;

/// The most octets of which an escape may make six, and nearly as much as a message may have.
const GROWN: usize = 690_000;
const LARGE: usize = 1_900_000;

fn repeated(piece: &str, octets: usize) -> String {
    piece.repeat(octets / piece.len())
}

/// In the content of an element.
const TEXTS: [(&str, Content); 14] = [
    ("CR", |octets| repeated("\r", octets)),
    ("CR LF", |octets| repeated("\r\n", octets)),
    (">", |octets| repeated(">", octets)),
    ("&amp;", |octets| repeated("&amp;", octets)),
    ("&lt;", |octets| repeated("&lt;", octets)),
    ("&#34;", |octets| repeated("&#34;", octets)),
    ("&#xD;", |octets| repeated("&#xD;", octets)),
    ("&#x10FFFF;", |octets| repeated("&#x10FFFF;", octets)),
    ("DELETE", |octets| repeated("\u{7f}", octets)),
    ("a section of &", |octets| format!("<![CDATA[{}]]>", repeated("&", octets))),
    ("two sections of <", |octets| format!("<![CDATA[<]]><![CDATA[{}]]>", repeated("<", octets))),
    ("sections of &", |octets| repeated(&format!("<![CDATA[{}]]>", "&".repeat(100)), octets)),
    ("sections of what would be references", |octets| {
        repeated(&format!("<![CDATA[{}]]>", "&abcdefghijklm;".repeat(10)), octets)
    }),
    ("references, then letters, then >", |octets| {
        let third = octets / 3;
        format!("{}{}{}", repeated("&lt;", third), repeated("a", third), repeated(">", third))
    }),
];

/// In an attribute in single quotes.
const VALUES: [(&str, Content); 8] = [
    ("\"", |octets| repeated("\"", octets)),
    ("one reference, then \"", |octets| format!("&lt;{}", repeated("\"", octets))),
    ("TAB", |octets| repeated("\t", octets)),
    ("CR LF", |octets| repeated("\r\n", octets)),
    ("&#34;", |octets| repeated("&#34;", octets)),
    ("&#9;", |octets| repeated("&#9;", octets)),
    ("&amp;", |octets| repeated("&amp;", octets)),
    ("letters, then \"", |octets| format!("{}{}", repeated("a", octets / 2), repeated("\"", octets / 2))),
];

fn element(content: &str) -> String {
    format!("<x:a>{content}</x:a>")
}

/// One element with so long a value.
fn one_value(value: &str) -> String {
    format!("<x:a b='{value}'/>")
}

/// Many elements with short ones.
fn short_values(content: Content, octets: usize) -> String {
    repeated(&one_value(&content(100)), octets)
}

/// Each text, each long value and as many short ones: its name, and the elements that hold it.
fn contents(octets: usize) -> impl Iterator<Item = (String, String)> {
    let texts =
        TEXTS.into_iter().map(move |(name, text)| (format!("text of {name}"), element(&text(octets))));
    let values = VALUES.into_iter().flat_map(move |(name, value)| {
        let long = format!("<x:a>{}</x:a>", one_value(&value(octets)));
        let short = format!("<x:a>{}</x:a>", short_values(value, octets));
        [(format!("a value of {name}"), long), (format!("values of {name}"), short)]
    });
    texts.chain(values).map(move |(name, content)| (format!("{octets} octets, {name}"), content))
}

fn measure(ledger: &mut Ledger, scene: &Scene, case: &str, xml: &[u8]) -> bool {
    let (taken, outcome) = peak(|| scene.receive(xml.to_vec()).map(|outcome| outcome.is_ok()));
    ledger.add(case, xml, &Limits::MESSAGE, taken);
    outcome == Some(true)
}

#[test]
fn a_response_takes_a_multiple_of_itself_whatever_its_octets_become() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let mut accepted = 0;
    for size in [GROWN, LARGE] {
        for (case, extensions) in contents(size) {
            let xml = scene.response(&Slots { extensions, ..Slots::default() }, Signed::Response);
            accepted += usize::from(measure(&mut ledger, &scene, &case, &xml));
        }
    }
    assert!(accepted >= 30, "{accepted}");
    ledger.close(60);
}

/// A typed value is a copy of what was read, beside the octets that it was read from.
#[test]
fn a_value_of_a_verified_assertion_takes_a_multiple_of_itself() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let mut accepted = 0;
    for (name, text) in TEXTS {
        let text = text(GROWN);
        let attribute = format!(
            "<saml:Attribute Name=\"a\"><saml:AttributeValue>{text}</saml:AttributeValue></saml:Attribute>"
        );
        let confirmation = format!(
            "<saml:SubjectConfirmation Method=\"a\"><saml:NameID>{text}</saml:NameID></saml:SubjectConfirmation>"
        );
        let audience = format!("<saml:Audience>{text}</saml:Audience>");
        for (place, slots) in [
            ("AttributeValue", Slots { attributes: attribute, ..Slots::default() }),
            ("Audience", Slots { audiences: audience, ..Slots::default() }),
            ("NameID", Slots { confirmations: confirmation, ..Slots::default() }),
        ] {
            let xml = scene.response(&slots, Signed::Assertion);
            accepted += usize::from(measure(&mut ledger, &scene, &format!("{name} in {place}"), &xml));
        }
    }
    for (name, value) in VALUES {
        let value = value(GROWN);
        for (place, attributes) in [
            ("Name", format!("<saml:Attribute Name='{value}'/>")),
            ("FriendlyName", format!("<saml:Attribute Name='a' FriendlyName='{value}'/>")),
        ] {
            let xml = scene.response(&Slots { attributes, ..Slots::default() }, Signed::Assertion);
            accepted += usize::from(measure(&mut ledger, &scene, &format!("{name} in {place}"), &xml));
        }
    }
    assert!(accepted >= 30, "{accepted}");
    ledger.close(58);
}

/// What a verdict quotes is a copy, too.
#[test]
fn a_verdict_takes_a_multiple_of_what_it_quotes() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let genuine = String::from_utf8(scene.response(&Slots::default(), Signed::Nothing)).unwrap();
    for (place, from) in [
        ("Destination", "Destination=\"https://sp.example.com/saml/acs\""),
        ("Recipient", "Recipient=\"https://sp.example.com/saml/acs\""),
        ("InResponseTo", "InResponseTo=\"_q\""),
        ("ID", "ID=\"_r\""),
        ("Version", "Version=\"2.0\""),
        ("IssueInstant", "IssueInstant=\"2026-11-20T12:00:00Z\""),
        ("Value", "Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\""),
        ("Method", "Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\""),
    ] {
        for (name, value) in VALUES {
            let xml = genuine.replace(from, &format!("{place}='{}'", value(800_000)));
            assert_ne!(xml, genuine);
            measure(&mut ledger, &scene, &format!("{place} of {name}"), xml.as_bytes());
        }
    }
    for (place, tag) in [("Issuer", "saml:Issuer"), ("Audience", "saml:Audience"), ("NameID", "saml:NameID")]
    {
        for (name, text) in TEXTS {
            let (before, rest) = genuine.split_once(&format!("<{tag}>")).unwrap();
            let (_, after) = rest.split_once(&format!("</{tag}>")).unwrap();
            let xml = format!("{before}<{tag}>{}</{tag}>{after}", text(1_800_000));
            measure(&mut ledger, &scene, &format!("{place} of {name}"), xml.as_bytes());
        }
    }
    ledger.close(100);
}

/// The same elements in requests of either kind by turns: they are verified by the same code.
#[test]
fn a_request_takes_a_multiple_of_itself_whatever_its_octets_become() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    let peer =
        PeerSignatures { keys: Some(scene.peer_keys()), policy: scene.policy(), limits: &Limits::MESSAGE };
    let mut accepted = 0;
    let kinds = [
        ("AuthnRequest", "<saml:Subject><saml:NameID>a</saml:NameID></saml:Subject>"),
        ("LogoutRequest", "<saml:NameID>a</saml:NameID>"),
    ];
    for ((case, content), (kind, name)) in contents(GROWN).zip(kinds.into_iter().cycle()) {
        let request = |signature: &str| {
            format!(
                "<samlp:{kind} xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" xmlns:x=\"urn:x\" \
                 xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_q\" Version=\"2.0\" \
                 IssueInstant=\"{NOW}\"><saml:Issuer>https://sp.example.com/saml</saml:Issuer>{signature}\
                 <samlp:Extensions>{content}</samlp:Extensions>{name}</samlp:{kind}>"
            )
        };
        let xml = request(&scene.signature(&request(""), "_q")).into_bytes();
        let (taken, verified) = peak(|| {
            let (octets, limits) = (xml.clone(), &Limits::MESSAGE);
            if kind == "AuthnRequest" {
                let message = Unverified::<AuthnRequest>::parse(octets, limits).unwrap();
                message.verify_enveloped(peer).is_ok()
            } else {
                let message = Unverified::<LogoutRequest>::parse(octets, limits).unwrap();
                message.verify_enveloped(peer).is_ok()
            }
        });
        accepted += usize::from(verified);
        ledger.add(&format!("{case}, {kind}"), &xml, &Limits::MESSAGE, taken);
    }
    assert!(accepted >= 18, "{accepted}");
    ledger.close(30);
}

/// Metadata may be several times as long as a message.
#[test]
fn metadata_takes_a_multiple_of_itself_whatever_its_octets_become() {
    let mut ledger = Ledger::new();
    let scene = Scene::new();
    for (case, content) in contents(3_000_000) {
        let extensions = format!("<md:Extensions>{content}</md:Extensions>");
        let parts = Parts { extensions, ..Parts::default() };
        let xml = entity(&parts, &scene.signature(&entity(&parts, ""), "_e"));
        let source = MetadataSource::SignedBy { keys: scene.peer_keys(), policy: scene.policy() };
        let (taken, _) =
            peak(|| read_entity_descriptor(xml.as_bytes().to_vec(), None, source, &Limits::METADATA));
        ledger.add(&case, xml.as_bytes(), &Limits::METADATA, taken);
    }
    ledger.close(30);
}

/// A stream holds none of it, and a tag that is too long for its window is refused.
#[test]
fn a_stream_takes_the_same_whatever_its_octets_become() {
    let mut ledger = Ledger::new();
    for (case, content) in contents(GROWN) {
        let (taken, _) = peak(|| {
            let method = CanonicalizationMethod::EXCLUSIVE;
            let mut stream = CanonicalStream::new(method, PrefixList::EMPTY, &Limits::AGGREGATE, ());
            stream.feed(b"<x:any xmlns:x='urn:x'>")?;
            for _ in 0..5 {
                stream.feed(content.as_bytes())?;
            }
            stream.feed(b"</x:any>")?;
            stream.finish()
        });
        ledger.measured += 1;
        ledger.require(&case, taken, 2 * MEBIBYTE);
    }
    ledger.close(30);
}

/// Somebody who only looks at the document.
#[test]
fn a_document_takes_a_multiple_of_itself_whatever_its_octets_become() {
    let mut ledger = Ledger::new();
    // A little more than where a buffer that doubles doubles again.
    for (case, content) in contents(1_100_000) {
        let xml = format!("<x:any xmlns:x='urn:x'>{content}</x:any>").into_bytes();
        let (taken, _) = peak(|| Document::parse(xml.clone(), &Limits::METADATA));
        // The document and a copy of what its references stand for, and room for neither twice.
        let nodes = crate::nodes(&xml, &Limits::METADATA);
        ledger.measured += 1;
        ledger.require(&case, taken, 256 * nodes + 13 * xml.len() / 4 + 64 * 1024);
    }
    ledger.close(30);
}
