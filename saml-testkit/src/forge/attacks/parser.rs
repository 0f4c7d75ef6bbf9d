//! §5, first part: canonicalisation and parser differentials.

use saml_core::xml::{QName, XmlElement, names};

use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::specimen::text;
use crate::forge::{ForgeError, Specimen, Splice, Tree};

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    comments(s, corpus)?;
    other_markup_in_text(s, corpus)?;
    doctypes(s, corpus)?;
    namespaces(s, corpus)?;
    renamed_elements(s, corpus)?;
    strange_elements(s, corpus)?;
    instructions_to_processors(s, corpus)?;
    odd_certificates(s, corpus)
}

/// Attacks 79 and 80: a comment cuts a text in two, and canonicalisation drops it.
fn comments(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let name = s.scene.name_id.as_str();
    let longer = s.reissued(|tree| {
        tree.part_mut(names::saml::NAME_ID)?.say(&format!("{name}.evil.example"));
        Ok(())
    })?;
    let cut = text(&longer)?.after(&format!(">{name}"), "<!---->")?;
    corpus
        .attack(79, "a longer name, genuinely signed, cut at the victim's")
        .refused("xml.comment_in_text", cut)?;
    let whole = s.text()?;
    for (attack, part) in [
        (79, names::saml::NAME_ID),
        (80, names::saml::AUDIENCE),
        (80, names::saml::ATTRIBUTE_VALUE),
        (80, names::saml::AUTHN_CONTEXT_CLASS_REF),
        (80, names::saml::ISSUER),
    ] {
        let end = s.end_tag(part)?;
        let local = part.name.local;
        let commented = whole.before(&end, "<!--x-->")?;
        corpus
            .attack(attack, format!("a comment at the end of the {local}"))
            .refused("xml.comment_in_text", commented)?;
    }
    let end = s.end_tag(names::saml::ISSUER)?;
    let in_the_assertion = whole.swap_last(&end, &format!("<!---->.evil{end}"))?;
    corpus
        .attack(80, "a comment before more text in the last Issuer")
        .refused("xml.comment_in_text", in_the_assertion)?;
    let beside = whole.before(&s.start_tag(names::saml::CONDITIONS)?, "<!-- between elements -->")?;
    corpus.attack(80, "a comment between elements").decoy(beside)?;
    let outside = format!("<!-- before -->{whole}<!-- after -->");
    corpus.attack(80, "comments around the root").decoy(outside)
}

/// Attacks 81 to 83: processing instructions, CDATA sections and references in a text.
fn other_markup_in_text(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    let name = s.scene.name_id.as_str();
    let (front, back) = name.split_at_checked(3).ok_or_else(|| ForgeError::absent("longer NameID"))?;
    let (written, end) = (format!(">{name}<"), s.end_tag(names::saml::NAME_ID)?);
    let instruction = whole.swap(&written, &format!("><?evil not-an-?>{name}<"))?;
    corpus
        .attack(81, "a processing instruction before the name")
        .refused("xml.processing_instruction", instruction)?;
    let instruction = whole.before(&end, "<?evil?>")?;
    corpus
        .attack(81, "a processing instruction after the name")
        .refused("xml.processing_instruction", instruction)?;
    let instruction = whole.before(&s.start_tag(names::saml::CONDITIONS)?, "<?evil data?>")?;
    corpus
        .attack(81, "a processing instruction between elements")
        .refused("xml.processing_instruction", instruction)?;
    for (title, replaced) in [
        ("the whole name in a CDATA section", format!("><![CDATA[{name}]]><")),
        ("the second half of the name in a CDATA section", format!(">{front}<![CDATA[{back}]]><")),
        ("the first half of the name in a CDATA section", format!("><![CDATA[{front}]]>{back}<")),
        ("an empty CDATA section in the name", format!(">{front}<![CDATA[]]>{back}<")),
        (
            "a character reference in the name",
            format!(">&#{};{}<", u32::from('a'), name.strip_prefix('a').unwrap_or(name)),
        ),
    ] {
        if name.starts_with('a') || !title.contains("reference") {
            corpus.attack(82, title).decoy(whole.swap(&written, &replaced)?)?;
        }
    }
    let evil = whole.swap(&written, &format!(">{front}<![CDATA[.evil]]>{back}<"))?;
    corpus.attack(82, "more name in a CDATA section").refused("signature.digest_mismatch", evil)?;
    let undeclared = whole.swap(&written, &format!(">{front}&e;{back}<"))?;
    corpus.attack(83, "an undeclared entity in the name").refused("xml.entity", undeclared.clone())?;
    let declared = format!("<!DOCTYPE r [<!ENTITY e \"\">]>{undeclared}");
    corpus.attack(83, "a declared entity in the name").refused("xml.doctype", declared)?;
    let nested = format!("<!DOCTYPE r [<!ENTITY f \"<x/>\"><!ENTITY e \"&f;\">]>{undeclared}");
    corpus.attack(83, "an entity with markup in the name").refused("xml.doctype", nested)
}

