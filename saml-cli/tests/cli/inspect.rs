//! `saml inspect` and `saml c14n`.

use saml_testkit::forge::Signed;

use crate::command::{saml, saml_with};
use crate::story::{NOW, Story};

#[test]
fn tells_what_is_signed_and_what_is_not() {
    let story = Story::new(Signed::Assertion);
    let json = saml(["inspect", &story.response, "--json", "--now", NOW]).ended(0).json();
    let assertion = format!("saml:Assertion {}", story.scene.assertion_id);
    assert_eq!(json["signatures"][0]["covers"], assertion.as_str());
    assert_eq!(json["signatures"][0]["remark"], serde_json::Value::Null);
    let uncovered: Vec<&str> =
        json["uncovered"].as_array().unwrap().iter().filter_map(|part| part.as_str()).collect();
    assert_eq!(uncovered.len(), 3, "{uncovered:?}");
    assert!(uncovered[0].starts_with("attributes of samlp:Response: ID"), "{uncovered:?}");
    assert_eq!(uncovered[1..], ["saml:Issuer", "samlp:Status"]);
    let whole = Story::new(Signed::Response);
    assert_eq!(saml(["inspect", &whole.response, "--json"]).json()["uncovered"], serde_json::json!([]));
}

#[test]
fn marks_a_signature_of_something_else_than_its_parent() {
    let story = Story::new(Signed::Assertion);
    let id = story.scene.assertion_id.as_str();
    let xml = String::from_utf8(story.xml.clone()).unwrap();
    let moved = xml.replace(&format!("URI=\"#{id}\""), &format!("URI=\"#{}\"", story.scene.response_id));
    saml_with(moved.as_bytes(), ["inspect", "-", "--summary"])
        .ended(0)
        .says("its reference names another element than its own parent");
    let dangling = xml.replace(&format!("URI=\"#{id}\""), "URI=\"#_nothing\"");
    saml_with(dangling.as_bytes(), ["inspect", "-", "--summary"]).says("its reference names nothing");
}

#[test]
fn summarises_subject_conditions_attributes_and_certificates() {
    let story = Story::new(Signed::Both);
    let ran = saml(["inspect", &story.response, "--now", NOW]).ended(0);
    let text = ran.text();
    for fact in [
        "NameID          alice@example.com (emailAddress)",
        "    Recipient     https://sp.example.com/saml/acs",
        "  Audience      https://sp.example.com/saml",
        "Attribute       the role = user",
        "Attribute       mail = alice@example.com",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        "subject         CN=idp.example.com",
        "valid until     2049-",
        "S    <saml:Assertion",
    ] {
        let fact = fact.trim_start();
        assert!(text.contains(fact), "{fact:?} is missing in\n{text}");
    }
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(!text.contains('\u{1b}'), "colours only on a terminal");
    saml(["inspect", &story.response, "--now", "2060-01-01T00:00:00Z"]).says("(has passed)");
}

#[test]
fn shows_what_would_steer_a_terminal() {
    let message = "<a xmlns='urn:a'>\u{9b}31m\u{202e}</a>";
    let ran = saml_with(message.as_bytes(), ["inspect", "-"]).ended(0);
    assert!(!ran.text().contains('\u{9b}') && !ran.text().contains('\u{202e}'));
    assert!(ran.text().contains("&#x9B;31m&#x202E;"), "{}", ran.text());
}

#[test]
fn prints_the_document_alone_if_asked_for() {
    let story = Story::new(Signed::Response);
    let text = saml(["inspect", "--xml", &story.response]).ended(0).text();
    assert!(text.starts_with("<samlp:Response"), "{text}");
    // Another program reads it, and finds every value whole: one reads as this command reads the message itself.
    let facts = |file: &str, stdin: &[u8]| saml_with(stdin, ["inspect", file, "--json"]).ended(0).json();
    let (read, written) = (facts(&story.response, b""), facts("-", text.as_bytes()));
    for part in ["sections", "signatures", "uncovered"] {
        assert!(!read[part].is_null(), "{read}");
        assert_eq!(read[part], written[part]);
    }
}

#[test]
fn breaks_no_tag_and_no_name() {
    let story = Story::new(Signed::Both);
    let text = saml(["inspect", &story.response]).ended(0).text();
    let lines = text.lines().map(str::trim_end);
    let broken: Vec<&str> = lines.filter(|line| line.contains("</") && !line.ends_with('>')).collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn writes_canonical_octets_and_nothing_else() {
    let xml = "<?xml version='1.0'?><!--c--><b:a z='1' xmlns:b='urn:b' xmlns:d='urn:d' y='2'><c ID='i' d:x=''/><!--e--></b:a>";
    let c14n = |arguments: &[&str]| {
        let arguments = ["c14n", "-"].iter().chain(arguments);
        saml_with(xml.as_bytes(), arguments).ended(0).text()
    };
    assert_eq!(
        c14n(&[]),
        "<b:a xmlns:b=\"urn:b\" y=\"2\" z=\"1\"><c xmlns:d=\"urn:d\" ID=\"i\" d:x=\"\"></c></b:a>"
    );
    assert!(c14n(&["--algorithm", "exc-comments"]).starts_with("<!--c-->\n<b:a"));
    assert!(c14n(&["--algorithm", "inc"]).starts_with("<b:a xmlns:b=\"urn:b\" xmlns:d=\"urn:d\""));
    assert_eq!(
        c14n(&["--algorithm", "inc11", "--id", "i"]),
        "<c xmlns:b=\"urn:b\" xmlns:d=\"urn:d\" ID=\"i\" d:x=\"\"></c>"
    );
    assert_eq!(c14n(&["--id", "i"]), "<c xmlns:d=\"urn:d\" ID=\"i\" d:x=\"\"></c>");
    assert_eq!(c14n(&["--id", "i", "--inclusive-prefixes", "b"]), c14n(&["--id", "i", "--algorithm", "inc"]));
    assert_eq!(c14n(&["--algorithm", "http://www.w3.org/2001/10/xml-exc-c14n#"]), c14n(&[]));
}

#[test]
fn a_value_is_shown_as_it_is_with_its_white_space() {
    let story = Story::new(Signed::Assertion);
    let xml = String::from_utf8(story.xml.clone()).unwrap();
    let changed =
        xml.replace(">alice@example.com</saml:NameID>", ">\n  alice@example.com&#xA0;</saml:NameID>");
    assert_ne!(changed, xml);
    let ran = saml_with(changed.as_bytes(), ["inspect", "-", "--json"]).ended(0);
    let sections = ran.json()["sections"].to_string();
    assert!(sections.contains("\\n  alice@example.com\u{a0} (emailAddress)"), "{sections}");
    let ran = saml_with(changed.as_bytes(), ["inspect", "-", "--full"]).ended(0);
    let text = ran.text();
    assert!(text.contains(r#""\u{a}\u{20}\u{20}alice@example.com\u{a0}"#), "{text}");
    assert!(text.contains("&#xA;&#x20;&#x20;alice@example.com&#xA0;"), "{text}");
}
