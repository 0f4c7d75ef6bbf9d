//! §4: signature structure.

use saml_core::crypto::KeyKind;
use saml_core::xml::{QName, XmlElement, names};

use super::{base64, reference_to};
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::sign::{ENVELOPED, Recipe, transform};
use crate::forge::specimen::{impersonate, text};
use crate::forge::{ForgeError, Specimen, Splice, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    shape(s, corpus)?;
    cardinality(s, corpus)?;
    signed_shape(s, corpus)?;
    signed_values(s, corpus)?;
    markup_in_values(s, corpus)?;
    several_signatures(s, corpus)?;
    enveloped_transform(s, corpus)?;
    malleable_value(s, corpus)
}

/// Attacks 66 to 69 and 72: the children of Signature, changed by somebody who can't sign.
fn shape(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut forged_info = s.tree().part(names::ds::SIGNED_INFO)?.clone();
    forged_info.part_mut(names::ds::DIGEST_VALUE)?.say(&base64(&[0; 32]));
    let mut shape = |attack: u16, title: &str, edit: &dyn Fn(&mut XmlElement) -> Result<(), ForgeError>| {
        corpus.attack(attack, title).refused("signature.malformed", s.disfigured(edit)?)
    };
    let forged = &forged_info;
    shape(66, "a forged SignedInfo before the genuine one", &|e| {
        e.prepend(forged.clone());
        Ok(())
    })?;
    shape(66, "a forged SignedInfo after the genuine one", &|e| {
        e.insert_after(names::ds::SIGNED_INFO, forged.clone())
    })?;
    shape(66, "a forged SignedInfo at the end", &|e| {
        e.append(forged.clone());
        Ok(())
    })?;
    shape(67, "the genuine SignedInfo in an Object, a forged one in its place", &|e| {
        let genuine = e.cut(names::ds::SIGNED_INFO)?;
        e.prepend(forged.clone());
        e.append(XmlElement::new(names::ds::OBJECT).holding(genuine));
        Ok(())
    })?;
    shape(67, "the genuine SignedInfo one level deeper", &|e| {
        let genuine = e.cut(names::ds::SIGNED_INFO)?;
        e.prepend(XmlElement::new(names::ds::SIGNED_INFO).holding(genuine));
        Ok(())
    })?;
    shape(67, "the genuine SignedInfo in a foreign element", &|e| {
        let genuine = e.cut(names::ds::SIGNED_INFO)?;
        e.prepend(XmlElement::new(QName::new("x", "urn:example:wrapper", "Wrapper")).holding(genuine));
        Ok(())
    })?;
    shape(68, "SignatureValue before SignedInfo", &|e| {
        let value = e.cut(names::ds::SIGNATURE_VALUE)?;
        e.prepend(value);
        Ok(())
    })?;
    shape(68, "KeyInfo before SignedInfo", &|e| {
        let key_info = e.cut(names::ds::KEY_INFO)?;
        e.prepend(key_info);
        Ok(())
    })?;
    Ok(())
}

/// Attacks 69, 71 and 72: parts of the Signature missing, doubled or foreign.
fn cardinality(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut shape = |attack: u16, title: &str, edit: &dyn Fn(&mut XmlElement) -> Result<(), ForgeError>| {
        corpus.attack(attack, title).refused("signature.malformed", s.disfigured(edit)?)
    };
    shape(69, "no SignedInfo", &|e| e.cut(names::ds::SIGNED_INFO).map(drop))?;
    shape(69, "no SignatureValue", &|e| e.cut(names::ds::SIGNATURE_VALUE).map(drop))?;
    shape(72, "two SignatureValues", &|e| {
        let value = e.part(names::ds::SIGNATURE_VALUE)?.clone();
        e.insert_after(names::ds::SIGNATURE_VALUE, value)
    })?;
    shape(72, "two KeyInfos", &|e| {
        let key_info = e.part(names::ds::KEY_INFO)?.clone();
        e.append(key_info);
        Ok(())
    })?;
    shape(72, "a foreign attribute-less child", &|e| {
        e.append(XmlElement::new(QName::new("x", "urn:example:foreign", "Foreign")));
        Ok(())
    })?;
    shape(72, "an unknown attribute", &|e| {
        e.set("Algorithm", "none");
        Ok(())
    })?;
    shape(71, "an element in the SignatureValue", &|e| {
        e.part_mut(names::ds::SIGNATURE_VALUE)?.append(XmlElement::new(names::ds::OBJECT));
        Ok(())
    })
}

