//! §6 and the rest of §5: transforms and canonicalisation methods.

use saml_core::c14n::CanonicalizationMethod;
use saml_core::crypto::{DigestAlgorithm, digest};
use saml_core::xml::{QName, XmlElement, names};

use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::sign::{ENVELOPED, Recipe, transform};
use crate::forge::specimen::{impersonate, text};
use crate::forge::{Family, ForgeError, Specimen, Splice, Tree};

const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const INCLUSIVE: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const REFUSED: &str = "signature.transform_refused";

pub(super) fn forge(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    refused_transforms(s, corpus)?;
    too_many_transforms(s, corpus)?;
    unknown_methods(s, corpus)?;
    corpus.family(Family::ParserDifferential);
    void_canonicalization(s, corpus)?;
    inclusive_context(s, corpus)?;
    prefix_lists(s, corpus)?;
    with_comments(s, corpus)
}

/// The message with these transforms, genuinely signed.
fn with_transforms(s: &Specimen<'_>, transforms: Vec<XmlElement>) -> Result<XmlElement, ForgeError> {
    s.countersigned(|signed_info| {
        let reference = signed_info.part_mut(names::ds::REFERENCE)?;
        reference.cut(names::ds::TRANSFORMS)?;
        let mut list = XmlElement::new(names::ds::TRANSFORMS);
        transforms.iter().for_each(|one| list.append(one.clone()));
        reference.prepend(list);
        Ok(())
    })
}

/// Each with the number of its attack.
fn hostile_transforms() -> Vec<(u16, &'static str, XmlElement)> {
    let xpath = |expression: &str| XmlElement::new(names::ds::XPATH).saying(expression);
    let filter = |name: &str| {
        XmlElement::new(QName::new("f", "http://www.w3.org/2002/06/xmldsig-filter2", "XPath"))
            .with("Filter", name)
            .saying("//x")
    };
    let xsl = "http://www.w3.org/1999/XSL/Transform";
    let stylesheet = XmlElement::new(QName::new("xsl", xsl, "stylesheet"))
        .with("version", "1.0")
        .holding(XmlElement::new(QName::new("xsl", xsl, "template")).with("match", "/"));
    vec![
        (107, "XSLT", transform("http://www.w3.org/TR/1999/REC-xslt-19991116").holding(stylesheet)),
        (107, "XSLT without a stylesheet", transform("http://www.w3.org/TR/1999/REC-xslt-19991116")),
        (
            108,
            "XPath that leaves the Assertion out",
            transform("http://www.w3.org/TR/1999/REC-xpath-19991116")
                .holding(xpath("not(ancestor-or-self::saml:Assertion)")),
        ),
        (
            108,
            "XPath that leaves all out",
            transform("http://www.w3.org/TR/1999/REC-xpath-19991116").holding(xpath("false()")),
        ),
        (
            109,
            "XPath Filter 2.0 that subtracts",
            transform("http://www.w3.org/2002/06/xmldsig-filter2").holding(filter("subtract")),
        ),
        (
            109,
            "XPath Filter 2.0 that intersects",
            transform("http://www.w3.org/2002/06/xmldsig-filter2").holding(filter("intersect")),
        ),
        (111, "Base64", transform("http://www.w3.org/2000/09/xmldsig#base64")),
        (111, "decryption", transform("http://www.w3.org/2002/07/decrypt#XML")),
        (112, "canonical XML 2.0", transform("http://www.w3.org/2010/xml-c14n2")),
        (
            112,
            "security token reference",
            transform(
                "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#STR-Transform",
            ),
        ),
        (
            112,
            "package relationships",
            transform("http://schemas.openxmlformats.org/package/2006/RelationshipTransform"),
        ),
        (113, "unknown canonicalisation", transform("http://www.w3.org/2001/10/xml-exc-c14n#Evil")),
        (113, "canonicalisation without its mark", transform("http://www.w3.org/2001/10/xml-exc-c14n")),
        (113, "empty algorithm", transform("")),
    ]
}