/// Attacks 84 and 90: DOCTYPEs over which parsers disagree.
fn doctypes(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    for (attack, title, declared) in [
        (84, "with a quote in its system identifier", "<!DOCTYPE r SYSTEM 'x\"><!--'>"),
        (84, "with a comment in its subset", "<!DOCTYPE r [<!-- \"> ]> -->]>"),
        (84, "without a subset", "<!DOCTYPE r>"),
        (84, "in lower case", "<!doctype r>"),
        (84, "that does not end", "<!DOCTYPE r [ "),
        (85, "that declares a default namespace", "<!DOCTYPE r [<!ATTLIST r xmlns CDATA 'urn:evil'>]>"),
        (90, "with a serialised bracket", "<!DOCTYPE r PUBLIC \"]>\" \"x\">"),
    ] {
        corpus
            .attack(attack, format!("a DOCTYPE {title}"))
            .refused("xml.doctype", format!("{declared}{whole}"))?;
    }
    let inside = whole.before(&s.start_tag(names::samlp::STATUS)?, "<!DOCTYPE r>")?;
    corpus.attack(84, "a DOCTYPE inside the root").refused("xml.doctype", inside)
}

/// Declarations that no document may have: number, title, code, text.
const DECLARATIONS: [(u16, &str, &str, &str); 18] = [
    (85, "xml bound to another namespace", "xml.namespace", "xmlns:xml=\"urn:evil\""),
    (85, "xmlns declared", "xml.namespace", "xmlns:xmlns=\"http://www.w3.org/2000/xmlns/\""),
    (
        85,
        "another prefix for the namespace of xml",
        "xml.namespace",
        "xmlns:e=\"http://www.w3.org/XML/1998/namespace\"",
    ),
    (
        85,
        "another prefix for the namespace of xmlns",
        "xml.namespace",
        "xmlns:e=\"http://www.w3.org/2000/xmlns/\"",
    ),
    (
        85,
        "the default namespace bound to that of xml",
        "xml.namespace",
        "xmlns=\"http://www.w3.org/XML/1998/namespace\"",
    ),
    (85, "an attribute in a prefix of no namespace", "xml.namespace", "nowhere:ID=\"_a\""),
    (86, "a control character in a namespace", "xml.namespace", "xmlns:e=\"http://example.com/\u{80}\""),
    (86, "a space in a namespace", "xml.namespace", "xmlns:e=\"http://example.com/ x\""),
    (86, "a character reference in a namespace", "xml.namespace", "xmlns:e=\"http://example.com/&#x41;\""),
    (86, "an umlaut in a namespace", "xml.namespace", "xmlns:e=\"http://ex\u{E4}mple.com/\""),
    (87, "a relative namespace", "xml.namespace.relative", "xmlns:e=\"1\""),
    (87, "a relative namespace like a path", "xml.namespace.relative", "xmlns:e=\"../evil\""),
    (87, "a relative namespace like a host", "xml.namespace.relative", "xmlns:e=\"//evil.example\""),
    (91, "a namespace declared twice", "xml.duplicate_attribute", "xmlns:e=\"urn:x:1\" xmlns:e=\"urn:x:2\""),
    (
        91,
        "the default namespace declared twice",
        "xml.duplicate_attribute",
        "xmlns=\"urn:x:1\" xmlns=\"urn:x:2\"",
    ),
    (91, "an attribute twice", "xml.duplicate_attribute", "ID=\"_evil\""),
    (
        91,
        "an attribute twice through two prefixes",
        "xml.duplicate_attribute",
        "xmlns:e=\"urn:x:1\" xmlns:f=\"urn:x:1\" e:ID=\"_a\" f:ID=\"_b\"",
    ),
    (92, "a prefix undeclared", "xml.namespace", "xmlns:e=\"\""),
];

