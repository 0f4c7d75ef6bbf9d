//! Recording, replaying and redacting decisions on messages of the forge.

use saml_core::base::{RandomUnavailable, SamlInstant, SecureRandom};
use saml_core::crypto::SharedKey;

use super::*;
use crate::forge::{Keyring, Scene, Signed, good};

struct Counter(u8);

impl SecureRandom for Counter {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        self.0 += 1;
        octets.fill(self.0);
        Ok(())
    }
}

fn scene() -> Scene {
    Scene::new(SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap(), &mut Counter(0)).unwrap()
}

fn case(signed: Signed) -> (Vec<u8>, Setting) {
    let (scene, keyring) = (scene(), Keyring::p256().unwrap());
    let signer = keyring.keys().genuine;
    let xml = good::signed_response(&good::response(&scene), signed, signer).unwrap();
    let setting = Setting {
        now: scene.now.to_string(),
        clock_skew: 180,
        assertion_max_age: None,
        idp: Peer {
            entity_id: scene.idp.to_string(),
            certificates: vec![signer.certificate().unwrap().to_pem()],
            valid_until: None,
            metadata: Some("<md/>".to_owned()),
            shared_keys: Vec::new(),
        },
        sp: Side {
            entity_id: scene.sp.to_string(),
            further_audiences: Vec::new(),
            affiliations: Vec::new(),
            acs_url: scene.acs_url.clone(),
            decryption_keys: Vec::new(),
        },
        in_response_to: Some(scene.request_id.to_string()),
        allow: Vec::new(),
        signatures: Demand::Either,
    };
    (xml, setting)
}

#[test]
fn replays_to_the_same_verdict() {
    let (xml, mut setting) = case(Signed::Assertion);
    for audience in ["https://sp.example.com/saml", "https://other.example.com/saml"] {
        audience.clone_into(&mut setting.sp.entity_id);
        let capsule = Capsule::record(&xml, setting.clone()).unwrap();
        let read = Capsule::parse(&capsule.to_text().unwrap()).unwrap();
        assert_eq!(read, capsule);
        let replayed = RecordedVerdict::of(&read.replay().unwrap());
        assert_eq!(capsule.verdict.differences(&replayed), []);
        assert_eq!(replayed.accepted, audience.contains("//sp."));
    }
}

#[test]
fn tells_what_came_out_otherwise() {
    let (xml, setting) = case(Signed::Response);
    let capsule = Capsule::record(&xml, setting).unwrap();
    let mut later = capsule.clone();
    "2027-11-20T12:00:00Z".clone_into(&mut later.setting.now);
    let replayed = RecordedVerdict::of(&later.replay().unwrap());
    let differences = capsule.verdict.differences(&replayed);
    let expired = Difference {
        check: "conditions_validity".to_owned(),
        recorded: Some("pass".to_owned()),
        replayed: Some("fail conditions.expired".to_owned()),
    };
    assert!(differences.contains(&expired), "{differences:?}");
}

#[test]
fn takes_people_out_and_keeps_the_verdict() {
    for signed in Signed::ALL {
        let (xml, setting) = case(signed);
        let capsule = Capsule::record(&xml, setting).unwrap();
        let redacted = capsule.redacted().unwrap();
        assert!(redacted.verdict.accepted && !redacted.to_text().unwrap().contains("alice"), "{signed:?}");
        let xml = String::from_utf8(redacted.octets().unwrap()).unwrap();
        assert!(
            !xml.contains("alice") && !xml.contains("\"_session\"") && xml.contains("redacted-1"),
            "{xml}"
        );
        assert_eq!(redacted.redacted, [Redaction::PersonalValues, Redaction::SignedAnew]);
        assert!(redacted.setting.idp.metadata.is_none());
        assert!(redacted.replay().unwrap().is_accepted());
    }
}

#[test]
fn takes_people_and_private_keys_out_of_what_is_encrypted() {
    let (xml, mut setting) = case(Signed::Assertion);
    let (certificate, pem) = crate::forge::throwaway_recipient().unwrap();
    let recipient = saml_core::enc::EncryptionTarget::new(certificate.public_key().clone());
    let xml = saml_core::enc::seal_document(xml, None, &recipient, &mut Counter(0)).unwrap();
    setting.sp.decryption_keys = vec![pem.clone()];
    let capsule = Capsule::record(&xml, setting).unwrap();
    assert!(capsule.verdict.accepted, "{:?}", capsule.verdict.code);
    let redacted = capsule.redacted().unwrap();
    assert!(redacted.verdict.accepted && redacted.setting.sp.decryption_keys != [pem]);
    let found: Vec<_> = redacted.verdict.checks.iter().filter_map(|check| check.found.as_deref()).collect();
    assert!(found.contains(&"redacted-1") && !found.iter().any(|found| found.contains("alice")), "{found:?}");
}

