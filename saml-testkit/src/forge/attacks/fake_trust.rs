//! §1: missing or fake trust.

use saml_core::crypto::{DigestAlgorithm, KeyKind, PublicKey, digest};
use saml_core::validation::SignatureDemand;
use saml_core::xml::{QName, XmlElement, names};

use super::{base64, tree_of};
use crate::forge::corpus::Corpus;
use crate::forge::good::{self, Signed};
use crate::forge::sign::{Recipe, key_info};
use crate::forge::specimen::{another, evil, impersonate};
use crate::forge::{ForgeError, Specimen, Tree, scene};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    exclusion(s, corpus)?;
    unchecked_value(s, corpus)?;
    unchecked_digest(s, corpus)?;
    broken_value(s, corpus)?;
    embedded_key(s, corpus)?;
    strangers(s, corpus)?;
    borrowed_signatures(s, corpus)?;
    error_response(s, corpus)
}

/// Attack 1.
fn exclusion(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    corpus.attack(1, "every signature deleted").refused("signature.missing", s.bare())?;
    let mut intruder = s.bare();
    impersonate(&mut intruder)?;
    corpus
        .attack(1, "every signature deleted and the subject changed")
        .refused("signature.missing", intruder)?;
    let empty = s.disfigured(|signature| {
        signature.children.clear();
        Ok(())
    })?;
    corpus.attack(1, "signature emptied").refused("signature.malformed", empty)?;
    let foreign = s.disfigured(|signature| {
        signature.rename(QName::new("ds", "urn:example:signature", "Signature"));
        Ok(())
    })?;
    let code = s.code("schema.missing_element", "signature.missing", "schema.unexpected_element");
    corpus.attack(1, "signature in a foreign namespace").refused(code, foreign)?;
    for (demand, code, title) in [
        (SignatureDemand::Response, "signature.response_missing", "Response signature demanded and absent"),
        (
            SignatureDemand::Assertion,
            "signature.assertion_missing",
            "Assertion signature demanded and absent",
        ),
    ] {
        let other = if demand == SignatureDemand::Response { Signed::Assertion } else { Signed::Response };
        let absent = s.signed == other;
        if absent {
            corpus.attack(1, title).when(|context| context.signatures = demand).refused(code, s.tree())?;
            corpus
                .attack(1, format!("both signatures demanded, {title}"))
                .when(|context| context.signatures = SignatureDemand::Both)
                .refused(code, s.tree())?;
        }
    }
    if s.signed == Signed::Both {
        let mut stripped = s.tree();
        stripped.cut(names::ds::SIGNATURE)?;
        corpus
            .attack(1, "Response signature deleted, Assertion signature left")
            .when(|context| context.signatures = SignatureDemand::Both)
            .refused("signature.response_missing", stripped)?;
        let stripped = s.altered(|tree| {
            tree.part_mut(names::saml::ASSERTION)?.strip(names::ds::SIGNATURE);
            Ok(())
        })?;
        corpus
            .attack(1, "Assertion signature deleted, Response signature left")
            .refused("signature.digest_mismatch", stripped)?;
    }
    Ok(())
}

/// Attack 3: the digests fit, the signature value does not.
fn unchecked_value(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let forged = |value: Vec<u8>| {
        let mut intruder = s.bare();
        impersonate(&mut intruder)?;
        let make = move |_: &[u8]| Ok(value.clone());
        let recipe = Recipe { value: Some(&make), ..Recipe::plain(s.keys.genuine) };
        recipe.sign(&mut intruder, s.focus())?;
        Ok::<_, ForgeError>(intruder)
    };
    let genuine = s.keys.genuine.sign(b"something else")?;
    corpus
        .attack(3, "fitting digest under a signature value over something else")
        .refused("signature.invalid", forged(genuine.clone())?)?;
    let noise = digest(DigestAlgorithm::Sha512, b"noise")?.as_octets().repeat(4);
    let noise: Vec<u8> = noise.into_iter().cycle().take(genuine.len()).collect();
    corpus.attack(3, "fitting digest under noise").refused("signature.invalid", forged(noise)?)?;
    corpus.attack(3, "fitting digest under no octets").refused("signature.invalid", forged(Vec::new())?)
}

