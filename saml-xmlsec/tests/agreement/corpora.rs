//! The attack corpus with the cross-check switched on.

use saml_core::base::{RandomUnavailable, SamlInstant, SecureRandom};
use saml_testkit::forge::{
    DecryptionKeyring, Expected, ForgedMessage, Keyring, Scene, Signed, Specimen, attacks_by_encryption,
    attacks_on, attacks_on_metadata, attacks_on_requests, deliver, examine,
};

use crate::opinion::libxmlsec;

/// Octets that count upwards.
struct Counting(u8);

impl SecureRandom for Counting {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        for octet in octets {
            self.0 = self.0.wrapping_add(1);
            *octet = self.0;
        }
        Ok(())
    }
}

fn scene() -> Scene {
    Scene::new(SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap(), &mut Counting(0)).unwrap()
}

fn cross_checked(mut corpus: Vec<ForgedMessage>) -> Vec<ForgedMessage> {
    let other = libxmlsec();
    for message in &mut corpus {
        message.context.second_opinion = Some(other.clone());
    }
    corpus
}

#[test]
fn every_forged_message_is_refused_for_the_reason_that_it_has_without_the_cross_check() {
    let scene = scene();
    let decryption = DecryptionKeyring::generate().unwrap();
    for keyring in [Keyring::rsa().unwrap(), Keyring::p256().unwrap()] {
        let mut corpus = Vec::new();
        for signed in Signed::ALL {
            let specimen = Specimen::issue(&scene, keyring.keys(), signed).unwrap();
            corpus.push(specimen.good().unwrap());
            corpus.extend(attacks_on(&specimen).unwrap());
            let own_keys = decryption.decryption_keys().unwrap();
            corpus.extend(attacks_by_encryption(&specimen, decryption.recipients(), own_keys).unwrap());
        }
        corpus.extend(attacks_on_requests(&scene, keyring.keys()).unwrap());
        corpus.extend(attacks_on_metadata(&scene, keyring.keys()).unwrap());
        let accepted = corpus.iter().filter(|m| matches!(m.expected, Expected::Accepted(_))).count();
        let examination = examine(&cross_checked(corpus), deliver);
        println!("{} refused, {} of {accepted} accepted", examination.refused, examination.decoys);
        let faults: Vec<_> = examination.faults.iter().map(ToString::to_string).collect();
        assert!(faults.is_empty(), "{faults:#?}");
        assert_eq!(examination.decoys, accepted);
    }
}
