//! `saml explain`.

use saml_testkit::forge::Signed;

use crate::command::{saml, saml_with};
use crate::story::{Story, and, with};

#[test]
fn accepts_a_good_response_and_shows_every_check() {
    let story = Story::new(Signed::Both);
    let ran = saml(story.explain(&["explain"], &story.response)).ended(0);
    let text = ran.text();
    assert!(text.starts_with("ACCEPTED\n"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80 || line.contains('✓')), "{text}");
    let order = [
        "Signature",
        "Response",
        "Assertion",
        "Subject",
        "SubjectConfirmation",
        "Conditions",
        "AuthnStatement",
    ];
    let places: Vec<usize> = order.iter().map(|part| text.find(&format!("─ {part}\n")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    assert!(text.lines().all(|line| !line.ends_with(' ')), "{text}");
    assert!(!text.contains('\u{1b}') && text.trim_end().ends_with("ACCEPTED"));
}

#[test]
fn takes_the_peer_from_its_metadata() {
    let story = Story::new(Signed::Assertion);
    let scene = &story.scene;
    let arguments = [
        "explain",
        &story.response,
        "--idp-metadata",
        &story.metadata,
        "--sp-entity-id",
        scene.sp.as_str(),
        "--acs-url",
        &scene.acs_url,
        "--in-response-to",
        scene.request_id.as_str(),
        "--now",
        crate::story::NOW,
    ];
    saml(arguments).ended(0).says("ACCEPTED");
    let stranger = and(arguments.map(str::to_owned).to_vec(), &["--idp-entity-id", "https://nobody.example"]);
    saml(stranger).complains("metadata.entity_unknown");
}

#[test]
fn names_each_broken_rule_with_code_section_values_and_hint() {
    let story = Story::new(Signed::Assertion);
    let arguments =
        with(story.explain(&["explain"], &story.response), "--sp-entity-id", "https://other.example.com");
    let arguments = with(arguments, "--acs-url", "https://other.example.com/acs");
    let ran = saml(arguments.clone()).ended(1);
    assert!(ran.text().starts_with("REJECTED  destination.mismatch\n"), "{}", ran.text());
    for text in [
        "✗ audience                  [Core §2.5.1.4]",
        "code     audience.mismatch",
        "expected https://other.example.com",
        "found    https://sp.example.com/saml",
        "hint     the audience at the identity provider and the entity ID",
        "REJECTED  destination.mismatch, name_id.sp_name_qualifier_mismatch,",
    ] {
        assert!(ran.text().contains(text), "{text:?} is missing in\n{}", ran.text());
    }
    let brief = saml(and(arguments.clone(), &["--brief"])).ended(1).text();
    assert!(brief.contains("audience.mismatch") && !brief.contains('✓'), "{brief}");
    let json = saml(and(arguments, &["--json"])).ended(1).json();
    assert_eq!(
        (json["accepted"].as_bool(), json["code"].as_str()),
        (Some(false), Some("destination.mismatch"))
    );
    let audience =
        json["checks"].as_array().unwrap().iter().find(|check| check["check"] == "audience").unwrap();
    assert_eq!(
        (audience["code"].as_str(), audience["section"].as_str()),
        (Some("audience.mismatch"), Some("[Core §2.5.1.4]"))
    );
}

#[test]
fn says_that_nothing_is_known_where_the_signature_does_not_hold() {
    let story = Story::new(Signed::Response);
    let ran =
        saml(with(story.explain(&["explain"], &story.response), "--idp-cert", &story.other_cert)).ended(1);
    ran.says("REJECTED  signature.invalid")
        .says("the other checks are about what the message claims")
        .says("✓ audience");
}

#[test]
fn judges_by_the_frozen_clock() {
    let story = Story::new(Signed::Response);
    for (now, code) in [("2026-11-20T12:07:59Z", 0), ("2026-11-20T12:08:00Z", 1), ("2026-11-20T11:56:59Z", 1)]
    {
        assert_eq!(
            saml(with(story.explain(&["explain"], &story.response), "--now", now)).code,
            code,
            "{now}"
        );
    }
    let strict = and(story.explain(&["explain"], &story.response), &["--skew", "0"]);
    saml(with(strict, "--now", "2026-11-20T12:05:00Z")).ended(1).says("conditions.expired");
}

#[test]
fn asks_for_the_signatures_that_are_wanted_and_grants_what_is_allowed() {
    let story = Story::new(Signed::Assertion);
    let explain = || story.explain(&["explain"], &story.response);
    saml(and(explain(), &["--signed", "both"])).ended(1).says("signature.response_missing");
    saml(and(explain(), &["--signed", "assertion"])).ended(0);
    let unasked = String::from_utf8(story.xml.clone()).unwrap();
    saml_with(unasked.as_bytes(), with(story.explain(&["explain"], "-"), "--in-response-to", "_other"))
        .ended(1)
        .says("in_response_to.mismatch");
    saml(and(explain(), &["--audience", "https://more.example"])).ended(0);
}

#[test]
fn names_everything_that_is_missing() {
    let ran = saml(["explain"]);
    assert_eq!(ran.code, 2);
    for option in ["--idp-metadata", "--idp-cert", "--idp-entity-id", "--sp-entity-id", "--acs-url", "<FILE>"]
    {
        assert!(ran.stderr.contains(option), "{option}: {}", ran.stderr);
    }
}

/// A character that doesn't show, and how it is shown.
const INVISIBLE: [(&str, &str); 5] = [
    ("&#xA0;", "\\u{a0}"),
    ("&#x200B;", "\\u{200b}"),
    ("&#x3000;", "\\u{3000}"),
    ("&#xFEFF;", "\\u{feff}"),
    ("&#xAD;", "\\u{ad}"),
];

#[test]
fn values_that_differ_by_what_does_not_show_are_shown_apart() {
    let story = Story::new(Signed::Assertion);
    let xml = String::from_utf8(story.xml.clone()).unwrap();
    let acs = &story.scene.acs_url;
    for (reference, shown) in INVISIBLE {
        let changed =
            xml.replace(&format!("Destination=\"{acs}\""), &format!("Destination=\"{acs}{reference}\""));
        assert_ne!(changed, xml);
        let ran = saml_with(changed.as_bytes(), story.explain(&["explain"], "-")).ended(1);
        let text = ran.text();
        assert!(text.contains("destination.mismatch"), "{text}");
        assert!(text.contains(&format!("found    \"{acs}{shown}\"")), "{text}");
        assert!(text.contains(&format!("expected {acs}\n")), "{text}");
    }
    let issuer = format!(">{}</saml:Issuer><samlp:Status", story.scene.idp);
    let changed = xml.replace(&issuer, &format!("> {}&#xA;</saml:Issuer><samlp:Status", story.scene.idp));
    assert_ne!(changed, xml);
    let ran = saml_with(changed.as_bytes(), story.explain(&["explain"], "-")).ended(1);
    let shown = format!("found    \"\\u{{20}}{}\\u{{a}}\"", story.scene.idp);
    assert!(ran.text().contains(&shown), "{shown:?} is missing in\n{}", ran.text());
}

#[test]
fn what_cannot_be_read_is_no_matter_of_the_signature() {
    let story = Story::new(Signed::Assertion);
    let xml = String::from_utf8(story.xml.clone()).unwrap();
    let changed =
        xml.replacen("IssueInstant=\"2026-11-20T12:00:00Z\"", "IssueInstant=\"2026-11-20T12:00:00\"", 1);
    assert_ne!(changed, xml);
    let ran = saml_with(changed.as_bytes(), story.explain(&["explain", "--brief"], "-")).ended(1);
    for text in [
        "✗ message                   [Core §1.3]",
        "code     schema.attribute_value",
        "expected an instant with its time zone, such as 2026-11-20T12:00:00Z",
        "found    IssueInstant=\"2026-11-20T12:00:00\"",
    ] {
        assert!(ran.text().contains(text), "{text:?} is missing in\n{}", ran.text());
    }
}
/// The options that take the peer from a metadata file.
fn by_metadata(story: &Story, command: &[&str], metadata: &str, response: &str) -> Vec<String> {
    let scene = &story.scene;
    let options = [
        response,
        "--idp-metadata",
        metadata,
        "--sp-entity-id",
        scene.sp.as_str(),
        "--acs-url",
        &scene.acs_url,
        "--in-response-to",
        scene.request_id.as_str(),
        "--now",
        crate::story::NOW,
    ];
    command.iter().copied().chain(options).map(str::to_owned).collect()
}

/// Metadata ends with the entity, with its role, and with each group around it, and a tool that judges as a service
/// provider does has to know.
#[test]
fn expired_metadata_accepts_nothing_here_either() {
    let story = Story::new(Signed::Assertion);
    let metadata = story.folder.read("idp.xml");
    let group = |attribute: &str, content: &str| {
        let namespace = "urn:oasis:names:tc:SAML:2.0:metadata";
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"{namespace}\"{attribute}>{content}</md:EntitiesDescriptor>"
        )
    };
    for (end, is_current) in [(crate::story::NOW, false), ("2026-11-20T12:00:01Z", true)] {
        let attribute = format!(" validUntil=\"{end}\"");
        let on = |element: &str| metadata.replacen(element, &format!("{element}{attribute}"), 1);
        for (name, xml) in [
            ("entity.xml", on("<md:EntityDescriptor")),
            ("role.xml", on("<md:IDPSSODescriptor")),
            ("group.xml", group(&attribute, &metadata)),
            ("groups.xml", group(&attribute, &group("", &metadata))),
        ] {
            assert!(xml.contains(end), "{name}");
            let path = story.folder.file(name, &xml);
            let arguments = by_metadata(&story, &["explain"], &path, &story.response);
            let capsule = story.folder.path("capsule.json");
            let kept = by_metadata(&story, &["capsule", "make"], &path, &story.response);
            if is_current {
                saml(arguments).ended(0);
                saml(and(kept, &["--out", &capsule])).ended(0);
                saml(["capsule", "replay", &capsule]).ended(0).says("accepted");
            } else {
                let text = saml(arguments.clone()).ended(1).text();
                assert!(text.starts_with("REJECTED  idp.metadata_expired\n"), "{text}");
                for part in
                    ["expected now (2026-11-20T12:00:00Z) before validUntil", "found    2026-11-20T12:00:00Z"]
                {
                    assert!(text.contains(part), "{part:?} is missing in\n{text}");
                }
                saml(and(arguments, &["--allow", "expired-metadata"])).ended(0).says("idp.metadata_expired");
                saml(and(kept, &["--out", &capsule])).ended(0);
                saml(["capsule", "replay", &capsule]).ended(0).says("idp.metadata_expired");
            }
            std::fs::remove_file(capsule).unwrap();
        }
    }
}

#[test]
fn an_error_answer_is_about_its_status() {
    let story = Story::new(Signed::Assertion);
    let xml = String::from_utf8(story.xml.clone()).unwrap();
    let (before, rest) = xml.split_once("<samlp:Status>").unwrap();
    assert!(rest.contains("</samlp:Response>"));
    let xml = format!(
        "{before}<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Responder\"/>\
         <samlp:StatusMessage>AADSTS50105: not assigned</samlp:StatusMessage></samlp:Status></samlp:Response>"
    );
    let file = story.folder.file("error.xml", xml);
    let text = saml(story.explain(&["explain"], &file)).ended(1).text();
    assert!(text.starts_with("REJECTED  status.not_success\n"), "{text}");
    for part in [
        "AADSTS50105:",
        "The message is not signed: the other checks",
        "this answer is not signed",
        "signature.missing",
        "What to do: saml verdicts status.not_success",
    ] {
        assert!(text.contains(part), "{part:?} is missing in\n{text}");
    }
}

#[test]
fn an_old_assertion_needs_an_age_of_its_own() {
    let story = Story::new(Signed::Assertion);
    let late = with(story.explain(&["explain"], &story.response), "--now", "2026-11-22T12:00:00Z");
    saml(late.clone()).ended(1).says("assertion.too_old");
    let longer = saml(and(late, &["--assertion-max-age", "200000"])).ended(1).text();
    assert!(longer.contains("! age") && longer.contains("subject_confirmation.expired"), "{longer}");
    let none = story.explain(&["explain"], &story.response);
    saml(and(none, &["--assertion-max-age", "0"])).complains("--assertion-max-age");
}

#[test]
fn an_empty_value_is_seen_and_an_affiliation_has_an_option() {
    let story = Story::new(Signed::Assertion);
    let keyring = saml_testkit::forge::Keyring::p256().unwrap();
    let signer = keyring.keys().genuine;
    let cert = story.folder.file("signer.pem", signer.certificate().unwrap().to_pem());
    let signed = |qualifier: &str| {
        let mut response = saml_testkit::forge::good::response(&story.scene);
        for assertion in &mut response.assertions {
            let saml_core::protocol::ResponseAssertion::Assertion(assertion) = assertion else { continue };
            if let Some(saml_core::assertion::SubjectIdentifier::NameId(name)) =
                assertion.subject.as_mut().and_then(|subject| subject.identifier.as_mut())
            {
                name.sp_name_qualifier = Some(qualifier.to_owned());
            }
        }
        let xml = saml_testkit::forge::good::signed_response(&response, Signed::Assertion, signer).unwrap();
        with(story.explain(&["explain"], &story.folder.file("qualified.xml", xml)), "--idp-cert", &cert)
    };
    saml(signed("")).ended(0).says("\"\"");
    let affiliation = "https://affiliation.example.org";
    saml(signed(affiliation)).ended(1).says("name_id.sp_name_qualifier_mismatch");
    saml(and(signed(affiliation), &["--affiliation", affiliation])).ended(0).says(affiliation);
    saml(and(signed(affiliation), &["--affiliation", "https://other.example.org"])).ended(1);
}
