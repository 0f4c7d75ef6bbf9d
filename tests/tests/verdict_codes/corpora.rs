//! The codes that the corpora name.

use std::collections::BTreeSet;
use std::path::Path;

use saml_testkit::forge::{
    DecryptionKeyring, Expected, ForgedMessage, Keyring, Signed, Specimen, attacks_by_encryption, attacks_on,
    attacks_on_metadata, attacks_on_requests, decide,
};
use saml_testkit::manifest::{Expectation, Manifest, replay};
use saml_tests::scene::scene;

use crate::Reached;

/// One message of the attack corpus for each code that it names, refused with that code.
pub fn attacks(reached: &mut Reached) {
    let scene = scene();
    let keyring = Keyring::p256().unwrap();
    let keys = keyring.keys();
    let mut corpus: Vec<ForgedMessage> = Signed::ALL
        .iter()
        .flat_map(|signed| attacks_on(&Specimen::issue(&scene, keys, *signed).unwrap()).unwrap())
        .collect();
    let decryption = DecryptionKeyring::generate().unwrap();
    let specimen = Specimen::issue(&scene, keys, Signed::Both).unwrap();
    let own_keys = decryption.decryption_keys().unwrap();
    corpus.extend(attacks_by_encryption(&specimen, decryption.recipients(), own_keys).unwrap());
    corpus.extend(attacks_on_requests(&scene, keys).unwrap());
    corpus.extend(attacks_on_metadata(&scene, keys).unwrap());
    let mut tried = BTreeSet::new();
    for message in corpus {
        let Expected::Refused(code) = message.expected else { continue };
        if tried.insert(code) {
            let decision = decide(&message.wire, &message.context);
            assert!(decision.accepted.is_none(), "{} was let in", message.id);
            assert_eq!(decision.verdict.code(), Some(code), "{}", message.id);
            reached.verdict(&message.id, &decision.verdict);
        }
    }
}

/// Messages of other products, some by a relaxation. A case that is refused names its code.
pub fn peers(reached: &mut Reached) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/peers");
    let manifest = Manifest::read(&folder.join("responses.json")).unwrap();
    for case in manifest.cases() {
        assert!(case.expect == Expectation::Accept || case.code.is_some(), "{} names no code", case.id);
        reached.verdict(&case.id, &replay(case, manifest.folder()).unwrap().verdict);
    }
}
