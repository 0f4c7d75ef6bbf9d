//! Messages of real products and their verdicts, replayed under frozen clocks.

#![forbid(unsafe_code)]

use std::path::Path;

use saml_testkit::left_out::left_out;
use saml_testkit::manifest::{Expectation, Manifest, Mismatch, replay};

fn manifest() -> Option<Manifest> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/responses.json");
    if !path.exists() {
        left_out("messages of real products", &format!("there is no {}", path.display()));
        return None;
    }
    Some(Manifest::read(&path).unwrap())
}

/// Where our verdict differs from the manifest's, and why the specification is on our side.
const REFUSED: [(&str, &str); 7] = [
    (
        "SAML-Toolkits_php-saml-invalids_no_issuer_response",
        "NameID stands after SubjectConfirmation; SubjectType is a sequence that begins with it [Core §2.4.1]",
    ),
    (
        "instructure_ruby-saml2-test7-response",
        "a comment splits the NameID; the same manifest rejects that in response_node_text_attack2",
    ),
    (
        "instructure_ruby-saml2-response_with_rsa_key_value",
        "the case pins no key, and a peer without one can't be configured: KeyInfo brings none",
    ),
    ("SAML-Toolkits_python3-saml-response_encrypted_nameid", MISPLACED_ENCRYPTED_ID),
    ("SAML-Toolkits_php-saml-response_encrypted_nameid", MISPLACED_ENCRYPTED_ID),
    ("SAML-Toolkits_php-saml-response_encrypted_nameid_encrypted_assertion2", MISPLACED_ENCRYPTED_ID),
    ("SAML-Toolkits_java-saml-core_response_encrypted_nameid", MISPLACED_ENCRYPTED_ID),
];

const MISPLACED_ENCRYPTED_ID: &str = "EncryptedID stands after SubjectConfirmation; SubjectType is a sequence that begins with it [Core §2.4.1]";

const ACCEPTED: [(&str, &str); 2] = [
    (
        "SAML-Toolkits_java-saml-core_invalids_wrong_spnamequalifier",
        "the SPNameQualifier of the decrypted NameID is the case's own sp.entity_id, so it names nobody else \
         [Core §2.2.2]",
    ),
    (
        "SAML-Toolkits_ruby-saml-adfs_response_sha384",
        "the digest holds; its method has the name that XML Encryption gives SHA-384 [XMLEnc §5.8]",
    ),
];

/// Whether the difference is one of those.
fn is_argued(id: &str, mismatch: &Mismatch) -> bool {
    let named = |cases: &[(&str, &str)]| cases.iter().any(|(case, _why)| *case == id);
    match mismatch {
        Mismatch::Refused => named(&REFUSED),
        Mismatch::Accepted => named(&ACCEPTED),
        Mismatch::NameId { .. } | Mismatch::Code { .. } => false,
    }
}

// ENTRA-20 and ENTRA-32.
#[test]
fn every_recorded_response_gets_its_verdict() {
    let Some(manifest) = manifest() else { return };
    let (mut accepted, mut rejected, mut differences, mut mismatches) = (0, 0, 0, Vec::new());
    for case in manifest.cases() {
        let replayed = replay(case, manifest.folder()).unwrap();
        match replayed.mismatch(case) {
            None if case.expect == Expectation::Accept => accepted += 1,
            None => rejected += 1,
            Some(mismatch) if is_argued(&case.id, &mismatch) => differences += 1,
            Some(mismatch) => {
                let checks: Vec<String> = replayed.verdict.failures().map(ToString::to_string).collect();
                mismatches.push(format!(
                    "{}: {mismatch:?} {:?}\n    {}",
                    case.id,
                    case.note,
                    checks.join("\n    ")
                ));
            }
        }
    }
    println!("{accepted} accepted, {rejected} rejected");
    assert_eq!(differences, REFUSED.len() + ACCEPTED.len(), "a difference that is none any more");
    assert!(mismatches.is_empty(), "{} mismatches:\n{}", mismatches.len(), mismatches.join("\n"));
}
