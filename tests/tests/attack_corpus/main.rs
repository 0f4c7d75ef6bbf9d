//! The attack catalogue against the product: everything hostile is refused, for the reason that it names.

mod coverage;
mod encryption;
mod federation;
mod negative_control;
mod octets;
mod peers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use saml_core::metadata::{KeyDescriptor, KeyUse};
use saml_core::trust::{NoPeerKeys, PeerKeys};
use saml_testkit::forge::{
    DecryptionKeyring, Examination, Expected, Family, ForgedMessage, Keyring, Signed, Specimen,
    attacks_by_encryption, attacks_on, attacks_on_logout, attacks_on_metadata, attacks_on_requests, deliver,
    examine,
};
use saml_tests::scene::scene;

static RSA: LazyLock<Keyring> = LazyLock::new(|| Keyring::rsa().unwrap());
static P256: LazyLock<Keyring> = LazyLock::new(|| Keyring::p256().unwrap());
/// The attacks on Responses under the RSA keys, one corpus for each specimen.
static RSA_CORPORA: LazyLock<[Vec<ForgedMessage>; 3]> =
    LazyLock::new(|| Signed::ALL.map(|signed| corpus_of(&RSA, signed)));

fn corpus_of(keyring: &Keyring, signed: Signed) -> Vec<ForgedMessage> {
    let scene = scene();
    attacks_on(&Specimen::issue(&scene, keyring.keys(), signed).unwrap()).unwrap()
}

fn report(examination: &Examination) -> String {
    examination.faults.iter().map(|fault| format!("\n    {fault}")).collect()
}

fn assert_unique_names(corpus: &[ForgedMessage]) {
    let mut names = BTreeSet::new();
    for message in corpus {
        assert!(names.insert(&message.id), "two messages are called {}", message.id);
    }
}

/// The fewest hostile messages of each family, over all specimens and keys.
const FLOORS: [(Family, usize); 12] = [
    (Family::FakeTrust, 340),
    (Family::Wrapping, 400),
    (Family::Reference, 410),
    (Family::SignatureStructure, 340),
    (Family::ParserDifferential, 940),
    (Family::Transform, 220),
    (Family::KeysAndAlgorithms, 388),
    (Family::Encryption, 2500),
    (Family::Resource, 370),
    (Family::Binding, 375),
    (Family::Semantics, 1060),
    (Family::Metadata, 68),
];

/// The attacks by encryption, whose keys are drawn anew each time, on every specimen under the RSA keys. The kind of
/// the signing key makes no difference to encryption.
static ENCRYPTED: LazyLock<Vec<ForgedMessage>> = LazyLock::new(|| {
    let (scene, decryption) = (scene(), DecryptionKeyring::generate().unwrap());
    let forged = Signed::ALL.map(|signed| {
        let specimen = Specimen::issue(&scene, RSA.keys(), signed).unwrap();
        attacks_by_encryption(&specimen, decryption.recipients(), decryption.decryption_keys().unwrap())
            .unwrap()
    });
    forged.concat()
});

/// All corpora over both kinds of keys.
static CORPORA: LazyLock<Vec<ForgedMessage>> = LazyLock::new(|| {
    let scene = scene();
    let of_keyring = |keyring: &Keyring, mut all: Vec<ForgedMessage>| {
        all.extend(attacks_on_requests(&scene, keyring.keys()).unwrap());
        all.extend(attacks_on_logout(&scene, keyring.keys()).unwrap());
        all.extend(attacks_on_metadata(&scene, keyring.keys()).unwrap());
        assert_unique_names(&all);
        all
    };
    let p256 = Signed::ALL.map(|signed| corpus_of(&P256, signed)).concat();
    let rsa = [RSA_CORPORA.concat(), ENCRYPTED.clone()].concat();
    [of_keyring(&RSA, rsa), of_keyring(&P256, p256)].concat()
});

#[test]
fn every_forged_message_is_refused_for_its_own_reason() {
    let corpus = &*CORPORA;
    let mut families = BTreeMap::<&str, usize>::new();
    for message in corpus.iter().filter(|message| matches!(message.expected, Expected::Refused(_))) {
        *families.entry(message.family.name()).or_default() += 1;
    }
    let examination = examine(corpus, deliver);
    println!("{} hostile messages refused: {families:?}", examination.refused);
    println!("{} decoys seen through", examination.decoys);
    for (family, floor) in FLOORS {
        let found = families.get(family.name()).copied().unwrap_or_default();
        assert!(found >= floor, "{} has shrunk to {found} messages", family.name());
    }
    assert!(examination.faults.is_empty(), "faults:{}", report(&examination));
}

// Attack 2: there is nothing to forge here, for such a peer can't be configured.
#[test]
fn a_peer_without_a_signature_key_can_not_be_configured() {
    assert!(matches!(PeerKeys::new([]), Err(NoPeerKeys::None)));
    assert!(matches!(PeerKeys::of_descriptors(&[]), Err(NoPeerKeys::None)));
    let certificate = RSA.keys().attacker.certificate().unwrap().to_base64();
    let encryption_only = KeyDescriptor::of_certificate(KeyUse::Encryption, certificate);
    assert!(matches!(PeerKeys::of_descriptors(&[encryption_only]), Err(NoPeerKeys::None)));
}

#[test]
fn equal_arguments_yield_equal_messages() {
    let [_, _, both] = &*RSA_CORPORA;
    for (one, other) in both.iter().zip(corpus_of(&RSA, Signed::Both)) {
        assert_eq!(one.id, other.id);
        // ECDSA draws a number for each signature.
        assert!(one.wire == other.wire || one.id.contains("another-kind-of-key"), "{}", one.id);
    }
}
