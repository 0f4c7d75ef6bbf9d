//! §2, continued: the signed element is parked where a careless verifier finds it and a careless reader does not.

use saml_core::crypto::{DigestAlgorithm, digest};
use saml_core::xml::{QName, XmlElement, names};

use super::base64;
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::sign::{Recipe, canonical};
use crate::forge::specimen::{evil, impersonate};
use crate::forge::{ForgeError, Specimen, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    parked_original(s, corpus)?;
    parked_forgery(s, corpus)?;
    inside_the_signature(s, corpus)?;
    moved_signature(s, corpus)?;
    wrong_element(s, corpus)?;
    stray_digest(s, corpus)?;
    several_identities(s, corpus)
}

fn condition(content: XmlElement) -> XmlElement {
    XmlElement::new(names::saml::CONDITION).holding(content)
}

/// Puts `content` at a named place of a Response; each place is open to any content by its schema, or by a careless
/// reader's.
fn park(response: &mut XmlElement, place: &str, content: XmlElement) -> Result<(), ForgeError> {
    match place {
        "the Extensions" => {
            let extensions = XmlElement::new(names::samlp::EXTENSIONS).holding(content);
            response.insert_before(names::samlp::STATUS, extensions)?;
        }
        "the StatusDetail" => {
            let detail = XmlElement::new(names::samlp::STATUS_DETAIL).holding(content);
            response.part_mut(names::samlp::STATUS)?.append(detail);
        }
        "the Advice" => {
            let advice = XmlElement::new(names::saml::ADVICE).holding(content);
            response.part_mut(names::saml::ASSERTION)?.insert_after(names::saml::CONDITIONS, advice)?;
        }
        "an AttributeValue" => {
            let value = XmlElement::new(names::saml::ATTRIBUTE_VALUE).holding(content);
            response.part_mut(names::saml::ATTRIBUTE)?.append(value);
        }
        "the SubjectConfirmationData" => {
            response.part_mut(names::saml::SUBJECT_CONFIRMATION_DATA)?.append(content);
        }
        "a Condition" => response.part_mut(names::saml::CONDITIONS)?.append(condition(content)),
        "the Conditions" => response.part_mut(names::saml::CONDITIONS)?.append(content),
        "the NameID" => response.part_mut(names::saml::NAME_ID)?.append(content),
        "the Subject" => response.part_mut(names::saml::SUBJECT)?.append(content),
        "the AuthnContextDecl" => {
            let declaration = XmlElement::new(names::saml::AUTHN_CONTEXT_DECL).holding(content);
            response.part_mut(names::saml::AUTHN_CONTEXT)?.append(declaration);
        }
        "a foreign child" => {
            let name = QName::new("x", "urn:example:foreign", "Wrapper");
            response.append(XmlElement::new(name).holding(content));
        }
        "the end of the Response" => response.append(content),
        "the beginning of the Response" => response.prepend(content),
        other => return Err(ForgeError::absent(other)),
    }
    Ok(())
}

/// Attacks 25, 26, 29, 32 to 35: a forged Response holds the signed original somewhere.
fn parked_original(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let code = "signature.unexpected_place";
    for (attack, place, code) in [
        (25, "a foreign child", code),
        (26, "the Subject", code),
        (26, "the Conditions", code),
        (26, "the AuthnContextDecl", code),
        (29, "the Extensions", code),
        (32, "the Advice", "signature.missing"),
        (33, "an AttributeValue", code),
        (34, "the StatusDetail", code),
        (35, "the SubjectConfirmationData", code),
        (35, "a Condition", code),
        (194, "the NameID", code),
    ] {
        let original = s.tree().part(s.focus())?.clone();
        let mut forged = evil(&s.tree())?;
        park(&mut forged, place, original)?;
        corpus
            .attack(attack, format!("forged Response, the signed original in {place}"))
            .refused(code, forged)?;
    }
    for place in ["the end of the Response", "the beginning of the Response"] {
        let mut forged = evil(&s.tree())?;
        park(&mut forged, place, s.tree())?;
        corpus.attack(25, format!("forged Response, the whole original at {place}")).refused(code, forged)?;
    }
    let mut envelope = XmlElement::new(QName::new("s", names::SOAP11, "Envelope"));
    envelope.append(XmlElement::new(QName::new("s", names::SOAP11, "Header")).holding(s.tree()));
    envelope.append(XmlElement::new(QName::new("s", names::SOAP11, "Body")).holding(evil(&s.tree())?));
    corpus
        .attack(36, "the original in a SOAP header, a forged Response in the body")
        .refused("message.unexpected", envelope)
}