/// Attacks 85 to 87, 91, 92 and 101: declarations of namespaces.
fn namespaces(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = s.text()?;
    let root = s.start_tag(names::samlp::RESPONSE)?;
    let focus = s.start_tag(s.focus())?;
    for (attack, title, code, declaration) in DECLARATIONS {
        for (place, tag) in [("root", &root), ("signed element", &focus)] {
            if place == "root" || s.signed != Signed::Response {
                let tampered = whole.after(tag, &format!(" {declaration}"))?;
                corpus.attack(attack, format!("{title} on the {place}")).refused(code, tampered)?;
            }
        }
    }
    for (title, declaration) in [
        ("the default namespace undeclared", "xmlns=\"\""),
        ("an unused default namespace", "xmlns=\"urn:example:evil\""),
        ("an unused prefix", "xmlns:evil=\"urn:example:evil\""),
        ("a redundant declaration of xml", "xmlns:xml=\"http://www.w3.org/XML/1998/namespace\""),
    ] {
        let declared = whole.after(&focus, &format!(" {declaration}"))?;
        corpus.attack(92, format!("{title} on the signed element")).decoy(declared)?;
    }
    Ok(())
}

/// Attacks 92 and 101: prefixes that mean something else.
fn renamed_elements(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let evil = |prefix, local| QName::new(prefix, "urn:example:evil", local);
    let rebound = s.altered(|tree| {
        tree.part_mut(names::saml::ASSERTION)?.rename(evil("saml", "Assertion"));
        Ok(())
    })?;
    let code =
        s.code("signature.digest_mismatch", "signature.unexpected_place", "signature.unexpected_place");
    corpus.attack(101, "the prefix of the Assertion bound to another namespace").refused(code, rebound)?;
    let rebound = s.altered(|tree| {
        tree.part_mut(names::saml::NAME_ID)?.rename(evil("saml", "NameID"));
        Ok(())
    })?;
    corpus
        .attack(101, "the prefix of the NameID bound to another namespace")
        .refused("signature.digest_mismatch", rebound)?;
    let renamed = s.altered(|tree| {
        tree.part_mut(names::saml::NAME_ID)?.prefix.clear();
        Ok(())
    })?;
    corpus
        .attack(92, "the prefix of the NameID made the default")
        .refused("signature.digest_mismatch", renamed)?;
    let renamed = s.reissued(|tree| {
        tree.part_mut(names::saml::NAME_ID)?.prefix = "ds".to_owned();
        tree.part_mut(names::saml::ASSERTION)?.prefix = "samlp".to_owned();
        Ok(())
    })?;
    corpus.attack(101, "misleading prefixes for the right namespaces").decoy(renamed)?;
    Ok(())
}