/// Attack 4: the signature value fits, the digest does not.
fn unchecked_digest(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let code = "signature.digest_mismatch";
    let mut alter = |title: &str, part: QName<'static>, edit: &dyn Fn(&mut XmlElement)| {
        let altered = s.altered(|tree| {
            edit(tree.part_mut(names::saml::ASSERTION)?.part_mut(part)?);
            Ok(())
        })?;
        corpus.attack(4, title).refused(code, altered)
    };
    alter("subject changed", names::saml::NAME_ID, &|e| e.say(scene::INTRUDER))?;
    alter("attribute value changed", names::saml::ATTRIBUTE_VALUE, &|e| e.say(another(e, "admin", "root")))?;
    alter("attribute renamed", names::saml::ATTRIBUTE, &|e| e.set("Name", "roles"))?;
    alter("audience changed", names::saml::AUDIENCE, &|e| e.say("https://other.example.com"))?;
    alter("white space added", names::saml::SUBJECT, &|e| {
        e.children.push(saml_core::xml::XmlNode::Text(" ".to_owned()));
    })?;
    alter("validity extended", names::saml::CONDITIONS, &|e| e.set("NotOnOrAfter", "2099-01-01T00:00:00Z"))?;
    alter("confirmation method changed", names::saml::SUBJECT_CONFIRMATION, &|e| {
        e.set("Method", "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches");
    })?;
    alter("recipient changed", names::saml::SUBJECT_CONFIRMATION_DATA, &|e| {
        e.set("Recipient", "https://other.example.com/acs");
    })?;
    alter("authentication context raised", names::saml::AUTHN_CONTEXT_CLASS_REF, &|e| {
        e.say("urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI");
    })?;
    alter("session index changed", names::saml::AUTHN_STATEMENT, &|e| e.set("SessionIndex", "_other"))?;
    alter("statement duplicated", names::saml::ATTRIBUTE_STATEMENT, &|e| {
        e.append(
            e.children
                .iter()
                .find_map(|n| match n {
                    saml_core::xml::XmlNode::Element(child) => Some(child.clone()),
                    saml_core::xml::XmlNode::Text(_) => None,
                })
                .unwrap_or_else(|| XmlElement::new(names::saml::ATTRIBUTE)),
        );
    })?;
    if s.signed != Signed::Assertion {
        let altered = s.altered(|tree| {
            tree.set("Destination", "https://other.example.com/acs");
            Ok(())
        })?;
        corpus.attack(4, "destination changed").refused(code, altered)?;
    }
    Ok(())
}

/// Attacks 5 and 6: the primitive is made to fail in other ways than "no".
fn broken_value(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let genuine = s.tree().part(names::ds::SIGNATURE_VALUE)?.text_content();
    let length = s.keys.genuine.sign(b"")?.len();
    let zeros = |octets: usize| base64(&vec![0; octets]);
    let ones = |octets: usize| base64(&vec![0xff; octets]);
    for (title, code, value) in [
        ("empty", "signature.invalid", String::new()),
        ("of one octet", "signature.invalid", zeros(1)),
        ("one octet short", "signature.invalid", zeros(length.saturating_sub(1))),
        ("one octet long", "signature.invalid", ones(length.saturating_add(1))),
        ("all zeros", "signature.invalid", zeros(length)),
        ("all ones", "signature.invalid", ones(length)),
        ("of ten thousand octets", "signature.invalid", ones(10_000)),
        ("not Base64", "signature.malformed", "!!!!".to_owned()),
        ("in the URL alphabet", "signature.malformed", ["-_", genuine.as_str()].concat()),
        ("without its padding", "signature.malformed", "QUI".to_owned()),
    ] {
        let broken = s.disfigured(|signature| {
            signature.part_mut(names::ds::SIGNATURE_VALUE)?.say(&value);
            Ok(())
        })?;
        let attack = if code == "signature.malformed" { 6 } else { 5 };
        corpus.attack(attack, format!("signature value {title}")).refused(code, broken)?;
    }
    Ok(())
}

