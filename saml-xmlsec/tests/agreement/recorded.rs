//! Messages of real products: the cross-check changes no verdict.

use std::path::Path;

use saml_testkit::left_out::left_out;
use saml_testkit::manifest::{Expectation, Manifest, Outcome, replay, replay_cross_checked};

use crate::opinion::libxmlsec;

/// Its digest has the name that XML Encryption gives SHA-384, which libxmlsec1 does not know: it is unable to agree, and
/// whoever asks for its opinion refuses such a message.
const UNABLE: &str = "SAML-Toolkits_ruby-saml-adfs_response_sha384";

/// Replays each case twice and counts those that are accepted both times.
fn accepted_alike(manifest: &Manifest) -> usize {
    let (mut accepted, mut differences) = (0, Vec::new());
    for case in manifest.cases() {
        let alone = replay(case, manifest.folder()).unwrap();
        let together = replay_cross_checked(case, manifest.folder(), libxmlsec()).unwrap();
        if case.id == UNABLE {
            let code = together.verdict.code().map(|code| code.as_str());
            assert_eq!(code, Some("cross_check.unable"), "{UNABLE} is known by now");
            continue;
        }
        if alone.outcome != together.outcome {
            differences.push(format!("{}: {:?}", case.id, together.verdict.code()));
            continue;
        }
        assert_eq!(alone.verdict.code(), together.verdict.code(), "{}", case.id);
        if let Outcome::Accepted { .. } = together.outcome {
            let check = together.verdict.checks().iter().find(|check| check.name() == "cross_check");
            let by = check.and_then(|check| check.found_value()).unwrap_or_default();
            assert!(by.starts_with("libxmlsec1 "), "{}: not cross-checked", case.id);
            accepted += 1;
        }
    }
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n"));
    accepted
}

#[test]
fn responses_of_the_interop_peers_are_accepted_by_both() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/peers/responses.json");
    let manifest = Manifest::read(&path).unwrap();
    let good = manifest.cases().iter().filter(|case| case.expect == Expectation::Accept).count();
    assert!(good > 0);
    assert_eq!(accepted_alike(&manifest), good);
}

#[test]
fn recorded_responses_get_the_verdict_that_they_have_without_it() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/fixtures/responses.json");
    if !path.exists() {
        left_out("messages of real products", &format!("there is no {}", path.display()));
        return;
    }
    let accepted = accepted_alike(&Manifest::read(&path).unwrap());
    println!("{accepted} accepted by both");
    assert!(accepted > 50, "only {accepted}");
}