/// Attack 102: the right local name in the wrong namespace, genuinely signed.
fn strange_elements(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let evil = |prefix, local| QName::new(prefix, "urn:example:evil", local);
    for (part, name) in [
        (names::saml::NAME_ID, evil("e", "NameID")),
        (names::saml::NAME_ID, QName::new("", "", "NameID")),
        (names::saml::SUBJECT, evil("e", "Subject")),
        (names::saml::CONDITIONS, evil("e", "Conditions")),
        (names::saml::CONDITIONS, QName::new("samlp", names::SAMLP, "Conditions")),
        (names::saml::AUDIENCE_RESTRICTION, evil("e", "AudienceRestriction")),
        (names::saml::AUTHN_STATEMENT, evil("e", "AuthnStatement")),
        (names::samlp::STATUS, evil("e", "Status")),
    ] {
        let renamed = s.reissued(|tree| {
            tree.part_mut(part)?.rename(name);
            Ok(())
        })?;
        let space = if name.name.namespace.is_empty() { "no namespace" } else { name.name.namespace };
        let code = match name.name.local {
            "Status" | "NameID" => "schema.missing_element",
            _ => "schema.unexpected_element",
        };
        corpus.attack(102, format!("a {} in {space}", name.name.local)).refused(code, renamed)?;
    }
    if s.signed == Signed::Response {
        for namespace in ["urn:oasis:names:tc:SAML:1.0:assertion", "urn:example:evil", names::SAMLP] {
            let renamed = s.reissued(|tree| {
                tree.part_mut(names::saml::ASSERTION)?.rename(QName::new("old", namespace, "Assertion"));
                Ok(())
            })?;
            corpus
                .attack(102, format!("a signed Response with an Assertion in {namespace}"))
                .refused("schema.unexpected_element", renamed)?;
        }
    }
    let mut root = s.tree();
    root.rename(QName::new("samlp", "urn:oasis:names:tc:SAML:1.0:protocol", "Response"));
    corpus.attack(102, "the Response in the namespace of SAML 1.1").refused("message.unexpected", root)
}

/// Attacks 103 and 104: content that asks to be processed.
fn instructions_to_processors(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let xsi = |local| QName::new("xsi", names::XSI, local);
    for (attack, title, part, name, value) in [
        (
            103,
            "a type on a statement",
            names::saml::ATTRIBUTE_STATEMENT,
            xsi("type"),
            "saml:AuthnStatementType",
        ),
        (
            103,
            "a schema location",
            names::saml::ASSERTION,
            xsi("schemaLocation"),
            "urn:x http://localhost/x.xsd",
        ),
        (
            103,
            "a schema location without namespace",
            names::saml::SUBJECT,
            xsi("noNamespaceSchemaLocation"),
            "x.xsd",
        ),
        (103, "a type on the name", names::saml::NAME_ID, xsi("type"), "xs:anyURI"),
        (104, "a base", names::saml::ASSERTION, QName::new("xml", names::XML, "base"), "http://localhost/"),
    ] {
        let typed = s.reissued(|tree| {
            tree.part_mut(part)?.set_in(name, value);
            Ok(())
        })?;
        corpus.attack(attack, format!("{title}, genuinely signed")).decoy(typed)?;
    }
    let nil = s.reissued(|tree| {
        tree.part_mut(names::saml::ATTRIBUTE_VALUE)?.set_in(xsi("nil"), "true");
        Ok(())
    })?;
    corpus.attack(103, "an attribute value that is nil and something").refused("schema.text", nil)?;
    let include = XmlElement::new(QName::new("xi", "http://www.w3.org/2001/XInclude", "include"))
        .with("href", "file:///etc/passwd")
        .with("parse", "text");
    let included = s.reissued(|tree| {
        let advice = XmlElement::new(names::saml::ADVICE).holding(include.clone());
        tree.part_mut(names::saml::ASSERTION)?.insert_after(names::saml::CONDITIONS, advice)
    })?;
    corpus.attack(104, "an inclusion in the Advice, genuinely signed").decoy(included)?;
    let included = s.reissued(|tree| {
        tree.part_mut(names::saml::NAME_ID)?.append(include.clone());
        Ok(())
    })?;
    corpus.attack(104, "an inclusion in the name, genuinely signed").refused("schema.text", included)?;
    let styled = format!("<?xml-stylesheet type=\"text/xsl\" href=\"http://localhost/x.xsl\"?>{}", s.text()?);
    corpus.attack(104, "a stylesheet before the root").decoy(styled)?;
    Ok(())
}

/// Attack 106: certificates that nobody reads.
fn odd_certificates(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (title, certificate) in
        [("no Base64", "not base64!"), ("twice Base64", "TUlJQw=="), ("huge", &"QUJD".repeat(50_000))]
    {
        let odd = s.disfigured(|signature| {
            signature.part_mut(names::ds::X509_CERTIFICATE)?.say(certificate);
            Ok(())
        })?;
        corpus.attack(106, format!("a certificate that is {title}")).decoy(odd)?;
    }
    Ok(())
}
