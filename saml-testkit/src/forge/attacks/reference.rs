//! §3: reference and ID resolution.

use saml_core::crypto::DigestAlgorithm;
use saml_core::xml::{QName, XmlElement, names};

use super::{base64, reference_to};
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::sign::Recipe;
use crate::forge::{ForgeError, Specimen, Splice, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    other_uris(s, corpus)?;
    several_references(s, corpus)?;
    own_parts(s, corpus)?;
    decoy_identifiers(s, corpus)?;
    second_identifiers(s, corpus)?;
    unusable_identifiers(s, corpus)?;
    declared_identifiers(s, corpus)
}

/// Attacks 7 and 48 to 53: genuinely signed, but the reference is something else than `#` and the parent's ID.
fn other_uris(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let tree = s.tree();
    let id = tree.part(s.focus())?.attribute("ID").unwrap_or_default().to_owned();
    let rest = id.strip_prefix('_').unwrap_or(&id);
    let uris = [
        (7, "to nothing", "#_nothing".to_owned()),
        (48, "to the whole document", String::new()),
        (50, "to a web server", "http://localhost:8080/response.xml".to_owned()),
        (50, "to a web server with a fragment", format!("https://localhost/#{id}")),
        (50, "to a file", "file:///etc/passwd".to_owned()),
        (50, "to a relative file", "response.xml".to_owned()),
        (50, "to a part of a mail", format!("cid:{id}")),
        (51, "as xpointer to the root", "#xpointer(/)".to_owned()),
        (51, "as xpointer to the ID", format!("#xpointer(id('{id}'))")),
        (51, "as element scheme", "#element(/1/3)".to_owned()),
        (51, "as element scheme with an ID", format!("#element({id})")),
        (51, "as xpointer with namespaces", "#xmlns(s=urn:x)xpointer(//s:Assertion)".to_owned()),
        (52, "percent-encoded", format!("#%5F{rest}")),
        (52, "percent-encoded mark", format!("%23{id}")),
        (52, "quoted", format!("#'{id}'")),
        (52, "with an XPath injected", format!("#{id}' or '1'='1")),
        (53, "empty fragment", "#".to_owned()),
        (53, "empty query", "?x".to_owned()),
        (53, "without its mark", id.clone()),
        (53, "with two marks", format!("##{id}")),
        (60, "with a space before the ID", format!("# {id}")),
        (60, "with a space after the ID", format!("#{id} ")),
        (60, "in upper case", format!("#{}", id.to_uppercase())),
        (60, "with a zero-width joiner", format!("#{id}\u{200D}")),
        (60, "with a prefix of the ID", format!("#{}", id.strip_suffix(|_| true).unwrap_or(&id))),
    ];
    // An identifier of digits only has no other case.
    let genuine = format!("#{id}");
    for (attack, title, uri) in uris.into_iter().filter(|(_, _, uri)| *uri != genuine) {
        let tree = s.countersigned(|signed_info| {
            signed_info.part_mut(names::ds::REFERENCE)?.set("URI", &uri);
            Ok(())
        })?;
        corpus
            .attack(attack, format!("genuine reference {title}"))
            .refused("signature.reference_not_parent", tree)?;
    }
    let tree = s.countersigned(|signed_info| {
        signed_info.part_mut(names::ds::REFERENCE)?.unset("URI");
        Ok(())
    })?;
    corpus.attack(49, "genuine reference without URI").refused("signature.reference_not_parent", tree)?;
    let forged = s.disfigured(|signature| {
        signature.part_mut(names::ds::REFERENCE)?.set("URI", "");
        Ok(())
    })?;
    corpus.attack(48, "reference emptied after signing").refused("signature.invalid", forged)
}