/// Attacks 8 to 11: the message brings the key.
fn embedded_key(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let certificate = |signer: &dyn saml_core::crypto::Signer| {
        signer
            .certificate()
            .map(saml_core::crypto::Certificate::to_base64)
            .ok_or_else(|| ForgeError::absent("certificate"))
    };
    let (genuine, attacker) = (certificate(s.keys.genuine)?, certificate(s.keys.attacker)?);
    let mut with_key_info = |attack: u16, title: &str, key_info: XmlElement| {
        let mut intruder = s.bare();
        impersonate(&mut intruder)?;
        let recipe = Recipe::plain(s.keys.attacker);
        recipe.sign(&mut intruder, s.focus())?;
        let signature = intruder.part_mut(names::ds::SIGNATURE)?;
        signature.strip(names::ds::KEY_INFO);
        signature.append(key_info);
        corpus.attack(attack, title).refused("signature.invalid", intruder)
    };
    with_key_info(8, "signed by a stranger, whose certificate is in KeyInfo", key_info(&[&attacker]))?;
    with_key_info(8, "signed by a stranger, empty KeyInfo", XmlElement::new(names::ds::KEY_INFO))?;
    with_key_info(
        9,
        "signed by a stranger, whose key is in KeyValue",
        key_value(s.keys.attacker.public_key()),
    )?;
    with_key_info(
        9,
        "signed by a stranger, whose key is in DEREncodedKeyValue",
        der_key_value(s.keys.attacker.public_key()),
    )?;
    let name = XmlElement::new(names::ds::KEY_NAME).saying(s.scene.idp.as_str());
    let named = XmlElement::new(names::ds::KEY_INFO).holding(name);
    with_key_info(9, "signed by a stranger, named as the pinned key", named)?;
    with_key_info(10, "signed by a stranger with a chain of certificates", key_info(&[&attacker, &genuine]))?;
    with_key_info(11, "signed by a stranger, the genuine certificate in KeyInfo", key_info(&[&genuine]))?;
    with_key_info(
        11,
        "signed by a stranger, the genuine certificate first",
        key_info(&[&genuine, &attacker]),
    )?;
    let strange = s.disfigured(|signature| {
        signature.strip(names::ds::KEY_INFO);
        signature.append(key_info(&[&attacker]));
        Ok(())
    })?;
    corpus.attack(11, "genuine signature beside a stranger's certificate").decoy(strange)
}

fn key_value(key: &PublicKey) -> XmlElement {
    let content = match key.kind() {
        KeyKind::Rsa { .. } => XmlElement::new(names::ds::RSA_KEY_VALUE)
            .holding(XmlElement::new(names::ds::MODULUS).saying(&base64(key.spki_der())))
            .holding(XmlElement::new(names::ds::EXPONENT).saying("AQAB")),
        KeyKind::Ec { .. } | KeyKind::Ed25519 => {
            let curve = QName::new("dsig11", names::DSIG11, "NamedCurve");
            let point = QName::new("dsig11", names::DSIG11, "PublicKey");
            XmlElement::new(QName::new("dsig11", names::DSIG11, "ECKeyValue"))
                .holding(XmlElement::new(curve).with("URI", "urn:oid:1.2.840.10045.3.1.7"))
                .holding(XmlElement::new(point).saying(&base64(key.spki_der())))
        }
    };
    XmlElement::new(names::ds::KEY_INFO).holding(XmlElement::new(names::ds::KEY_VALUE).holding(content))
}

fn der_key_value(key: &PublicKey) -> XmlElement {
    let der = QName::new("dsig11", names::DSIG11, "DEREncodedKeyValue");
    XmlElement::new(names::ds::KEY_INFO).holding(XmlElement::new(der).saying(&base64(key.spki_der())))
}

/// Attack 12: another partner's key, another partner's name.
fn strangers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let stranger = s.signed_by(s.bare(), &Recipe::plain(s.keys.attacker))?;
    corpus
        .attack(12, "another partner signs in the provider's name")
        .refused("signature.invalid", stranger)?;
    let other = s.keys.other_family;
    let stranger = s.signed_by(s.bare(), &Recipe::plain(other))?;
    corpus
        .attack(12, "another partner with another kind of key signs in the provider's name")
        .refused("signature.key_algorithm_mismatch", stranger)?;
    let pinned = scene::pin([s.keys.attacker.public_key()])?;
    let mut partner = s.bare();
    Recipe::plain(s.keys.attacker).sign(&mut partner, s.focus())?;
    corpus
        .attack(12, "a partner logs somebody in under the name of another provider")
        .when(|context| {
            context.idp = s.scene.sp.clone();
            context.keys = pinned.clone();
            if let Some(waiting) = &mut context.pending {
                waiting.idp = context.idp.clone();
            }
        })
        .refused("response.issuer_mismatch", partner)?;
    let mut partner = s.bare();
    partner.part_mut(names::saml::ISSUER)?.say(s.scene.sp.as_str());
    Recipe::plain(s.keys.attacker).sign(&mut partner, s.focus())?;
    corpus
        .attack(12, "a partner names another provider in the assertion only")
        .when(|context| {
            context.idp = s.scene.sp.clone();
            context.keys = pinned;
            if let Some(waiting) = &mut context.pending {
                waiting.idp = context.idp.clone();
            }
        })
        .refused("assertion.issuer_mismatch", partner)
}