/// Attacks 68 and 72: the children of SignedInfo, genuinely signed.
fn signed_shape(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut shape = |attack: u16,
                     title: &str,
                     code: &'static str,
                     edit: &dyn Fn(&mut XmlElement) -> Result<(), ForgeError>| {
        corpus.attack(attack, title).refused(code, s.countersigned(edit)?)
    };
    let malformed = "signature.malformed";
    shape(68, "SignatureMethod before CanonicalizationMethod", malformed, &|e| {
        let method = e.cut(names::ds::SIGNATURE_METHOD)?;
        e.prepend(method);
        Ok(())
    })?;
    shape(68, "Reference before SignatureMethod", malformed, &|e| {
        let reference = e.cut(names::ds::REFERENCE)?;
        e.insert_before(names::ds::SIGNATURE_METHOD, reference)
    })?;
    shape(68, "DigestValue before DigestMethod", malformed, &|e| {
        let reference = e.part_mut(names::ds::REFERENCE)?;
        let value = reference.cut(names::ds::DIGEST_VALUE)?;
        reference.insert_before(names::ds::DIGEST_METHOD, value)
    })?;
    for part in [names::ds::CANONICALIZATION_METHOD, names::ds::SIGNATURE_METHOD] {
        shape(72, &format!("two {}s", part.name.local), malformed, &|e| {
            let twin = e.part(part)?.clone();
            e.insert_after(part, twin)
        })?;
        shape(69, &format!("no {}", part.name.local), malformed, &|e| e.cut(part).map(drop))?;
    }
    for part in [names::ds::DIGEST_METHOD, names::ds::DIGEST_VALUE] {
        shape(72, &format!("two {}s", part.name.local), malformed, &|e| {
            let reference = e.part_mut(names::ds::REFERENCE)?;
            let twin = reference.part(part)?.clone();
            reference.insert_after(part, twin)
        })?;
        shape(69, &format!("no {}", part.name.local), malformed, &|e| {
            e.part_mut(names::ds::REFERENCE)?.cut(part).map(drop)
        })?;
    }
    Ok(())
}

/// Attacks 64, 70 and 72: further content of SignedInfo, genuinely signed.
fn signed_values(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut shape = |attack: u16,
                     title: &str,
                     code: &'static str,
                     edit: &dyn Fn(&mut XmlElement) -> Result<(), ForgeError>| {
        corpus.attack(attack, title).refused(code, s.countersigned(edit)?)
    };
    let malformed = "signature.malformed";
    shape(72, "a foreign child of SignedInfo", malformed, &|e| {
        e.append(XmlElement::new(QName::new("x", "urn:example:foreign", "Foreign")));
        Ok(())
    })?;
    shape(72, "a method without its algorithm", malformed, &|e| {
        e.part_mut(names::ds::SIGNATURE_METHOD)?.unset("Algorithm");
        Ok(())
    })?;
    shape(70, "an element in the DigestValue", malformed, &|e| {
        e.part_mut(names::ds::DIGEST_VALUE)?.append(XmlElement::new(names::ds::OBJECT));
        Ok(())
    })?;
    shape(70, "a digest that is not Base64", malformed, &|e| {
        e.part_mut(names::ds::DIGEST_VALUE)?.say("****");
        Ok(())
    })?;
    for (title, octets) in [("empty", 0_usize), ("short", 16), ("long", 33)] {
        shape(70, &format!("a digest that is {title}"), "signature.digest_mismatch", &|e| {
            e.part_mut(names::ds::DIGEST_VALUE)?.say(&base64(&vec![0; octets]));
            Ok(())
        })?;
    }
    shape(64, "a reference of another namespace after the first", malformed, &|e| {
        let mut twin = reference_to("#_x", &[0; 32], saml_core::crypto::DigestAlgorithm::Sha256);
        twin.rename(QName::new("x", "urn:example:foreign", "Reference"));
        e.append(twin);
        Ok(())
    })
}