/// Attacks 62 to 64 and 78: other things to refer to, and more than one.
fn several_references(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut with = |attack: u16,
                    title: &str,
                    code: &'static str,
                    references: &dyn Fn(&XmlElement) -> Vec<XmlElement>| {
        let tree = s.countersigned(|signed_info| {
            let honest = signed_info.cut(names::ds::REFERENCE)?;
            references(&honest).into_iter().for_each(|reference| signed_info.append(reference));
            Ok(())
        })?;
        corpus.attack(attack, title).refused(code, tree)
    };
    let code = "signature.reference_count";
    let altered = |honest: &XmlElement| {
        let mut reference = honest.clone();
        if let Ok(value) = reference.part_mut(names::ds::DIGEST_VALUE) {
            value.say(&base64(&[0; 32]));
        }
        reference
    };
    let elsewhere = reference_to("#_elsewhere", &[0; 32], DigestAlgorithm::Sha256);
    with(63, "two references to the parent, the wrong digest first", code, &|r| vec![altered(r), r.clone()])?;
    with(63, "two references to the parent, the wrong digest last", code, &|r| vec![r.clone(), altered(r)])?;
    with(63, "the same reference twice", code, &|r| vec![r.clone(), r.clone()])?;
    with(64, "a reference to something else first", code, &|r| vec![elsewhere.clone(), r.clone()])?;
    with(64, "a reference to something else last", code, &|r| vec![r.clone(), elsewhere.clone()])?;
    with(64, "no reference", code, &|_| Vec::new())?;
    let outward = reference_to("http://localhost/", &[0; 32], DigestAlgorithm::Sha256);
    with(64, "a reference to a web server last", code, &|r| vec![r.clone(), outward.clone()])?;

    let typed = s.countersigned(|signed_info| {
        signed_info.part_mut(names::ds::REFERENCE)?.set("Type", "http://www.w3.org/2000/09/xmldsig#Manifest");
        Ok(())
    })?;
    corpus.attack(78, "the reference to the parent calls it a Manifest").decoy(typed)?;
    Ok(())
}

/// Attacks 62 and 78: a part of the signature refers to another part of it.
fn own_parts(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (attack, title, place) in [
        (62, "genuine reference to its own KeyInfo", names::ds::KEY_INFO),
        (62, "genuine reference to its own SignedInfo", names::ds::SIGNED_INFO),
        (62, "genuine reference to its own Object", names::ds::OBJECT),
        (78, "genuine reference to a Manifest in its Object", names::ds::MANIFEST),
    ] {
        let tamper = |signed_info: &mut XmlElement| {
            if place == names::ds::SIGNED_INFO {
                signed_info.set("Id", "_own");
            }
            signed_info.part_mut(names::ds::REFERENCE)?.set("URI", "#_own");
            Ok(())
        };
        let mut tree = s.bare();
        Recipe::tampered(s.keys.genuine, &tamper).sign(&mut tree, s.focus())?;
        let signature = tree.part_mut(names::ds::SIGNATURE)?;
        if place == names::ds::KEY_INFO {
            signature.part_mut(place)?.set("Id", "_own");
        } else if place == names::ds::OBJECT {
            signature.append(XmlElement::new(place).with("Id", "_own"));
        } else if place == names::ds::MANIFEST {
            let manifest = XmlElement::new(place).with("Id", "_own");
            signature.append(XmlElement::new(names::ds::OBJECT).holding(manifest));
        }
        if s.signed == Signed::Both {
            Recipe::plain(s.keys.genuine).sign(&mut tree, names::samlp::RESPONSE)?;
        }
        let in_object = place == names::ds::OBJECT || place == names::ds::MANIFEST;
        let code = if in_object { "signature.malformed" } else { "signature.reference_not_parent" };
        corpus.attack(attack, title).refused(code, tree)?;
    }
    Ok(())
}

/// Attacks 54 to 56: another element claims the ID.
fn decoy_identifiers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let id = s.tree().part(s.focus())?.attribute("ID").unwrap_or_default().to_owned();
    let wsu = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    for (attack, name, is_id) in [
        (54, QName::new("", "", "ID"), true),
        (55, QName::new("", "", "Id"), true),
        (55, QName::new("", "", "id"), true),
        (56, QName::new("xml", names::XML, "id"), true),
        (56, QName::new("", "", "AssertionID"), false),
        (56, QName::new("wsu", wsu, "Id"), false),
    ] {
        let mut decoy = XmlElement::new(QName::new("x", "urn:example:decoy", "Decoy"));
        decoy.set_in(name, &id);
        let mut tree = s.tree();
        tree.insert_before(names::samlp::STATUS, XmlElement::new(names::samlp::EXTENSIONS).holding(decoy))?;
        let colon = if name.prefix.is_empty() { "" } else { ":" };
        let draft = corpus.attack(attack, format!("decoy with {}{colon}{}", name.prefix, name.name.local));
        match (is_id, s.signed) {
            (true, _) => draft.refused("xml.duplicate_id", tree)?,
            (false, Signed::Assertion) => draft.decoy(tree)?,
            (false, Signed::Response | Signed::Both) => draft.refused("signature.digest_mismatch", tree)?,
        }
    }
    Ok(())
}

