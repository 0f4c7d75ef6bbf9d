//! The attack catalogue against the product: everything hostile is refused, for the reason that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use saml_core::base::{RandomUnavailable, SamlInstant, SecureRandom};
use saml_testkit::forge::{
    Examination, Expected, ForgedMessage, Keyring, Scene, Signed, Specimen, attacks_on, attacks_on_metadata,
    attacks_on_requests, deliver, examine,
};

static RSA: LazyLock<Keyring> = LazyLock::new(|| Keyring::rsa().unwrap());
static P256: LazyLock<Keyring> = LazyLock::new(|| Keyring::p256().unwrap());

/// Octets that are the same in every run.
struct Seeded(u64);

impl SecureRandom for Seeded {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        for octet in octets {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *octet = self.0.to_be_bytes()[0];
        }
        Ok(())
    }
}

fn scene() -> Scene {
    Scene::new(SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap(), &mut Seeded(1)).unwrap()
}

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

/// All corpora over both kinds of keys.
fn corpora() -> Vec<ForgedMessage> {
    let scene = scene();
    let of_keyring = |keyring: &Keyring| {
        let responses = Signed::ALL.map(|signed| corpus_of(keyring, signed));
        let mut all = responses.concat();
        all.extend(attacks_on_requests(&scene, keyring.keys()).unwrap());
        all.extend(attacks_on_metadata(&scene, keyring.keys()).unwrap());
        assert_unique_names(&all);
        all
    };
    [of_keyring(&RSA), of_keyring(&P256)].concat()
}

#[test]
fn every_forged_message_is_refused_for_its_own_reason() {
    let corpus = corpora();
    let mut families = BTreeMap::<&str, usize>::new();
    for message in corpus.iter().filter(|message| matches!(message.expected, Expected::Refused(_))) {
        *families.entry(message.family.name()).or_default() += 1;
    }
    let examination = examine(&corpus, deliver);
    println!("{} hostile messages refused: {families:?}", examination.refused);
    println!("{} decoys seen through", examination.decoys);
    assert!(examination.faults.is_empty(), "faults:{}", report(&examination));
}
