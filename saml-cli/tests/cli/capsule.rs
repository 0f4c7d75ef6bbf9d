//! `saml capsule`.

use saml_testkit::forge::Signed;

use crate::command::{saml, saml_with};
use crate::story::{Story, and, with};

#[test]
fn replays_to_the_same_verdict_whatever_the_clock_says() {
    let story = Story::new(Signed::Both);
    let file = story.folder.path("capsule.json");
    let make = and(story.explain(&["capsule", "make"], &story.response), &["--out", &file]);
    saml(make.clone()).ended(0);
    saml(["capsule", "replay", &file]).ended(0).says("same").says("accepted");
    let other = story.folder.path("other.json");
    let make = with(make, "--out", &other);
    saml(with(make, "--sp-entity-id", "https://other.example.com")).ended(0);
    saml(["capsule", "replay", &other]).ended(0).says("name_id.sp_name_qualifier_mismatch");
    let text = story.folder.read("other.json");
    saml_with(text.as_bytes(), ["capsule", "replay", "-"]).ended(0);
    let altered = text.replace("\"2026-11-20T12:00:00Z\"", "\"2036-11-20T12:00:00Z\"");
    let ran = saml_with(altered.as_bytes(), ["capsule", "replay", "-"]).ended(1);
    ran.says("differs").says("fail conditions.expired");
    let json = saml_with(altered.as_bytes(), ["capsule", "replay", "-", "--json"]).ended(1).json();
    assert_eq!(json[0]["same"], false);
}

#[test]
fn holds_no_person_once_redacted() {
    let story = Story::new(Signed::Assertion);
    let make = and(story.explain(&["capsule", "make"], &story.response), &["--redact", "--out", "-"]);
    let text = saml(make).ended(0).text();
    assert!(!text.contains("alice") && text.contains("personal-values"), "{text}");
    saml_with(text.as_bytes(), ["capsule", "replay", "-"]).ended(0).says("signed anew");
}