/// Attacks 13 and 15: something else that the provider signed.
fn borrowed_signatures(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let extensions = |child: XmlElement| XmlElement::new(names::samlp::EXTENSIONS).holding(child);
    let mut metadata = tree_of(good::metadata(s.scene, s.keys.genuine).to_xml()?.into_octets())?;
    let signature = Recipe::plain(s.keys.genuine).signature(&metadata, names::md::ENTITY_DESCRIPTOR)?;
    metadata.prepend(signature);
    let mut request = tree_of(good::authn_request(s.scene).to_xml()?.into_octets())?;
    Recipe::plain(s.keys.genuine).sign(&mut request, names::samlp::AUTHN_REQUEST)?;
    let mut logout = request.clone();
    logout.rename(names::samlp::LOGOUT_RESPONSE);
    for (attack, title, mut borrowed) in [
        (13, "signed metadata of the provider", metadata),
        (15, "signed AuthnRequest of the provider", request),
        (15, "signed logout message of the provider", logout),
    ] {
        corpus
            .attack(attack, format!("{title} in place of the Response"))
            .refused("message.unexpected", borrowed.clone())?;
        borrowed.alienate("_borrowed");
        let mut intruder = evil(&s.tree())?;
        intruder.insert_after(names::saml::ISSUER, extensions(borrowed.clone()))?;
        corpus
            .attack(attack, format!("{title} in the Extensions"))
            .refused("signature.unexpected_place", intruder)?;
        let mut intruder = evil(&s.tree())?;
        intruder.append(borrowed);
        corpus
            .attack(attack, format!("{title} after the assertion"))
            .refused("signature.unexpected_place", intruder)?;
    }
    Ok(())
}

/// Attack 14: a signed error as raw material.
fn error_response(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let assertion = evil(s.tree().part(names::saml::ASSERTION)?)?;
    let mut error = s.bare();
    error.cut(names::saml::ASSERTION)?;
    let status = "urn:oasis:names:tc:SAML:2.0:status:Responder";
    error.part_mut(names::samlp::STATUS_CODE)?.set("Value", status);
    Recipe::plain(s.keys.genuine).sign(&mut error, names::samlp::RESPONSE)?;
    corpus.attack(14, "a signed error alone").refused("status.not_success", error.clone())?;

    let mut appended = error.clone();
    appended.append(assertion.clone());
    corpus
        .attack(14, "forged assertion appended to a signed error")
        .refused("signature.digest_mismatch", appended)?;

    let mut flipped = error.clone();
    flipped.part_mut(names::samlp::STATUS_CODE)?.set("Value", "urn:oasis:names:tc:SAML:2.0:status:Success");
    flipped.append(assertion.clone());
    corpus
        .attack(14, "a signed error turned into a success")
        .refused("signature.digest_mismatch", flipped)?;

    let value = error.part(names::ds::SIGNATURE_VALUE)?.clone();
    let object = XmlElement::new(names::ds::OBJECT).holding(assertion.clone());
    let parked = XmlElement::new(names::ds::SIGNATURE).holding(value).holding(object);
    let mut twin = error.clone();
    twin.append(parked);
    corpus
        .attack(14, "forged assertion in a second signature of the same value")
        .refused("signature.malformed", twin)?;

    let mut inside = error;
    inside.part_mut(names::ds::SIGNATURE)?.append(XmlElement::new(names::ds::OBJECT).holding(assertion));
    corpus
        .attack(14, "forged assertion in the Object of a signed error")
        .refused("signature.malformed", inside)
}