/// Attacks 70 and 71: markup that canonicalisation drops and a careless reader does not.
fn markup_in_values(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    let forged = base64(&[7; 32]);
    for (attack, part) in
        [(70, names::ds::DIGEST_VALUE), (71, names::ds::SIGNATURE_VALUE), (71, names::ds::X509_CERTIFICATE)]
    {
        let local = part.name.local;
        let begin = format!("<ds:{local}>");
        let end = format!("</ds:{local}>");
        corpus
            .attack(attack, format!("a comment before the {local}"))
            .refused("xml.comment_in_text", whole.after(&begin, &format!("<!--{forged}-->"))?)?;
        corpus
            .attack(attack, format!("a comment after the {local}"))
            .refused("xml.comment_in_text", whole.before(&end, &format!("<!--{forged}-->"))?)?;
        corpus
            .attack(attack, format!("a processing instruction in the {local}"))
            .refused("xml.processing_instruction", whole.after(&begin, &format!("<?{}?>", "x y"))?)?;
        let content = whole.between(&begin, &end)?.to_owned();
        let wrapped =
            whole.swap(&[&begin, content.as_str()].concat(), &format!("{begin}<![CDATA[{content}]]>"))?;
        corpus.attack(71, format!("the {local} in a CDATA section")).decoy(wrapped)?;
    }
    let method = "xmldsig-more#";
    if whole.contains(method) {
        let referenced = whole.replace(method, "xmldsig-more&#x23;");
        corpus.attack(71, "a character reference in the algorithm").decoy(referenced)?;
    }
    Ok(())
}

/// Attacks 73 and 75: more than one signature, or a second one that vanishes with the first.
fn several_signatures(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let strange = Recipe::plain(s.keys.attacker).signature(&s.bare(), s.focus())?;
    let mut several = |title: &str, edit: &dyn Fn(&mut XmlElement) -> Result<(), ForgeError>| {
        corpus.attack(73, title).refused("signature.malformed", s.rearranged(edit)?)
    };
    several("a stranger's signature before the genuine one", &|e| {
        e.insert_before(names::ds::SIGNATURE, strange.clone())
    })?;
    several("a stranger's signature after the genuine one", &|e| {
        e.insert_after(names::ds::SIGNATURE, strange.clone())
    })?;
    several("the genuine signature twice", &|e| {
        let signature = e.part(names::ds::SIGNATURE)?.clone();
        e.insert_after(names::ds::SIGNATURE, signature)
    })?;
    several("two signatures that refer to nothing", &|e| {
        let mut signature = e.cut(names::ds::SIGNATURE)?;
        signature.part_mut(names::ds::REFERENCE)?.set("URI", "#_nothing");
        e.insert_after(names::saml::ISSUER, signature.clone())?;
        e.insert_after(names::saml::ISSUER, signature)
    })?;
    several("an empty signature at the end", &|e| {
        e.append(XmlElement::new(names::ds::SIGNATURE));
        Ok(())
    })?;
    several("a second signature of the same value that hides a forged subject", &|e| {
        let value = e.part(names::ds::SIGNATURE_VALUE)?.clone();
        let mut subject = e.part(names::saml::NAME_ID)?.clone();
        subject.say("admin@example.com");
        let object = XmlElement::new(names::ds::OBJECT).holding(subject);
        e.append(XmlElement::new(names::ds::SIGNATURE).holding(value).holding(object));
        Ok(())
    })?;
    let nested = s.rearranged(|e| {
        let signature = e.part(names::ds::SIGNATURE)?.clone();
        impersonate(e)?;
        e.part_mut(names::saml::SUBJECT)?.append(signature);
        Ok(())
    })?;
    corpus
        .attack(75, "a copy of the signature deeper in the signed element")
        .refused("signature.unexpected_place", nested)
}