/// Attacks 55 to 57: the signed element, or the Response around it, has a second identifier.
fn second_identifiers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let names = [
        (55, QName::new("", "", "Id")),
        (55, QName::new("", "", "id")),
        (56, QName::new("xml", names::XML, "id")),
        (56, QName::new("", "", "AssertionID")),
        (57, QName::new("samlp", names::SAMLP, "ID")),
        (57, QName::new("saml", names::SAML, "ID")),
        (57, QName::new("x", "urn:example:pollution", "ID")),
    ];
    for (attack, name) in names {
        let colon = if name.prefix.is_empty() { "" } else { ":" };
        let written = format!("{}{colon}{}", name.prefix, name.name.local);
        let tree = s.reissued(|tree| {
            tree.part_mut(s.focus())?.set_in(name, "_second");
            Ok(())
        })?;
        corpus
            .attack(attack, format!("signed element with a second identifier {written}"))
            .refused("schema.unexpected_attribute", tree)?;
        let tree = s.altered(|tree| {
            tree.set_in(name, "_second");
            Ok(())
        })?;
        let code =
            s.code("signature.digest_mismatch", "schema.unexpected_attribute", "signature.digest_mismatch");
        corpus.attack(attack, format!("Response given a second identifier {written}")).refused(code, tree)?;
    }
    Ok(())
}

/// Attacks 52, 60 and 61: malformed or missing identifiers.
fn unusable_identifiers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (attack, title, id) in [
        (52, "with quotes", "_a' or @ID='_b"),
        (60, "with a space before it", " _a"),
        (60, "with a space in it", "_a _b"),
        (60, "that begins with a digit", "1a"),
        (60, "with a colon", "a:b"),
        (61, "that is empty", ""),
    ] {
        let tree = s.reissued(|tree| {
            tree.part_mut(s.focus())?.set("ID", id);
            Ok(())
        })?;
        corpus
            .attack(attack, format!("signed element with an ID {title}"))
            .refused("signature.parent_without_id", tree)?;
    }
    let tree = s.reissued(|tree| {
        tree.part_mut(s.focus())?.unset("ID");
        Ok(())
    })?;
    corpus.attack(61, "signed element without ID").refused("signature.parent_without_id", tree)?;
    let mut composed = s.bare();
    composed.part_mut(s.focus())?.set("ID", "_caf\u{E9}");
    let tamper = |signed_info: &mut XmlElement| {
        signed_info.part_mut(names::ds::REFERENCE)?.set("URI", "#_cafe\u{301}");
        Ok(())
    };
    let tree = s.signed_by(composed, &Recipe::tampered(s.keys.genuine, &tamper))?;
    corpus.attack(60, "ID composed, reference decomposed").refused("signature.reference_not_parent", tree)
}

/// Attacks 58 and 59: a DOCTYPE decides what an ID is.
fn declared_identifiers(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let text = s.text()?;
    let id = s.tree().part(s.focus())?.attribute("ID").unwrap_or_default().to_owned();
    let by_entity = text.swap(&format!("ID=\"{id}\""), "ID=\"&e;\"")?;
    let declared = format!("<!DOCTYPE r [<!ENTITY e \"{id}\">]>{by_entity}");
    corpus.attack(58, "ID by an entity of the internal subset").refused("xml.doctype", declared)?;
    corpus.attack(58, "ID by an undeclared entity").refused("xml.entity", by_entity)?;
    let declared = format!("<!DOCTYPE r [<!ATTLIST r marker ID #IMPLIED>]>{text}");
    corpus.attack(59, "another attribute declared as ID").refused("xml.doctype", declared)?;
    let declared = format!("<!DOCTYPE r [<!ATTLIST r ID ID \"{id}\">]>{text}");
    corpus.attack(59, "ID by default value").refused("xml.doctype", declared)
}