/// The reverse: the original stays in its place, and a forged, unsigned assertion is hidden beside it.
fn parked_forgery(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let forgery = || evil(s.tree().part(names::saml::ASSERTION)?);
    for (attack, place) in [(29, "the Extensions"), (34, "the StatusDetail")] {
        let mut tree = s.tree();
        park(&mut tree, place, forgery()?)?;
        let draft = corpus.attack(attack, format!("forged assertion in {place} of the original"));
        match s.signed {
            // No signature covers that place, and nothing is read from it.
            Signed::Assertion if place == "the StatusDetail" => draft.decoy(tree)?,
            Signed::Assertion => draft.refused("schema.saml_in_extensions", tree)?,
            Signed::Response | Signed::Both => draft.refused("signature.digest_mismatch", tree)?,
        }
    }
    for place in ["a foreign child", "the beginning of the Response"] {
        let mut tree = s.tree();
        park(&mut tree, place, forgery()?)?;
        let unsigned =
            if place == "a foreign child" { "schema.unexpected_element" } else { "assertion.count" };
        let signed = if place == "a foreign child" { "signature.digest_mismatch" } else { "assertion.count" };
        let code = s.code(signed, unsigned, signed);
        corpus.attack(25, format!("forged assertion in {place} of the original")).refused(code, tree)?;
    }
    for (attack, place) in [
        (32, "the Advice"),
        (33, "an AttributeValue"),
        (35, "the SubjectConfirmationData"),
        (35, "a Condition"),
    ] {
        let mut tree = s.tree();
        park(&mut tree, place, forgery()?)?;
        corpus
            .attack(attack, format!("forged assertion put into {place} of the original"))
            .refused("signature.digest_mismatch", tree)?;
    }
    for (attack, place) in [(32, "the Advice"), (35, "the SubjectConfirmationData")] {
        let quoting = s.reissued(|tree| park(tree, place, forgery()?))?;
        corpus
            .attack(attack, format!("the provider quotes an unsigned assertion in {place}"))
            .decoy(quoting)?;
    }
    let quoting = s.reissued(|tree| {
        let mut quoted = forgery()?;
        Recipe::plain(s.keys.attacker).sign(&mut quoted, names::saml::ASSERTION)?;
        park(tree, "the Advice", quoted)
    });
    // The decoy's signature stands before the statements; the specimen's own is made last and is the first of its element.
    corpus.attack(32, "the provider quotes a stranger's signed assertion in the Advice").decoy(quoting?)?;
    let condition = s.reissued(|tree| park(tree, "a Condition", forgery()?))?;
    corpus
        .attack(35, "the provider quotes an assertion in a Condition")
        .refused("conditions.unknown", condition)
}

