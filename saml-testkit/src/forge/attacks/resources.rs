//! §9: parser and resource attacks.

use saml_core::xml::{QName, XmlElement, names};

use super::reference_to;
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::sign::transform;
use crate::forge::specimen::text;
use crate::forge::{ForgeError, Specimen, Splice, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    entities(s, corpus)?;
    too_much(s, corpus)?;
    too_many_signatures(s, corpus)?;
    growing_canonical_form(s, corpus)?;
    missing_parts(s, corpus)?;
    backtracking(s, corpus)?;
    instants(s, corpus)
}

/// Attacks 143 and 144: entities that read files, reach out, or explode.
fn entities(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let name = s.scene.name_id.as_str();
    let using = s.text()?.swap(&format!(">{name}<"), ">&e;<")?;
    let laughs: String =
        (1..10).map(|n| format!("<!ENTITY e{n} \"{}\">", format!("&e{};", n - 1).repeat(10))).collect();
    for (attack, title, subset) in [
        (143, "an entity from a file", "[<!ENTITY e SYSTEM \"file:///etc/passwd\">]".to_owned()),
        (143, "an entity from the web", "[<!ENTITY e SYSTEM \"http://localhost:8080/\">]".to_owned()),
        (143, "a public entity", "[<!ENTITY e PUBLIC \"x\" \"http://localhost/\">]".to_owned()),
        (143, "an external subset", "SYSTEM \"http://localhost/x.dtd\"".to_owned()),
        (
            143,
            "a parameter entity from the web",
            "[<!ENTITY % p SYSTEM \"http://localhost/x.dtd\"> %p;]".to_owned(),
        ),
        (
            143,
            "an unparsed entity",
            "[<!NOTATION n SYSTEM \"n\"><!ENTITY e SYSTEM \"x\" NDATA n>]".to_owned(),
        ),
        (144, "a billion laughs", format!("[<!ENTITY e0 \"ha\">{laughs}<!ENTITY e \"&e9;\">]")),
        (144, "an entity that holds itself", "[<!ENTITY e \"&f;\"><!ENTITY f \"&e;\">]".to_owned()),
        (144, "a quadratic blow-up", format!("[<!ENTITY e \"{}\">]", "a".repeat(50_000))),
        (144, "parameter entities", "[<!ENTITY % a \"<!ENTITY e 'x'>\"> %a;]".to_owned()),
    ] {
        corpus.attack(attack, title).refused("xml.doctype", format!("<!DOCTYPE r {subset}>{using}"))?;
    }
    Ok(())
}

/// Attacks 146 to 149: more than any honest message has.
fn too_much(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    // The same for each specimen: made once.
    if s.signed != Signed::Assertion {
        return Ok(());
    }
    let whole = s.text()?;
    let place = s.start_tag(names::samlp::STATUS)?;
    let name = place.replace("Status", "Extensions");
    let end = name.replacen('<', "</", 1);
    let extended = |content: &str| whole.before(&place, &format!("{name} xmlns:x=\"urn:x\">{content}{end}>"));
    let nested = |depth: usize| format!("{}{}", "<x:a>".repeat(depth), "</x:a>".repeat(depth));
    let attributes = |count: usize| (0..count).map(|n| format!(" a{n}=\"\"")).collect::<String>();
    let declarations =
        |count: usize| (0..count).map(|n| format!(" xmlns:p{n}=\"urn:p:{n}\"")).collect::<String>();
    // Names of one hash in the old additive string hashes.
    let colliding: String = (0..200_u32)
        .map(|n| (0..8).map(|bit| if n >> bit & 1 == 0 { "Ez" } else { "FY" }).collect::<String>())
        .map(|name| format!(" {name}=\"\""))
        .collect();
    for (attack, title, code, content) in [
        (147, "63 elements in each other", "xml.limit.depth", nested(63)),
        (147, "a hundred thousand elements in each other", "xml.limit.depth", nested(100_000)),
        (147, "start tags that never end", "xml.limit.depth", "<x:a>".repeat(100_000)),
        (148, "129 attributes", "xml.limit.attributes", format!("<x:a{}/>", attributes(129))),
        (148, "ten thousand attributes", "xml.limit.attributes", format!("<x:a{}/>", attributes(10_000))),
        (148, "65 namespaces", "xml.limit.namespace_declarations", format!("<x:a{}/>", declarations(65))),
        (
            148,
            "60 namespaces on each of a hundred elements",
            "xml.limit.total_namespace_declarations",
            format!("<x:a{}/>", declarations(60)).repeat(100),
        ),
        (148, "a hundred thousand elements", "xml.limit.nodes", "<x:a/>".repeat(100_000)),
        (148, "a hundred thousand texts", "xml.limit.nodes", "<x:a/> ".repeat(60_000)),
        (148, "a hundred thousand comments", "xml.limit.nodes", "<!---->".repeat(100_000)),
        (148, "a name of a thousand octets", "xml.limit.name_octets", format!("<x:{}/>", "a".repeat(1000))),
        (
            148,
            "a namespace of two kilobytes",
            "xml.limit.namespace_octets",
            format!("<y:a xmlns:y=\"urn:y:{}\"/>", "y".repeat(2000)),
        ),
        (149, "attributes of one hash", "xml.limit.attributes", format!("<x:a{colliding}/>")),
        (146, "three megabytes of white space", "xml.limit.octets", " ".repeat(3 * 1024 * 1024)),
        (
            146,
            "three megabytes of one attribute",
            "xml.limit.octets",
            format!("<x:a b=\"{}\"/>", "c".repeat(3 << 20)),
        ),
    ] {
        corpus.attack(attack, title).refused(code, extended(&content)?)?;
    }
    corpus.attack(148, "what limits allow").decoy(extended(&format!(
        "{}<x:b{}/>",
        nested(60),
        attributes(128)
    ))?)
}