/// Attacks 107 to 109, 111 and 112.
fn refused_transforms(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (attack, title, hostile) in hostile_transforms() {
        let after = with_transforms(s, vec![transform(ENVELOPED), hostile.clone()])?;
        corpus.attack(attack, format!("{title} after enveloped-signature")).refused(REFUSED, after)?;
        let before = with_transforms(s, vec![hostile, transform(ENVELOPED)])?;
        corpus.attack(attack, format!("{title} before enveloped-signature")).refused(REFUSED, before)?;
    }
    let forged = s.disfigured(|signature| {
        let hostile = transform("http://www.w3.org/TR/1999/REC-xslt-19991116");
        signature.part_mut(names::ds::TRANSFORMS)?.append(hostile);
        Ok(())
    })?;
    corpus.attack(107, "XSLT added after signing").refused("signature.invalid", forged)
}

/// Attack 110.
fn too_many_transforms(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for count in [2, 3, 500] {
        let mut transforms = vec![transform(ENVELOPED)];
        transforms.extend(std::iter::repeat_with(|| transform(EXCLUSIVE)).take(count));
        corpus
            .attack(110, format!("{count} canonicalisations"))
            .refused(REFUSED, with_transforms(s, transforms)?)?;
    }
    Ok(())
}

/// Attacks 113 and 114.
fn unknown_methods(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (title, uri) in [
        ("unknown", "urn:example:c14n"),
        ("empty", ""),
        ("of canonical XML 2.0", "http://www.w3.org/2010/xml-c14n2"),
        ("of a transform", ENVELOPED),
        ("in upper case", "HTTP://WWW.W3.ORG/2001/10/XML-EXC-C14N#"),
    ] {
        let tree = s.countersigned(|signed_info| {
            signed_info.part_mut(names::ds::CANONICALIZATION_METHOD)?.set("Algorithm", uri);
            Ok(())
        })?;
        corpus
            .attack(113, format!("a canonicalisation method {title}"))
            .refused("signature.canonicalization_refused", tree)?;
    }
    // Without a canonicalisation, inclusive 1.0 is meant; a signer that means another one is not followed. It shows
    // where the element inherits namespaces.
    if s.signed != Signed::Response {
        let implied = with_transforms(s, vec![transform(ENVELOPED)])?;
        corpus
            .attack(114, "exclusive digest without a canonicalisation")
            .refused("signature.digest_mismatch", implied)?;
    }
    Ok(())
}

/// Attack 87: the digest of nothing, genuinely signed, fits every element that has no canonical form.
fn void_canonicalization(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut golden = s.bare();
    impersonate(&mut golden)?;
    let nothing = digest(DigestAlgorithm::Sha256, b"")?.as_octets().to_vec();
    let recipe = Recipe { claim: Some(nothing), ..Recipe::plain(s.keys.genuine) };
    let golden = s.signed_by(golden, &recipe)?;
    corpus
        .attack(87, "a genuine signature over nothing on a forged message")
        .refused("signature.digest_mismatch", golden.clone())?;
    let relative = text(&golden)?.after(&s.start_tag(s.focus())?, " xmlns:e=\"1\"")?;
    corpus
        .attack(87, "a genuine signature over nothing and a relative namespace")
        .refused("xml.namespace.relative", relative)
}

