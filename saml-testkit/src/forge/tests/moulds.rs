//! Messages that are made like an existing one: whether they are hostile, whom they are for, what they cost.

use std::sync::atomic::{AtomicUsize, Ordering};

use saml_core::crypto::{Certificate, CryptoError, PublicKey, SignatureAlgorithm, Signer};
use saml_core::xml::{Document, XmlElement, names};

use super::*;
use crate::forge::{Family, INTRUDER, Keys, Section, Tree, attacks_in, plan};

const NOW: &str = "2026-11-20T12:00:00Z";

/// All sections but that of resources, whose messages are large and independent of the mould.
fn sections() -> impl Iterator<Item = Section> {
    Section::ALL.into_iter().filter(|section| section.family() != Family::Resource)
}

/// A good Response of the scene after a change.
fn mould(scene: &Scene, edit: impl FnOnce(&mut XmlElement)) -> Template {
    let octets = good::response(scene).to_xml().unwrap().into_octets();
    let document = Document::parse(octets, &saml_core::base::Limits::MESSAGE).unwrap();
    let mut tree = XmlElement::read(document.root());
    edit(&mut tree);
    Template::read(tree.to_octets().unwrap()).unwrap()
}

/// Moulds whose own values equal those that attacks write, or change the meaning of an attack.
fn moulds(scene: &Scene) -> Vec<Template> {
    vec![
        mould(scene, |tree| tree.part_mut(names::saml::ATTRIBUTE_VALUE).unwrap().say("admin")),
        mould(scene, |tree| {
            tree.part_mut(names::saml::CONDITIONS).unwrap().set("NotBefore", "2026-11-20T11:57:00Z");
        }),
        mould(scene, |tree| tree.part_mut(names::saml::CONDITIONS).unwrap().unset("NotBefore")),
        mould(scene, |tree| {
            let conditions = tree.part_mut(names::saml::CONDITIONS).unwrap();
            conditions.set("NotBefore", "2026-11-19T12:00:00Z");
            conditions.set("NotOnOrAfter", "2026-11-21T12:00:00Z");
            tree.part_mut(names::saml::AUTHN_STATEMENT).unwrap().unset("SessionNotOnOrAfter");
        }),
    ]
}

#[test]
fn nothing_that_a_mould_says_anyway_counts_as_hostile() {
    let keyring = Keyring::p256().unwrap();
    let scene = scene(Begun::ByRequest, NOW, 0);
    for template in moulds(&scene) {
        let specimen = template.specimen(&scene, Signed::Assertion, keyring.keys()).unwrap();
        let mut titles = Vec::new();
        for planned in sections().flat_map(|section| plan(section, &specimen).unwrap()) {
            let accepted = matches!(deliver(&planned.message), crate::forge::Outcome::Accepted(_));
            let hostile = matches!(planned.message.expected, Expected::Refused(_));
            assert!(accepted != hostile, "{}", planned.message.id);
            titles.push(planned.message.title);
        }
        // They are adapted, not left out.
        for title in ["attribute value changed", "a window of no length"] {
            assert!(titles.iter().any(|found| found == title), "{title}");
        }
        assert!(titles.len() > 700, "{}", titles.len());
        let corpus = sections().flat_map(|section| attacks_in(section, &specimen).unwrap());
        let examination = examine(&corpus.filter_map(ForgedMessage::fitted).collect::<Vec<_>>(), deliver);
        assert!(examination.faults.is_empty(), "{:?}", examination.faults);
    }
}

#[test]
fn a_mould_for_one_service_provider_is_readdressed_to_another() {
    let keyring = Keyring::p256().unwrap();
    let old = scene(Begun::ByRequest, NOW, 0);
    let template = mould(&old, |tree| {
        let sp = old.sp.as_str();
        tree.part_mut(names::saml::NAME_ID).unwrap().set("SPNameQualifier", sp);
        let restriction = tree.part(names::saml::AUDIENCE_RESTRICTION).unwrap().clone();
        tree.part_mut(names::saml::CONDITIONS).unwrap().append(restriction);
    });
    let sp = saml_core::base::EntityId::try_from("urn:another:sp").unwrap();
    let new = Scene {
        sp,
        acs_url: "https://another.example.org/acs".to_owned(),
        ..scene(Begun::ByRequest, NOW, 9)
    };
    template.specimen(&new, Signed::Both, keyring.keys()).unwrap().good().unwrap();
}

#[test]
fn a_mould_of_the_intruder_is_refused_with_advice() {
    let scene = scene(Begun::ByRequest, NOW, 0);
    let octets =
        good::response(&Scene { name_id: INTRUDER.to_owned(), ..scene }).to_xml().unwrap().into_octets();
    let error = Template::read(octets).unwrap_err().to_string();
    assert!(error.contains("take somebody else's"), "{error}");
}

/// A signer that counts how often it signs.
struct Counted<'a> {
    signer: &'a dyn Signer,
    count: &'a AtomicUsize,
}

impl Signer for Counted<'_> {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.signer.algorithm()
    }

    fn public_key(&self) -> &PublicKey {
        self.signer.public_key()
    }

    fn sign(&self, octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.count.fetch_add(1, Ordering::Relaxed);
        self.signer.sign(octets)
    }

    fn certificate(&self) -> Option<&Certificate> {
        self.signer.certificate()
    }
}

/// A message for another login is the one that the whole section would have made, at a small part of the signatures.
#[test]
fn one_message_is_made_again_without_all_the_others() {
    let keyring = Keyring::rsa().unwrap();
    let real = keyring.keys();
    let count = AtomicUsize::new(0);
    let counted = |signer| Counted { signer, count: &count };
    let (genuine, attacker) = (counted(real.genuine), counted(real.attacker));
    let (other, short) = (counted(real.other_family), counted(real.short_rsa));
    let keys = Keys { genuine: &genuine, attacker: &attacker, other_family: &other, short_rsa: &short };
    let (first, second) = (scene(Begun::ByRequest, NOW, 0), scene(Begun::ByRequest, NOW, 9));
    let specimen = Specimen::issue(&first, keys, Signed::Both).unwrap();
    let again = Specimen::issue(&second, keys, Signed::Both).unwrap();
    let (mut alone, mut together) = (0, 0);
    for section in sections() {
        let planned: Vec<_> = plan(section, &specimen).unwrap().into_iter().step_by(5).collect();
        count.store(0, Ordering::Relaxed);
        let whole = attacks_in(section, &again).unwrap();
        // So often was signed for each message before.
        together += count.load(Ordering::Relaxed) * planned.len();
        count.store(0, Ordering::Relaxed);
        for planned in planned {
            let made = planned.remake(&again).unwrap();
            let expected = whole.iter().find(|message| message.id == made.id).unwrap();
            assert_eq!((&made.expected, &made.context.now), (&expected.expected, &expected.context.now));
            assert!(deliver(&made).is_like(&deliver(expected)), "{}", made.id);
        }
        alone += count.load(Ordering::Relaxed);
    }
    println!("{alone} signatures in place of {together}");
    assert!(alone * 20 < together, "{alone} signatures in place of {together}");
}
