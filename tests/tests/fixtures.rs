//! The project's own fixtures: they are what the generator makes, and get the verdicts that they name.

#![forbid(unsafe_code)]

use saml_core::base::Relaxation;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use saml_core::crypto::SignatureAlgorithm;
use saml_testkit::fixtures;
use saml_testkit::manifest::{Expectation, Manifest, replay};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures")
}

fn manifests() -> [Manifest; 3] {
    ["responses.json", "messages.json", "attacks.json"]
        .map(|name| Manifest::read(&folder().join(name)).unwrap())
}

fn files_under(path: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(path).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_under(&path, found);
        } else {
            found.insert(path);
        }
    }
}

#[test]
fn the_generator_makes_them_octet_for_octet() {
    let made = fixtures::all().unwrap();
    let mut expected = BTreeSet::new();
    for (path, octets) in &made {
        let path = folder().join(path);
        let found = std::fs::read(&path).unwrap_or_default();
        assert!(found == *octets, "{} is not what `make fixtures` makes", path.display());
        expected.insert(path);
    }
    let mut found = BTreeSet::new();
    files_under(&folder(), &mut found);
    let by_hand = |path: &&PathBuf| {
        path.starts_with(folder().join("peers"))
            || path.ends_with("README.md")
            || path.ends_with(".gitattributes")
    };
    let strangers: Vec<_> = found.difference(&expected).filter(|path| !by_hand(path)).collect();
    assert!(strangers.is_empty(), "{strangers:?}");
}

#[test]
fn every_case_gets_its_verdict() {
    let mut counted = [0_usize; 2];
    for manifest in manifests() {
        for case in manifest.cases() {
            let replayed = replay(case, manifest.folder()).unwrap();
            assert_eq!(replayed.mismatch(case), None, "{}: {:?}", case.id, replayed.verdict);
            let is_rejected = case.expect == Expectation::Reject;
            assert_eq!(case.code.is_some(), is_rejected, "{}", case.id);
            // The code must be the verdict's own, not one of several.
            if let Some(code) = &case.code {
                assert_eq!(replayed.verdict.code().unwrap().as_str(), code, "{}", case.id);
            }
            counted[usize::from(is_rejected)] += 1;
        }
    }
    println!("{} accepted, {} rejected", counted[0], counted[1]);
    assert!(counted[0] >= 100 && counted[1] >= 800, "{counted:?}");
}

#[test]
fn every_algorithm_and_every_relaxation_of_a_message_has_a_case() {
    let [responses, messages, ..] = manifests();
    let ids: BTreeSet<&str> = responses.cases().iter().map(|case| case.id.as_str()).collect();
    for algorithm in SignatureAlgorithm::ALL {
        assert!(ids.contains(&*format!("signatures/{algorithm}")), "{algorithm}");
    }
    // These two are about metadata.
    let of_metadata = ["plain-http", "metadata-without-end"];
    for relaxation in Relaxation::ALL.into_iter().filter(|r| !of_metadata.contains(&r.name())) {
        let cases = responses.cases().iter().chain(messages.cases());
        let granted = cases.filter(|case| case.allow.iter().any(|name| name == relaxation.name()));
        let needed = granted.filter(|case| {
            let without = saml_testkit::manifest::Case { allow: Vec::new(), ..(*case).clone() };
            case.expect == Expectation::Accept
                && replay(&without, responses.folder()).unwrap().mismatch(case).is_some()
        });
        assert!(needed.count() > 0, "no message needs {relaxation}");
    }
}
