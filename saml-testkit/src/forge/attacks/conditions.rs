//! §11, last part: conditions and status.

use saml_core::xml::{QName, XmlElement, names};

use super::semantics::{Edit, changed};
use crate::forge::corpus::Corpus;
use crate::forge::{ForgeError, Specimen, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    conditions(s, corpus)?;
    statuses(s, corpus)
}

/// Attacks 184 to 186.
fn conditions(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let conditions = names::saml::CONDITIONS;
    let typed = |value: &str| {
        let mut condition = XmlElement::new(names::saml::CONDITION);
        condition.set_in(QName::new("xsi", names::XSI, "type"), value);
        condition
    };
    for (title, code, condition) in [
        ("an unknown condition", "conditions.unknown", typed("x:Unknown")),
        ("a condition that calls itself known", "conditions.unknown", typed("saml:AudienceRestrictionType")),
        ("a condition without a type", "conditions.unknown", XmlElement::new(names::saml::CONDITION)),
        (
            "a foreign condition",
            "schema.unexpected_element",
            XmlElement::new(QName::new("x", "urn:example:condition", "Never")),
        ),
    ] {
        changed(s, corpus, (185, title), code, (conditions, &|e| e.append(condition.clone())))?;
    }
    let unexpected = "schema.unexpected_element";
    for part in [names::saml::ONE_TIME_USE, names::saml::PROXY_RESTRICTION] {
        let twice: Edit<'_> = &|e| {
            e.append(XmlElement::new(part));
            e.append(XmlElement::new(part));
        };
        changed(s, corpus, (184, &format!("two {}s", part.name.local)), unexpected, (conditions, twice))?;
    }
    for part in [names::saml::SUBJECT, names::saml::CONDITIONS, names::saml::ISSUER] {
        let tree = s.reissued(|tree| {
            let assertion = tree.part_mut(names::saml::ASSERTION)?;
            let twin = assertion.part(part)?.clone();
            assertion.insert_after(part, twin)
        })?;
        // A second Issuer is in the way of a signature that stands after the first.
        corpus.attack(186, format!("two {}s", part.name.local)).refused(unexpected, tree)?;
    }
    let tree = s.reissued(|tree| {
        let assertion = tree.part_mut(names::saml::ASSERTION)?;
        let conditions = assertion.cut(names::saml::CONDITIONS)?;
        assertion.append(conditions);
        Ok(())
    })?;
    corpus.attack(186, "Conditions after the statements").refused(unexpected, tree)?;
    let once = s.reissued(|tree| {
        tree.part_mut(conditions)?.append(XmlElement::new(names::saml::ONE_TIME_USE));
        Ok(())
    })?;
    corpus.attack(184, "a condition of one use").decoy(once)
}

/// Attacks 187, 188 and 200.
fn statuses(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let code = "status.not_success";
    let status = |name: &str| format!("urn:oasis:names:tc:SAML:2.0:status:{name}");
    for name in [
        "Responder",
        "Requester",
        "VersionMismatch",
        "NoPassive",
        "AuthnFailed",
        "success",
        "Success\u{a0}",
        "",
    ] {
        let attack = if name == "NoPassive" { 200 } else { 187 };
        let uri = status(name);
        let edit: Edit<'_> = &|e| e.set("Value", &uri);
        changed(
            s,
            corpus,
            (attack, &format!("status {name:?} beside an assertion")),
            code,
            (names::samlp::STATUS_CODE, edit),
        )?;
    }
    let nested: Edit<'_> = &|e| {
        e.append(XmlElement::new(names::samlp::STATUS_CODE).with("Value", &status("Success")));
        e.set("Value", &status("Responder"));
    };
    changed(s, corpus, (187, "a success inside a failure"), code, (names::samlp::STATUS_CODE, nested))?;
    let twice: Edit<'_> = &|e| {
        let success = XmlElement::new(names::samlp::STATUS_CODE).with("Value", &status("Success"));
        e.append(success);
    };
    changed(
        s,
        corpus,
        (187, "two status codes"),
        "schema.unexpected_element",
        (names::samlp::STATUS, twice),
    )?;
    for version in ["1.0", "1.1", "2.1", "3.0", "2", "2.00", " 2.0", ""] {
        for part in [names::samlp::RESPONSE, names::saml::ASSERTION] {
            let title = format!("{} of version {version:?}", part.name.local);
            let edit: Edit<'_> = &|e| e.set("Version", version);
            changed(s, corpus, (188, &title), "schema.attribute_value", (part, edit))?;
        }
    }
    Ok(())
}
