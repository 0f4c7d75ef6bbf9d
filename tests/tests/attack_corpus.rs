//! The attack catalogue against the product: everything hostile is refused, for the reason that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use saml_core::base::{RandomUnavailable, SamlInstant, SecureRandom};
use saml_testkit::forge::{
    Examination, Expected, ForgedMessage, Keyring, Scene, Signed, Specimen, attacks_on, deliver, examine,
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

#[test]
fn every_forged_message_is_refused_for_its_own_reason() {
    let (mut refused, mut decoys, mut faults) = (0, 0, String::new());
    let mut families = BTreeMap::<&str, usize>::new();
    for keyring in [&*RSA, &*P256] {
        for signed in Signed::ALL {
            let corpus = corpus_of(keyring, signed);
            assert_unique_names(&corpus);
            for message in corpus.iter().filter(|m| matches!(m.expected, Expected::Refused(_))) {
                *families.entry(message.family.name()).or_default() += 1;
            }
            let examination = examine(&corpus, deliver);
            refused += examination.refused;
            decoys += examination.decoys;
            faults.push_str(&report(&examination));
        }
    }
    println!("{refused} hostile messages refused, {decoys} decoys seen through: {families:?}");
    assert!(faults.is_empty(), "faults:{faults}");
}