/// Attacks 30, 31 and 74: content of the signature itself, which the enveloped transform takes out of the digest.
fn inside_the_signature(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let forgery = evil(s.tree().part(names::saml::ASSERTION)?)?;
    let key_info = |child: XmlElement| XmlElement::new(names::ds::KEY_INFO).holding(child);
    let holding = |name: QName<'static>| XmlElement::new(name).holding(forgery.clone());
    let original = s.tree().part(names::ds::SIGNATURE)?.clone();
    for (attack, title, code, content) in [
        (30, "forged assertion in an Object", "signature.malformed", holding(names::ds::OBJECT)),
        (30, "forged assertion directly in the Signature", "signature.malformed", forgery.clone()),
        (31, "forged assertion in KeyInfo", "signature.malformed", holding(names::ds::KEY_INFO)),
        (31, "forged assertion in X509Data", "signature.malformed", key_info(holding(names::ds::X509_DATA))),
        (31, "forged assertion in SPKIData", "signature.malformed", key_info(holding(names::ds::SPKI_DATA))),
        (31, "forged assertion in MgmtData", "signature.malformed", key_info(holding(names::ds::MGMT_DATA))),
        (31, "Object in KeyInfo", "signature.malformed", key_info(XmlElement::new(names::ds::OBJECT))),
        (
            74,
            "a signature in the Object of the signature",
            "signature.unexpected_place",
            XmlElement::new(names::ds::OBJECT).holding(original.clone()),
        ),
        (74, "a signature in KeyInfo", "signature.unexpected_place", key_info(original.clone())),
    ] {
        let forged = s.disfigured(|signature| {
            if content.is(names::ds::KEY_INFO) {
                signature.strip(names::ds::KEY_INFO);
            }
            signature.append(content);
            Ok(())
        })?;
        corpus.attack(attack, title).refused(code, forged)?;
    }
    Ok(())
}

/// Attacks 28, 45 and 47: the signature stands elsewhere.
fn moved_signature(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let last = s.rearranged(|element| {
        let signature = element.cut(names::ds::SIGNATURE)?;
        element.append(signature);
        Ok(())
    })?;
    corpus.attack(47, "signature as the last child").refused("signature.position", last)?;
    let first = s.rearranged(|element| {
        let signature = element.cut(names::ds::SIGNATURE)?;
        element.prepend(signature);
        Ok(())
    })?;
    corpus.attack(47, "signature before the Issuer").refused("signature.position", first)?;
    for part in
        [names::saml::SUBJECT, names::saml::CONDITIONS, names::saml::ATTRIBUTE_VALUE, names::saml::ISSUER]
    {
        let moved = s.rearranged(|element| {
            let signature = element.cut(names::ds::SIGNATURE)?;
            element.part_mut(part)?.append(signature);
            Ok(())
        })?;
        let title = format!("signature moved into the {}", part.name.local);
        corpus.attack(45, title).refused("signature.unexpected_place", moved)?;
    }
    let mut tree = s.bare();
    let signature = s.tree().part(s.focus())?.part(names::ds::SIGNATURE)?.clone();
    let other = if s.signed == Signed::Response { names::saml::ASSERTION } else { names::samlp::RESPONSE };
    tree.part_mut(other)?.insert_after(names::saml::ISSUER, signature)?;
    let code = "signature.reference_not_parent";
    corpus.attack(28, "signature moved to the other element, the reference kept").refused(code, tree)
}

/// Attack 46: a genuine signature over a part only.
fn wrong_element(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for part in [
        names::saml::SUBJECT,
        names::saml::CONDITIONS,
        names::saml::ATTRIBUTE_STATEMENT,
        names::saml::AUTHN_STATEMENT,
        names::samlp::STATUS,
    ] {
        // Around a signed Assertion, the schema alone refuses a Status with an ID.
        if part == names::samlp::STATUS && s.signed != Signed::Response {
            continue;
        }
        let mut tree = s.bare();
        tree.part_mut(part)?.set("ID", "_part");
        let signature = Recipe::plain(s.keys.genuine).signature(&tree, part)?;
        impersonate(&mut tree)?;
        tree.part_mut(s.focus())?.insert_after(names::saml::ISSUER, signature)?;
        if s.signed == Signed::Both {
            Recipe::plain(s.keys.genuine).sign(&mut tree, names::samlp::RESPONSE)?;
        }
        let title = format!("genuine signature over the {} only", part.name.local);
        corpus.attack(46, title).refused("signature.reference_not_parent", tree)?;
    }
    Ok(())
}