/// Attack 76: the enveloped transform is missing, doubled or out of order.
fn enveloped_transform(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let mut shape = |title: &str, code: &'static str, uris: Option<&[&str]>| {
        let tree = s.countersigned(|signed_info| {
            let reference = signed_info.part_mut(names::ds::REFERENCE)?;
            reference.cut(names::ds::TRANSFORMS)?;
            if let Some(uris) = uris {
                let mut transforms = XmlElement::new(names::ds::TRANSFORMS);
                uris.iter().for_each(|uri| transforms.append(transform(uri)));
                reference.prepend(transforms);
            }
            Ok(())
        })?;
        corpus.attack(76, title).refused(code, tree)
    };
    let refused = "signature.transform_refused";
    shape("no Transforms", refused, None)?;
    shape("Transforms without a Transform", "signature.malformed", Some(&[]))?;
    shape("canonicalisation without enveloped-signature", refused, Some(&[exclusive]))?;
    shape("canonicalisation before enveloped-signature", refused, Some(&[exclusive, ENVELOPED]))?;
    shape("enveloped-signature twice", refused, Some(&[ENVELOPED, ENVELOPED]))?;
    shape("enveloped-signature thrice", refused, Some(&[ENVELOPED, ENVELOPED, exclusive]))
}

/// Attack 77: the same numbers in another frame.
fn malleable_value(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let make = |octets: &[u8]| {
        let value = s.keys.genuine.sign(octets)?;
        Ok(match s.keys.genuine.public_key().kind() {
            KeyKind::Ec { .. } => der(&value),
            KeyKind::Rsa { .. } | KeyKind::Ed25519 => [&[0][..], &value].concat(),
        })
    };
    let recipe = Recipe { value: Some(&make), ..Recipe::plain(s.keys.genuine) };
    let code = match s.keys.genuine.public_key().kind() {
        KeyKind::Ec { .. } => "signature.value_in_der",
        KeyKind::Rsa { .. } | KeyKind::Ed25519 => "signature.invalid",
    };
    corpus.attack(77, "signature value in another frame").refused(code, s.signed_by(s.bare(), &recipe)?)?;
    let make = |octets: &[u8]| {
        let mut value = s.keys.genuine.sign(octets)?;
        value.extend_from_slice(b"more");
        Ok(value)
    };
    let recipe = Recipe { value: Some(&make), ..Recipe::plain(s.keys.genuine) };
    corpus
        .attack(77, "octets after the signature value")
        .refused("signature.invalid", s.signed_by(s.bare(), &recipe)?)?;
    if s.signed != Signed::Both {
        let spaced = text(&s.tree())?;
        let value = spaced.between("<ds:SignatureValue>", "</ds:SignatureValue>")?.to_owned();
        let lines: String = value
            .chars()
            .enumerate()
            .flat_map(|(i, c)| (i % 76 == 0).then_some('\n').into_iter().chain([c]))
            .collect();
        corpus.attack(77, "signature value in lines").decoy(spaced.swap(&value, &lines)?)?;
    }
    Ok(())
}

/// The DER form of an ECDSA signature whose two numbers are joined.
fn der(joined: &[u8]) -> Vec<u8> {
    let (r, s) = joined.split_at_checked(joined.len() / 2).unwrap_or((joined, &[]));
    let mut inner = Vec::new();
    for number in [r, s] {
        let length = u8::try_from(number.len().saturating_add(1)).unwrap_or(u8::MAX);
        inner.extend_from_slice(&[2, length, 0]);
        inner.extend_from_slice(number);
    }
    let length = u8::try_from(inner.len()).unwrap_or(u8::MAX);
    let frame: &[u8] = if length < 0x80 { &[0x30, length] } else { &[0x30, 0x81, length] };
    [frame, &inner].concat()
}