/// Attack 150: signatures and references without number.
fn too_many_signatures(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let signature = s.tree().part(names::ds::SIGNATURE)?.clone();
    let mut tree = s.tree();
    let mut extensions = XmlElement::new(names::samlp::EXTENSIONS);
    (0..500).for_each(|_| extensions.append(signature.clone()));
    tree.insert_before(names::samlp::STATUS, extensions)?;
    corpus
        .attack(150, "five hundred signatures in the Extensions")
        .refused("signature.unexpected_place", tree)?;
    let tree = s.rearranged(|element| {
        (0..500).for_each(|_| element.append(signature.clone()));
        Ok(())
    })?;
    corpus.attack(150, "five hundred signatures of one element").refused("signature.malformed", tree)?;
    for (title, count, code) in [
        ("a hundred references, genuinely signed", 100, "signature.reference_count"),
        ("five hundred references, genuinely signed", 500, "signature.signed_info_too_large"),
    ] {
        let tree = s.countersigned(|signed_info| {
            let reference = reference_to("#_x", &[0; 32], saml_core::crypto::DigestAlgorithm::Sha256);
            (0..count).for_each(|_| signed_info.append(reference.clone()));
            Ok(())
        })?;
        corpus.attack(150, title).refused(code, tree)?;
    }
    let tree = s.disfigured(|signature| {
        let info = signature.part_mut(names::ds::SIGNED_INFO)?;
        info.append(
            XmlElement::new(QName::new("x", "urn:example:x", "Filler")).saying(&"a".repeat(1_000_000)),
        );
        Ok(())
    })?;
    corpus
        .attack(150, "a SignedInfo of a megabyte, added to after signing")
        .refused("signature.signed_info_too_large", tree)?;
    let tree = s.disfigured(|signature| {
        let transforms = signature.part_mut(names::ds::TRANSFORMS)?;
        (0..500).for_each(|_| transforms.append(transform("http://www.w3.org/2001/10/xml-exc-c14n#")));
        Ok(())
    })?;
    corpus.attack(150, "five hundred transforms added after signing").refused("signature.invalid", tree)
}

/// Attack 148: octets that quadruple when they are canonicalised.
fn growing_canonical_form(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    if s.signed != Signed::Response {
        return Ok(());
    }
    let grown = s.reissued(|tree| {
        tree.part_mut(names::saml::ATTRIBUTE_VALUE)?.say(&">".repeat(1_500_000));
        Ok(())
    })?;
    let shrunk = text(&grown)?.replace("&gt;", ">");
    corpus
        .attack(148, "a canonical form of six megabytes, genuinely signed")
        .refused("c14n.too_large", shrunk)?;
    Ok(())
}