#[test]
fn a_setting_in_a_log_shows_no_key() {
    let (_, mut setting) = case(Signed::Assertion);
    let (_, pem) = crate::forge::throwaway_recipient().unwrap();
    let secret = "1f".repeat(24);
    setting.idp.shared_keys = vec![secret.clone()];
    setting.sp.decryption_keys = vec![pem];
    let text = format!("{setting:?}");
    assert!(text.contains(&setting.sp.acs_url) && text.contains(&setting.idp.entity_id), "{text}");
    assert!(!text.contains(&secret) && !text.contains("PRIVATE KEY"), "{text}");
}

#[test]
fn takes_people_and_shared_keys_out_of_what_is_encrypted() {
    let secret = "1f".repeat(24);
    let key = SharedKey::from_text(&secret).unwrap();
    let (xml, setting) = case(Signed::Assertion);
    let recipient = saml_core::enc::EncryptionTarget::sharing(key);
    let xml = saml_core::enc::seal_document(xml, None, &recipient, &mut Counter(0)).unwrap();
    let sharing = |keys: &[&str]| {
        let mut setting = setting.clone();
        setting.idp.shared_keys = keys.iter().map(|key| (*key).to_owned()).collect();
        Capsule::record(&xml, setting).unwrap()
    };
    let capsule = sharing(&[&secret]);
    assert!(capsule.verdict.accepted, "{:?}", capsule.verdict.code);
    let redacted = capsule.redacted().unwrap();
    let text = redacted.to_text().unwrap();
    assert!(redacted.verdict.accepted && !text.contains(&secret) && !text.contains("alice"), "{text}");
    assert!(Capsule::parse(&text).unwrap().replay().unwrap().is_accepted());
    // Of other keys, the outcome depends on their length.
    let other = "2e".repeat(24);
    for (key, code) in [(&other, "decryption.failed"), (&"2e".repeat(16), "decryption.no_key")] {
        let redacted = sharing(&[key]).redacted().unwrap();
        assert_eq!(redacted.verdict.code.as_deref(), Some(code));
        assert!(!redacted.to_text().unwrap().contains(key.as_str()));
    }
    for (keys, refused) in [(vec!["?"], "Key"), (vec!["AAAA"], "Key")] {
        let mut setting = setting.clone();
        setting.idp.shared_keys = keys.into_iter().map(str::to_owned).collect();
        let error = Capsule::record(&xml, setting).unwrap_err();
        assert!(format!("{error:?}").starts_with(refused), "{error:?}");
    }
    let five: Vec<String> = (0..5).map(|fill| format!("{fill:02}").repeat(16)).collect();
    let mut setting = setting.clone();
    setting.idp.shared_keys = five;
    let error = Capsule::record(&xml, setting).unwrap_err();
    assert!(matches!(error, CapsuleError::Field { field: "idp.shared_keys" }), "{error:?}");
}

#[test]
fn keeps_a_refusal_for_the_signature_as_it_is() {
    let (xml, setting) = case(Signed::Response);
    let xml = String::from_utf8(xml).unwrap().replace("the role", "a role").into_bytes();
    let capsule = Capsule::record(&xml, setting).unwrap();
    assert_eq!(capsule.verdict.code.as_deref(), Some("signature.digest_mismatch"));
    let redacted = capsule.redacted().unwrap();
    assert_eq!(redacted.redacted, [Redaction::PersonalValues]);
    assert_eq!(redacted.verdict.code.as_deref(), Some("signature.digest_mismatch"));
}

#[test]
fn refuses_to_redact_what_the_verdict_rests_on() {
    let (xml, setting) = case(Signed::Response);
    let xml = String::from_utf8(xml).unwrap().replace("alice@", "alice<!-- -->@").into_bytes();
    let capsule = Capsule::record(&xml, setting).unwrap();
    assert_eq!(capsule.verdict.code.as_deref(), Some("xml.comment_in_text"));
    assert!(matches!(capsule.redacted(), Err(CapsuleError::NotRedactable)));
}

#[test]
fn says_what_is_wrong_with_a_file() {
    let (xml, setting) = case(Signed::Response);
    let text = Capsule::record(&xml, setting.clone()).unwrap().to_text().unwrap();
    let other = text.replace("\"capsule\": 1", "\"capsule\": 2");
    assert!(matches!(Capsule::parse(&other), Err(CapsuleError::Version { found: 2 })));
    assert!(matches!(Capsule::parse("{}"), Err(CapsuleError::Json(_))));
    assert!(matches!(Capsule::record(b"rubbish", setting.clone()), Err(CapsuleError::NotAMessage)));
    let broken = Setting { now: "yesterday".to_owned(), ..setting };
    assert!(matches!(Capsule::record(&xml, broken), Err(CapsuleError::Field { field: "now" })));
}