/// Attack 93.
fn inclusive_context(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let root = s.start_tag(names::samlp::RESPONSE)?;
    for (title, method) in [
        ("1.0", CanonicalizationMethod::Inclusive10 { comments: false }),
        ("1.1", CanonicalizationMethod::Inclusive11 { comments: false }),
    ] {
        let recipe = Recipe { method, ..Recipe::plain(s.keys.genuine) };
        let honest = s.signed_by(s.bare(), &recipe)?;
        let moved = text(&honest)?.after(&root, " xmlns:bleed=\"urn:example:bleed\"")?;
        corpus
            .attack(93, format!("inclusive {title} under another context"))
            .refused("signature.digest_mismatch", moved)?;
        corpus.attack(93, format!("inclusive {title} as it was signed")).decoy(honest)?;
        let mut surrounded = s.bare();
        surrounded
            .declarations
            .push(saml_core::xml::NamespaceBinding { prefix: "xs".to_owned(), uri: names::XS.into() });
        let surrounded = s.signed_by(surrounded, &recipe)?;
        corpus.attack(93, format!("inclusive {title} over a namespace of the Response")).decoy(surrounded)?;
    }
    Ok(())
}

/// Attack 94.
fn prefix_lists(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let list = |namespace: &'static str, prefixes: &str| {
        XmlElement::new(QName::new("ec", namespace, "InclusiveNamespaces")).with("PrefixList", prefixes)
    };
    let many: Vec<String> = (0..65).map(|number| format!("p{number}")).collect();
    let ec = names::EXC_C14N;
    for (title, code, method, parameter) in [
        ("of 65 prefixes", "c14n.prefix_list.too_many", EXCLUSIVE, list(ec, &many.join(" "))),
        ("with a name that is no prefix", "c14n.prefix_list.not_a_prefix", EXCLUSIVE, list(ec, "a:b")),
        ("with an unknown token", "c14n.prefix_list.not_a_prefix", EXCLUSIVE, list(ec, "#all")),
        ("in another namespace", "signature.malformed", EXCLUSIVE, list("urn:example:evil", "xs")),
        ("for inclusive canonicalisation", "signature.malformed", INCLUSIVE, list(ec, "xs")),
    ] {
        let hostile = transform(method).holding(parameter.clone());
        let tree = with_transforms(s, vec![transform(ENVELOPED), hostile])?;
        corpus.attack(94, format!("a PrefixList {title} in a transform")).refused(code, tree)?;
        let tree = s.countersigned(|signed_info| {
            let element = signed_info.part_mut(names::ds::CANONICALIZATION_METHOD)?;
            element.set("Algorithm", method);
            element.append(parameter.clone());
            Ok(())
        })?;
        corpus.attack(94, format!("a PrefixList {title} in the method")).refused(code, tree)?;
    }
    let twice = transform(EXCLUSIVE).holding(list(ec, "xs")).holding(list(ec, "xs"));
    let tree = with_transforms(s, vec![transform(ENVELOPED), twice])?;
    corpus.attack(94, "two PrefixLists").refused("signature.malformed", tree)?;
    let undeclared = transform(EXCLUSIVE).holding(list(ec, "nowhere #default xs"));
    let tree = with_transforms(s, vec![transform(ENVELOPED), undeclared])?;
    corpus.attack(94, "a PrefixList of prefixes that nobody declares").decoy(tree)?;
    let added = s.disfigured(|signature| {
        signature.part_mut(names::ds::CANONICALIZATION_METHOD)?.append(list(ec, "xs"));
        Ok(())
    })?;
    corpus.attack(94, "a PrefixList added after signing").refused("signature.invalid", added)
}

/// Attack 95: comments are dropped from a same-document reference, whatever the transform is called.
fn with_comments(s: &Specimen<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let keeping = format!("{EXCLUSIVE}WithComments");
    let tree = with_transforms(s, vec![transform(ENVELOPED), transform(&keeping)])?;
    corpus.attack(95, "a transform that keeps comments").decoy(tree.clone())?;
    let whole = text(&tree)?;
    let between = whole.before(&s.start_tag(names::saml::CONDITIONS)?, "<!-- x -->")?;
    corpus.attack(95, "a comment under a transform that keeps comments").decoy(between)?;
    let inside = whole.before(&s.end_tag(names::saml::NAME_ID)?, "<!-- x -->")?;
    corpus
        .attack(95, "a comment in the name under a transform that keeps comments")
        .refused("xml.comment_in_text", inside)
}