/// Attack 152: parts that careless code takes for granted, missing from a genuinely signed message.
fn missing_parts(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let missing = "schema.missing_element";
    for (parent, child, code) in [
        (names::samlp::RESPONSE, names::samlp::STATUS, missing),
        (names::samlp::STATUS, names::samlp::STATUS_CODE, missing),
        // Without an Issuer to stand after, the Assertion's own signature is at no place of the schema's.
        (
            names::saml::ASSERTION,
            names::saml::ISSUER,
            s.code(missing, "signature.position", "signature.position"),
        ),
        (names::saml::AUDIENCE_RESTRICTION, names::saml::AUDIENCE, missing),
        (names::saml::AUTHN_STATEMENT, names::saml::AUTHN_CONTEXT, missing),
        (names::saml::AUTHN_CONTEXT, names::saml::AUTHN_CONTEXT_CLASS_REF, missing),
    ] {
        let tree = s.reissued(|tree| tree.part_mut(parent)?.cut(child).map(drop))?;
        corpus
            .attack(152, format!("no {} in the {}", child.name.local, parent.name.local))
            .refused(code, tree)?;
    }
    for (element, attribute) in [
        (names::samlp::RESPONSE, "IssueInstant"),
        (names::samlp::RESPONSE, "Version"),
        (names::samlp::STATUS_CODE, "Value"),
        (names::saml::ASSERTION, "IssueInstant"),
        (names::saml::ASSERTION, "Version"),
        (names::saml::SUBJECT_CONFIRMATION, "Method"),
        (names::saml::AUTHN_STATEMENT, "AuthnInstant"),
        (names::saml::ATTRIBUTE, "Name"),
    ] {
        let tree = s.reissued(|tree| {
            tree.part_mut(element)?.unset(attribute);
            Ok(())
        })?;
        corpus
            .attack(152, format!("no {attribute} of the {}", element.name.local))
            .refused("schema.missing_attribute", tree)?;
    }
    let empty = s.reissued(|tree| {
        tree.part_mut(names::saml::SUBJECT)?.children.clear();
        Ok(())
    })?;
    corpus.attack(152, "an empty Subject").refused(missing, empty)?;
    let empty = s.reissued(|tree| {
        tree.part_mut(names::saml::ATTRIBUTE_STATEMENT)?.children.clear();
        Ok(())
    })?;
    corpus.attack(152, "an empty AttributeStatement").refused(missing, empty)?;
    corpus.attack(152, "a Response and nothing else").refused(
        missing,
        XmlElement::new(names::samlp::RESPONSE)
            .with("ID", "_r")
            .with("Version", "2.0")
            .with("IssueInstant", &s.scene.now.to_string()),
    )
}

/// Attack 153: texts on which a backtracking expression for URLs, names or instants would never end.
fn backtracking(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let url = format!("https://{}!", "a.".repeat(50_000));
    let path = format!("https://sp.example.com{}", "/a".repeat(50_000));
    let digits = format!("{}!", "1".repeat(100_000));
    let (response, data) = (names::samlp::RESPONSE, names::saml::SUBJECT_CONFIRMATION_DATA);
    let recipient = "subject_confirmation.recipient_mismatch";
    for (title, code, part, attribute, text) in [
        ("a host without end", "destination.mismatch", response, "Destination", &url),
        ("a path without end", "destination.mismatch", response, "Destination", &path),
        ("a host without end", recipient, data, "Recipient", &url),
        ("digits without end", "schema.attribute_value", response, "IssueInstant", &digits),
        ("digits without end", "schema.attribute_value", data, "NotOnOrAfter", &digits),
        ("digits without end", "schema.attribute_value", response, "Version", &digits),
    ] {
        let tree = s.reissued(|tree| {
            tree.part_mut(part)?.set(attribute, text);
            Ok(())
        })?;
        corpus.attack(153, format!("{attribute} of {title}")).refused(code, tree)?;
    }
    let tree = s.reissued(|tree| {
        tree.part_mut(names::saml::AUDIENCE)?.say(&url);
        Ok(())
    })?;
    corpus.attack(153, "an Audience of a host without end").refused("audience.mismatch", tree)
}

/// Attack 154: malformed instants, and those that overflow.
fn instants(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let long = format!("2026-11-20T12:00:00.{}Z", "0".repeat(100));
    for instant in [
        "99999-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-20T24:00:01Z",
        "2026-11-20T23:59:60Z",
        "2026-11-20T12:00:00",
        "2026-11-20T12:00:00+14:01",
        "2026-11-20T12:00:00 Z",
        "2026-11-20t12:00:00z",
        "2026-11-20 12:00:00Z",
        "2026-11-20T12:00Z",
        "2026-11-20T12=0:00Z",
        "2026-11-20T12:00:00.Z",
        "20261120T120000Z",
        "1795521600",
        "",
        &long,
    ] {
        let tree = s.reissued(|tree| {
            tree.part_mut(names::saml::CONDITIONS)?.set("NotOnOrAfter", instant);
            Ok(())
        })?;
        let shown: String = instant.chars().take(32).collect();
        corpus.attack(154, format!("NotOnOrAfter {shown:?}")).refused("schema.attribute_value", tree)?;
    }
    Ok(())
}
