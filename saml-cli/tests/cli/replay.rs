//! `saml replay`.

use std::path::Path;

use saml_testkit::forge::Signed;
use saml_testkit::left_out::left_out;
use serde_json::json;

use crate::command::saml;
use crate::story::{NOW, Story};

fn manifest(story: &Story) -> serde_json::Value {
    let case = |id: &str, expect: &str, audience: &str| {
        json!({
            "id": id, "file": "response.xml", "encoding": "xml", "now": NOW, "expect": expect,
            "idp": { "entity_id": story.scene.idp.as_str(), "certificates": ["idp.pem"] },
            "sp": { "entity_id": audience, "acs_url": story.scene.acs_url, "decryption_keys": [] },
            "in_response_to": story.scene.request_id.as_str(), "note": "a note",
        })
    };
    let mut named = case("good", "accept", story.scene.sp.as_str());
    named["name_id"] = json!("alice@example.com");
    let mut coded = case("other-audience", "reject", "https://other.example.com");
    coded["code"] = json!("audience.mismatch");
    json!({ "cases": [named, coded] })
}

#[test]
fn ends_with_the_two_numbers() {
    let story = Story::new(Signed::Both);
    let file = story.folder.file("manifest.json", manifest(&story).to_string());
    let text = saml(["replay", &file]).ended(0).text();
    assert_eq!(text.lines().last(), Some("2 passed, 0 failed"), "{text}");
    assert!(text.contains("cases  accepted  rejected  failed"), "{text}");
    let text = saml(["replay", &file, &file, "--filter", "good"]).ended(0).text();
    assert_eq!(text.lines().last(), Some("2 passed, 0 failed"));
    assert!(saml(["replay", &file]).stderr.is_empty(), "no progress bar where there is no terminal");
}

#[test]
fn prints_each_mismatch_with_its_verdict() {
    let story = Story::new(Signed::Both);
    let mut wrong = manifest(&story);
    wrong["cases"][0]["expect"] = json!("reject");
    wrong["cases"][1]["code"] = json!("status.not_success");
    let mut accepted = manifest(&story)["cases"][1].clone();
    accepted["id"] = json!("hoped-for");
    accepted["expect"] = json!("accept");
    let mut missing = accepted.clone();
    (missing["id"], missing["file"]) = (json!("no-file"), json!("nowhere.xml"));
    wrong["cases"].as_array_mut().unwrap().extend([accepted, missing]);
    let file = story.folder.file("manifest.json", wrong.to_string());
    let ran = saml(["replay", &file]).ended(1);
    let text = ran.text();
    assert_eq!(text.lines().last(), Some("0 passed, 4 failed"), "{text}");
    for part in [
        "✗ good\n  expected  rejected\n  found     ACCEPTED\n  note      a note",
        "✗ other-audience\n  expected  rejected with status.not_success\n  found     rejected with",
        "✗ hoped-for\n  expected  accepted\n  found     rejected\n",
        "fail audience.mismatch [Core §2.5.1.4]",
        "✗ no-file\n  unusable",
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
    let json = saml(["replay", &file, "--json"]).ended(1).json();
    assert_eq!((json["passed"].as_u64(), json["failed"].as_u64()), (Some(0), Some(4)));
    assert_eq!(json["manifests"][0]["cases"][1]["verdict"]["accepted"], false);
}

#[test]
fn replays_recorded_messages_of_real_products() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/responses.json");
    if !path.exists() {
        left_out("messages of real products", &format!("there is no {}", path.display()));
        return;
    }
    let json = saml(["replay", &path.display().to_string(), "--json"]).json();
    let passed = json["passed"].as_u64().unwrap();
    assert!(passed >= 420, "{passed} passed");
    let cases = json["manifests"][0]["cases"].as_array().unwrap().iter();
    let let_in = cases.filter(|case| case["expect"] == "reject" && case["accepted"] == true);
    let argued = [
        // Its digest has the name that XML Encryption gives SHA-384, and holds.
        "SAML-Toolkits_ruby-saml-adfs_response_sha384",
        // Its SPNameQualifier, once decrypted, is that of the case's own service provider.
        "SAML-Toolkits_java-saml-core_invalids_wrong_spnamequalifier",
    ];
    assert_eq!(let_in.filter_map(|case| case["id"].as_str()).collect::<Vec<_>>(), argued);
}
