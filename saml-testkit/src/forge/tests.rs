//! Templates, unsolicited logins and recorded cases.

mod moulds;

use saml_core::base::{RandomUnavailable, SamlInstant, SecureRandom};

use super::{
    Begun, Expected, ForgedMessage, Keyring, PinnedCertificate, ReceiverKeyFiles, Scene, Signed, Specimen,
    Template, Wire, attacks_on, deliver, examine, good, record,
};

/// Octets that are the same in every run, with letters in their hexadecimal form.
struct Counter(u8);

impl SecureRandom for Counter {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        self.0 = self.0.wrapping_add(1);
        octets.fill(self.0 | 0xA0);
        Ok(())
    }
}

fn scene(begun: Begun, now: &str, seed: u8) -> Scene {
    let now = SamlInstant::try_from(now).unwrap();
    Scene { begun, ..Scene::new(now, &mut Counter(seed)).unwrap() }
}

#[test]
fn every_attack_on_an_unsolicited_login_is_refused_for_its_own_reason() {
    let keyring = Keyring::p256().unwrap();
    let scene = scene(Begun::Unsolicited, "2026-11-20T12:00:00Z", 0);
    for signed in Signed::ALL {
        let corpus = attacks_on(&Specimen::issue(&scene, keyring.keys(), signed).unwrap()).unwrap();
        let examination = examine(&corpus, deliver);
        let faults: Vec<String> = examination.faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        assert!(examination.refused > 600, "{}", examination.refused);
    }
}

#[test]
fn a_message_becomes_the_mould_of_others() {
    let keyring = Keyring::p256().unwrap();
    let old = scene(Begun::ByRequest, "2020-01-01T00:00:00Z", 0);
    let octets = good::signed_response(&good::response(&old), Signed::Assertion, keyring.keys().attacker);
    // The prefixes are the message's own.
    let xml = String::from_utf8(octets.unwrap())
        .unwrap()
        .replace("samlp:", "saml2p:")
        .replace("xmlns:samlp=", "xmlns:saml2p=");
    let xml = xml.replace("saml:", "saml2:").replace("xmlns:saml=", "xmlns:saml2=");
    let template = Template::read(xml.into_bytes()).unwrap();
    assert_eq!((template.signed(), template.scene().now), (Signed::Assertion, old.now));
    for begun in [Begun::ByRequest, Begun::Unsolicited] {
        let new = Scene { sp: old.sp.clone(), ..scene(begun, "2026-11-20T12:00:00Z", 9) };
        let specimen = template.specimen(&new, Signed::Both, keyring.keys()).unwrap();
        let good = specimen.good().unwrap();
        let Wire::Response(octets) = &good.wire else { panic!("a Response") };
        let xml = String::from_utf8(octets.clone()).unwrap();
        assert!(xml.starts_with("<saml2p:Response") && !xml.contains("2020-01-01"), "{xml}");
        assert_eq!(xml.contains(new.request_id.as_str()), begun == Begun::ByRequest);
        let examination = examine(&attacks_on(&specimen).unwrap(), deliver);
        let faults: Vec<String> = examination.faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

#[test]
fn a_message_without_attributes_gets_one() {
    let keyring = Keyring::p256().unwrap();
    let scene = scene(Begun::ByRequest, "2026-11-20T12:00:00Z", 0);
    let mut response = good::response(&scene);
    for assertion in &mut response.assertions {
        if let saml_core::protocol::ResponseAssertion::Assertion(assertion) = assertion {
            assertion.statements.truncate(1);
        }
    }
    response.status_response.issuer = None;
    let octets = good::signed_response(&response, Signed::Assertion, keyring.keys().genuine).unwrap();
    let template = Template::read(octets).unwrap();
    let specimen = template.specimen(&scene, Signed::Assertion, keyring.keys()).unwrap();
    assert!(attacks_on(&specimen).unwrap().len() > 600);
}

#[test]
fn recorded_cases_are_replayed_to_the_same_end() {
    let keyring = Keyring::p256().unwrap();
    let scene = scene(Begun::ByRequest, "2026-11-20T12:00:00Z", 0);
    let specimen = Specimen::issue(&scene, keyring.keys(), Signed::Both).unwrap();
    let mut corpus = attacks_on(&specimen).unwrap();
    corpus.extend(super::attacks_on_requests(&scene, keyring.keys()).unwrap());
    corpus.extend(super::attacks_on_logout(&scene, keyring.keys()).unwrap());
    corpus.extend(super::attacks_on_metadata(&scene, keyring.keys()).unwrap());
    let recipient = super::DecryptionKeyring::generate().unwrap();
    let keys = recipient.decryption_keys().unwrap();
    corpus.extend(super::attacks_by_encryption(&specimen, recipient.recipients(), keys).unwrap());
    let folder = std::env::temp_dir().join(format!("saml-record-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut pinned = Vec::new();
    for (role, certificate) in keyring.certificates() {
        let file = format!("{role}.crt");
        std::fs::write(folder.join(&file), certificate.to_pem()).unwrap();
        pinned.push(PinnedCertificate { certificate: certificate.clone(), file });
    }
    let mut files = ReceiverKeyFiles::default();
    for (name, pem) in recipient.pems() {
        files.decryption_keys.push(format!("{name}.key"));
        std::fs::write(folder.join(format!("{name}.key")), pem).unwrap();
    }
    for (name, text) in recipient.shared_texts() {
        files.shared_keys.push(format!("{name}.key"));
        std::fs::write(folder.join(format!("{name}.key")), text).unwrap();
    }
    for recorded in record(&corpus, &pinned, &files).unwrap() {
        let mut case = recorded.case;
        assert_eq!(case.code.is_some(), case.name_id.is_none());
        case.file = "message".to_owned();
        std::fs::write(folder.join(&case.file), &recorded.octets).unwrap();
        // The written manifest is read back unchanged.
        let text = crate::manifest::write(std::slice::from_ref(&case)).unwrap();
        std::fs::write(folder.join("manifest.json"), text).unwrap();
        let manifest = crate::manifest::Manifest::read(&folder.join("manifest.json")).unwrap();
        assert_eq!(manifest.cases(), [case.clone()]);
        let replayed = crate::manifest::replay(&case, &folder).unwrap();
        assert_eq!(replayed.mismatch(&case), None, "{}", case.id);
    }
    std::fs::remove_dir_all(folder).unwrap();
    assert!(corpus.iter().any(|message| matches!(message.expected, Expected::Accepted(_))));
}
