//! §2: signature wrapping.

use saml_core::xml::{XmlElement, names};

use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::specimen::{evil, impersonate};
use crate::forge::{ForgeError, Specimen, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    if s.signed != Signed::Assertion {
        response_permutations(s, corpus)?;
    }
    if s.signed != Signed::Response {
        assertion_permutations(s, corpus)?;
    }
    Ok(())
}

/// Attacks 16, 17 and 25: a Response around the signed Response.
fn response_permutations(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut original = s.tree();
    let signature = original.cut(names::ds::SIGNATURE)?;
    let intruder = evil(&original)?;

    let mut forged = intruder.clone();
    forged.insert_after(names::saml::ISSUER, signature.clone().holding(original.clone()))?;
    let code = s.code("signature.malformed", "", "signature.unexpected_place");
    corpus.attack(16, "XSW1 evil Response, the original inside its Signature").refused(code, forged)?;

    let mut forged = intruder;
    forged.insert_after(names::saml::ISSUER, signature)?;
    forged.insert_after(names::saml::ISSUER, original)?;
    corpus
        .attack(17, "XSW2 evil Response, the original before a detached Signature")
        .refused("signature.position", forged)
}

/// Attacks 18 to 23: an Assertion around, before or after the signed one.
fn assertion_permutations(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut rest = s.tree();
    let original = rest.cut(names::saml::ASSERTION)?;
    let intruder = evil(&original)?;
    let mut unsigned = original.clone();
    let signature = unsigned.cut(names::ds::SIGNATURE)?;
    let with = |assertions: &[&XmlElement]| {
        let mut forged = rest.clone();
        assertions.iter().for_each(|assertion| forged.append((*assertion).clone()));
        forged
    };

    let forged = with(&[&intruder, &original]);
    corpus.attack(18, "XSW3 evil Assertion before the signed one").refused("assertion.count", forged)?;
    let forged = with(&[&original, &intruder]);
    corpus.attack(41, "evil Assertion after the signed one").refused("assertion.count", forged)?;

    let forged = with(&[&intruder.clone().holding(original.clone())]);
    corpus
        .attack(19, "XSW4 evil Assertion around the original")
        .refused("signature.unexpected_place", forged)?;

    let mut bearing = intruder.clone();
    bearing.insert_after(names::saml::ISSUER, signature.clone())?;
    let forged = with(&[&bearing, &unsigned]);
    corpus
        .attack(20, "XSW5 evil Assertion keeps the Signature, the original follows")
        .refused("assertion.count", forged)?;

    let malformed = s.code("", "signature.malformed", "signature.digest_mismatch");
    let mut bearing = intruder.clone();
    bearing.insert_after(names::saml::ISSUER, signature.clone().holding(unsigned.clone()))?;
    corpus
        .attack(21, "XSW6 evil Assertion, the original inside its Signature")
        .refused(malformed, with(&[&bearing]))?;

    let mut same_id = unsigned.clone();
    impersonate(&mut same_id)?;
    let mut forged = s.tree();
    let extensions = XmlElement::new(names::samlp::EXTENSIONS).holding(same_id);
    forged.insert_before(names::samlp::STATUS, extensions)?;
    corpus
        .attack(22, "XSW7 evil copy of the same ID in the Extensions")
        .refused("xml.duplicate_id", forged)?;

    let mut bearing = intruder;
    let object = XmlElement::new(names::ds::OBJECT).holding(unsigned.clone());
    bearing.insert_after(names::saml::ISSUER, signature.clone().holding(object))?;
    corpus
        .attack(23, "XSW8 evil Assertion, the original in the Object of its Signature")
        .refused(malformed, with(&[&bearing]))?;
    reused_ids(corpus, &with, (&unsigned, &signature), malformed)
}

/// Attack 24: XSW9, which is XSW6 and XSW8 with the identifiers the other way round, or the same.
fn reused_ids(
    corpus: &mut Corpus,
    with: &dyn Fn(&[&XmlElement]) -> XmlElement,
    (unsigned, signature): (&XmlElement, &XmlElement),
    malformed: &'static str,
) -> Result<(), ForgeError> {
    let mut same = unsigned.clone();
    impersonate(&mut same)?;
    let mut renamed = unsigned.clone();
    renamed.alienate("_original");
    let object = |content: &XmlElement| XmlElement::new(names::ds::OBJECT).holding(content.clone());
    for (title, code, content) in [
        ("in the Signature, the ID taken from it", malformed, renamed.clone()),
        ("in the Object, the ID taken from it", malformed, object(&renamed)),
        ("in the Signature, the ID of both", "xml.duplicate_id", unsigned.clone()),
        ("in the Object, the ID of both", "xml.duplicate_id", object(unsigned)),
    ] {
        let mut forged = same.clone();
        forged.insert_after(names::saml::ISSUER, signature.clone().holding(content))?;
        corpus
            .attack(24, format!("XSW9 evil Assertion, the original {title}"))
            .refused(code, with(&[&forged]))?;
    }
    Ok(())
}