/// Attacks 34 and 105: a fitting digest stands where a search of the whole document finds it first.
fn stray_digest(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let places = [(34, "the StatusDetail"), (105, "the Extensions")];
    let parts = [names::ds::DIGEST_VALUE, names::ds::REFERENCE, names::ds::SIGNED_INFO];
    for ((attack, place), part) in places.into_iter().flat_map(|place| parts.map(|part| (place, part))) {
        let mut tree = s.tree();
        let assertion = tree.part_mut(names::saml::ASSERTION)?;
        impersonate(assertion)?;
        let mut unsigned = assertion.clone();
        unsigned.strip(names::ds::SIGNATURE);
        let fitting = base64(digest(DigestAlgorithm::Sha256, &canonical(&unsigned)?)?.as_octets());
        let mut stray = tree.part(part)?.clone();
        stray.part_mut(names::ds::DIGEST_VALUE)?.say(&fitting);
        park(&mut tree, place, stray)?;
        let title = format!("forged assertion, a {} that fits it in {place}", part.name.local);
        corpus.attack(attack, title).refused("signature.digest_mismatch", tree)?;
    }
    Ok(())
}

/// Attacks 38, 40 and 42: several identities in one Response.
fn several_identities(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let encrypted = XmlElement::new(names::saml::ENCRYPTED_ASSERTION).holding(XmlElement::new(QName::new(
        "xenc",
        names::XENC,
        "EncryptedData",
    )));
    for (title, place) in [
        ("an EncryptedAssertion before the signed one", names::saml::ASSERTION),
        ("an EncryptedAssertion before the Status", names::samlp::STATUS),
    ] {
        let mut tree = s.tree();
        tree.insert_before(place, encrypted.clone())?;
        corpus.attack(38, title).refused("assertion.count", tree)?;
    }
    let mut tree = s.tree();
    tree.append(encrypted);
    corpus.attack(38, "an EncryptedAssertion after the signed one").refused("assertion.count", tree)?;

    let second = s.reissued(|tree| {
        let encrypted = XmlElement::new(names::saml::ENCRYPTED_ID).holding(XmlElement::new(QName::new(
            "xenc",
            names::XENC,
            "EncryptedData",
        )));
        tree.part_mut(names::saml::SUBJECT)?.insert_after(names::saml::NAME_ID, encrypted)
    })?;
    corpus.attack(40, "an EncryptedID beside the NameID").refused("schema.unexpected_element", second)?;
    let second = s.reissued(|tree| {
        let mut name = tree.part(names::saml::NAME_ID)?.clone();
        name.say("admin@example.com");
        tree.part_mut(names::saml::SUBJECT)?.insert_after(names::saml::NAME_ID, name)
    })?;
    corpus.attack(40, "two NameIDs").refused("schema.unexpected_element", second)?;

    let mut other = s.bare();
    other.alienate("_second");
    impersonate(&mut other)?;
    Recipe::plain(s.keys.genuine).sign(&mut other, names::saml::ASSERTION)?;
    let other = other.cut(names::saml::ASSERTION)?;
    let mut several = s.bare();
    several.append(other);
    let several = s.signed_by(several, &Recipe::plain(s.keys.genuine))?;
    corpus.attack(42, "two genuine assertions for different people").refused("assertion.count", several)?;

    let mut twins = s.tree();
    let twin = twins.part(names::saml::ASSERTION)?.clone();
    twins.append(twin);
    corpus.attack(27, "the signed assertion twice").refused("xml.duplicate_id", twins)?;
    let mut twins = s.tree();
    let mut twin = twins.part(names::saml::ASSERTION)?.clone();
    twin.strip(names::ds::SIGNATURE);
    impersonate(&mut twin)?;
    twins.insert_before(names::saml::ASSERTION, twin)?;
    corpus
        .attack(27, "a forged assertion of the same ID before the signed one")
        .refused("xml.duplicate_id", twins)
}
