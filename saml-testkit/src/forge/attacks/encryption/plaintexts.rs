//! Attacks 137 to 139: the plaintext.

use saml_core::xml::{NamespaceBinding, QName, XmlElement, names};

use super::Desk;
use crate::forge::corpus::Corpus;
use crate::forge::good::Signed;
use crate::forge::sign::Recipe;
use crate::forge::specimen::{evil, text};
use crate::forge::{ForgeError, Splice, Tree};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    other_content(desk, corpus)?;
    markup(desk, corpus)?;
    encodings(desk, corpus)?;
    too_much(desk, corpus)?;
    harmless(desk, corpus)?;
    bindings(desk, corpus)?;
    default_namespace(desk, corpus)
}

const REFUSED: &str = "decryption.content_refused";

fn refused(
    desk: &Desk<'_>,
    corpus: &mut Corpus,
    (attack, title): (u16, &str),
    plaintext: &[u8],
) -> Result<(), ForgeError> {
    let tree = desk.enclosing(plaintext)?;
    corpus.attack(attack, format!("encrypted: {title}")).refused(REFUSED, tree)
}

/// Attacks 137 and 139: anything but one assertion.
fn other_content(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let assertion = desk.assertion()?;
    let genuine = text(&assertion)?;
    let forged = text(&evil(&assertion)?)?;
    let named = |namespace: &str, local: &str| {
        let mut renamed = assertion.clone();
        renamed.rename(QName::new(&assertion.prefix, namespace, local));
        text(&renamed)
    };
    let part = |name: QName<'_>| text(assertion.part(name)?);
    let sealed = desk.seal().seal(genuine.as_bytes())?.assertion();
    for (attack, title, plaintext) in [
        (137, "nothing", String::new()),
        (137, "white space", " \n".to_owned()),
        (137, "a text", "admin".to_owned()),
        (137, "text before the assertion", format!("admin{genuine}")),
        (137, "text after the assertion", format!("{genuine}admin")),
        (137, "a forged assertion after the genuine one", format!("{genuine}{forged}")),
        (137, "a forged assertion before the genuine one", format!("{forged}{genuine}")),
        (137, "the assertion twice", format!("{genuine}{genuine}")),
        (137, "the whole Response", text(&desk.s.tree())?),
        (137, "a name", part(names::saml::NAME_ID)?),
        (137, "a subject", part(names::saml::SUBJECT)?),
        (137, "an attribute", part(names::saml::ATTRIBUTE)?),
        (137, "an assertion of another namespace", named("urn:example:foreign", "Assertion")?),
        (137, "an assertion of the protocol's namespace", named(names::SAMLP, "Assertion")?),
        (137, "an assertion of SAML 1", named("urn:oasis:names:tc:SAML:1.0:assertion", "Assertion")?),
        (137, "an assertion in lower case", named(names::SAML, "assertion")?),
        (137, "an assertion in a foreign element", format!("<x>{genuine}</x>")),
        (139, "an EncryptedAssertion", text(&sealed)?),
        (139, "EncryptedData", text(sealed.part(names::xenc::ENCRYPTED_DATA)?)?),
        (139, "an EncryptedKey", text(sealed.part(names::xenc::ENCRYPTED_KEY)?)?),
        (
            139,
            "the octets of a ciphertext",
            super::super::base64(&desk.seal().seal(genuine.as_bytes())?.content),
        ),
    ] {
        refused(desk, corpus, (attack, title), plaintext.as_bytes())?;
    }
    Ok(())
}

/// Attack 138: whatever is no element of the strict profile.
fn markup(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let assertion = desk.assertion()?;
    let genuine = text(&assertion)?;
    let name = desk.s.scene.name_id.as_str();
    let prefix = assertion.prefix.as_str();
    let end = genuine.rfind("</").and_then(|at| genuine.get(..at)).unwrap_or_default();
    let bomb =
        (0..10).map(|n| format!("<!ENTITY e{} \"&e{n};&e{n};&e{n};&e{n};\">", n + 1)).collect::<String>();
    for (title, plaintext) in [
        ("a DOCTYPE", format!("<!DOCTYPE x>{genuine}")),
        ("an external subset", format!("<!DOCTYPE x SYSTEM \"http://localhost:1/x.dtd\">{genuine}")),
        (
            "an entity from a file",
            format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{genuine}"),
        ),
        (
            "a bomb of entities",
            format!("<!DOCTYPE x [<!ENTITY e0 \"e\">{bomb}]>{}", genuine.swap(name, "&e10;")?),
        ),
        (
            "a parameter entity",
            format!("<!DOCTYPE x [<!ENTITY % p SYSTEM \"file:///etc/passwd\">%p;]>{genuine}"),
        ),
        ("an attribute list", format!("<!DOCTYPE x [<!ATTLIST x y ID #IMPLIED>]>{genuine}")),
        ("an entity that nobody declared", genuine.swap(name, "&e;")?),
        ("an XML declaration", format!("<?xml version=\"1.0\"?>{genuine}")),
        (
            "an XML declaration with an encoding",
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{genuine}"),
        ),
        (
            "an XML declaration of Latin-1",
            format!("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>{genuine}"),
        ),
        ("an XML declaration of 1.1", format!("<?xml version=\"1.1\"?>{genuine}")),
        ("an XML declaration after a line feed", format!("\n<?xml version=\"1.0\"?>{genuine}")),
        ("an XML declaration after a byte order mark", format!("\u{FEFF}<?xml version=\"1.0\"?>{genuine}")),
        ("a byte order mark", format!("\u{FEFF}{genuine}")),
        ("a processing instruction before", format!("<?x y?>{genuine}")),
        ("a processing instruction after", format!("{genuine}<?x y?>")),
        ("a processing instruction inside", format!("{end}<?x y?></{prefix}:Assertion>")),
        ("a processing instruction in the name", genuine.swap(name, &format!("<?x admin?>{name}"))?),
        ("a comment before", format!("<!-- -->{genuine}")),
        ("a comment after", format!("{genuine}<!-- -->")),
        ("a comment in the name", genuine.swap(name, &format!("{name}<!-- -->"))?),
        ("a prefix that nobody bound", genuine.swap(" ID=", " nobody:x=\"\" ID=")?),
        ("an unknown prefix of an element", format!("{end}<nobody:x/></{prefix}:Assertion>")),
        ("no end tag", end.to_owned()),
        ("another end tag", format!("{end}</{prefix}:assertion>")),
        ("an end tag too many", format!("{genuine}</{prefix}:Assertion>")),
        ("the end of the wrapper", format!("{genuine}</saml:EncryptedAssertion>{genuine}")),
        ("an attribute twice", genuine.swap(" ID=", " ID=\"_x\" ID=")?),
        ("a reserved prefix bound anew", genuine.swap(" ID=", " xmlns:xml=\"urn:x\" ID=")?),
        ("a relative namespace", genuine.swap(" ID=", " xmlns:r=\"1\" ID=")?),
        ("a character reference to nothing", genuine.swap(name, "&#0;")?),
        ("the end of a CDATA section", genuine.swap(name, "]]>")?),
    ] {
        refused(desk, corpus, (138, title), plaintext.as_bytes())?;
    }
    // A namespaced ID is no more an ID here than in clear.
    let namespaced = genuine.swap(" ID=", &format!(" {prefix}:ID=\"_x\" ID="))?;
    let mismatch = "signature.digest_mismatch";
    let code = desk.s.code("schema.unexpected_attribute", mismatch, mismatch);
    let tree = desk.enclosing(namespaced.as_bytes())?;
    corpus.attack(57, "encrypted: a second ID in a namespace").refused(code, tree)
}

/// Attack 138: octets that are not UTF-8.
fn encodings(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let genuine = text(&desk.assertion()?)?;
    let name = desk.s.scene.name_id.as_str();
    let with = |octets: &[u8]| {
        let (before, after) = genuine.split_once(name).ok_or_else(|| ForgeError::absent("name"))?;
        Ok::<_, ForgeError>([before.as_bytes(), octets, after.as_bytes()].concat())
    };
    let utf16 = |bytes: fn(u16) -> [u8; 2]| genuine.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    for (title, plaintext) in [
        ("UTF-16", utf16(u16::to_le_bytes)),
        ("UTF-16 with a byte order mark", [vec![0xFF, 0xFE], utf16(u16::to_le_bytes)].concat()),
        ("UTF-16, the other way round", [vec![0xFE, 0xFF], utf16(u16::to_be_bytes)].concat()),
        ("Latin-1", with(&[0xE4])?),
        ("an overlong form", with(&[0xC0, 0xBC])?),
        ("a surrogate", with(&[0xED, 0xA0, 0x80])?),
        ("nought", with(&[0])?),
        ("an escape character", with(&[0x1B])?),
        ("U+FFFF", with("\u{FFFF}".as_bytes())?),
        ("a sequence cut short at the end", [genuine.as_bytes(), &[0xC3]].concat()),
        ("nought after the assertion", [genuine.as_bytes(), &[0]].concat()),
    ] {
        refused(desk, corpus, (138, title), &plaintext)?;
    }
    Ok(())
}

/// Attack 139: more than any message may hold.
fn too_much(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let assertion = desk.assertion()?;
    let genuine = text(&assertion)?;
    let end = genuine.rfind("</").and_then(|at| genuine.get(..at)).unwrap_or_default();
    let extended = |content: &str| format!("{end}{content}</{}:Assertion>", assertion.prefix);
    let nested = |depth: usize| format!("{}{}", "<x>".repeat(depth), "</x>".repeat(depth));
    let attributes = (0..129).map(|n| format!(" a{n}=\"\"")).collect::<String>();
    let declarations = (0..65).map(|n| format!(" xmlns:p{n}=\"urn:x\"")).collect::<String>();
    for (title, plaintext) in [
        ("a hundred levels", extended(&nested(100))),
        ("a hundred thousand levels", extended(&nested(100_000))),
        ("a hundred and one thousand elements", extended(&"<x/>".repeat(101_000))),
        ("a hundred and twenty-nine attributes", extended(&format!("<x{attributes}/>"))),
        ("sixty-five declarations", extended(&format!("<x{declarations}/>"))),
        ("a name without end", extended(&format!("<{}/>", "x".repeat(600)))),
    ] {
        refused(desk, corpus, (139, title), plaintext.as_bytes())?;
    }
    let large = desk.enclosing(extended(&"x".repeat(2_200_000)).as_bytes());
    // The ciphertext is larger still: the message is refused before anything is opened.
    corpus.attack(139, "encrypted: two million octets").refused("xml.limit.octets", large?)
}

/// What differs in the plaintext and means the same.
fn harmless(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let genuine = text(&desk.assertion()?)?;
    let name = desk.s.scene.name_id.as_str();
    for (title, plaintext) in [
        ("white space around the assertion", format!("\r\n\t {genuine}\n\n")),
        ("a CDATA section for the name", genuine.swap(name, &format!("<![CDATA[{name}]]>"))?),
        (
            "a declaration that nothing uses",
            genuine.swap(" ID=", " xmlns:unused=\"urn:example:unused\" ID=")?,
        ),
        ("single quotes", genuine.swap(" Version=\"2.0\"", " Version='2.0'")?),
    ] {
        let tree = desk.enclosing(plaintext.as_bytes())?;
        corpus.attack(138, format!("encrypted: {title}")).decoy(tree)?;
    }
    Ok(())
}

/// Attack 138: prefixes that the plaintext takes from around it.
fn bindings(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let assertion = desk.assertion()?;
    let genuine = text(&assertion)?;
    let prefix = assertion.prefix.as_str();
    let leaning = genuine.swap(&format!(" xmlns:{prefix}=\"{}\"", names::SAML), "")?;
    let bound = |uri: &str| NamespaceBinding { prefix: prefix.to_owned(), uri: uri.into() };
    let sealed = || desk.seal().seal(leaning.as_bytes());
    let wrapper = QName::new("wrapper", names::SAML, "EncryptedAssertion");
    let outside = sealed()?.element(QName::new(prefix, names::SAML, "EncryptedAssertion"));
    let tree = desk.response([outside])?;
    corpus.attack(138, "encrypted: a prefix bound outside alone").decoy(tree)?;
    for (title, uri) in [
        ("SAML 1", "urn:oasis:names:tc:SAML:1.0:assertion"),
        ("a foreign namespace", "urn:example:foreign"),
        ("the protocol", names::SAMLP),
    ] {
        let mut elsewhere = sealed()?.element(wrapper);
        elsewhere.declarations.push(bound(uri));
        let tree = desk.response([elsewhere])?;
        let title = format!("encrypted: a prefix that is bound to {title} outside");
        corpus.attack(138, title).refused(REFUSED, tree)?;
    }
    let nowhere = desk.response([sealed()?.element(wrapper)])?;
    corpus.attack(138, "encrypted: a prefix that is bound nowhere").refused(REFUSED, nowhere)?;
    let mut replaced = sealed()?.element(wrapper);
    replaced.part_mut(names::xenc::ENCRYPTED_DATA)?.declarations.push(bound(names::SAML));
    let tree = desk.response([replaced])?;
    corpus.attack(138, "encrypted: a prefix bound on what it replaces").refused(REFUSED, tree)?;
    // Bound to something else outside, and rightly inside.
    let mut shadowed = desk.seal().seal(genuine.as_bytes())?.element(wrapper);
    shadowed.declarations.push(bound("urn:example:foreign"));
    let tree = desk.response([shadowed])?;
    corpus.attack(138, "encrypted: a prefix bound to something else outside, rightly inside").decoy(tree)
}

/// Attack 138: names without a prefix, whose namespace is that of the wrapper.
fn default_namespace(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let mut response = desk.s.bare();
    unprefix(response.part_mut(names::saml::ASSERTION)?);
    if desk.s.signed != Signed::Response {
        Recipe::plain(desk.s.keys.genuine).sign(&mut response, names::saml::ASSERTION)?;
    }
    let assertion = response.cut(names::saml::ASSERTION)?;
    let whole = text(&assertion)?;
    let leaning = whole.swap(&format!(" xmlns=\"{}\"", names::SAML), "")?;
    let wrapped = |prefix: &'static str, plaintext: &str| {
        let name = QName::new(prefix, names::SAML, "EncryptedAssertion");
        desk.response([desk.seal().seal(plaintext.as_bytes())?.element(name)])
    };
    corpus.attack(138, "encrypted: no prefixes at all").decoy(wrapped("wrapper", &whole)?)?;
    corpus
        .attack(138, "encrypted: no prefixes, the namespace bound outside alone")
        .decoy(wrapped("", &leaning)?)?;
    corpus
        .attack(138, "encrypted: no prefixes, the namespace bound nowhere")
        .refused(REFUSED, wrapped("wrapper", &leaning)?)
}

/// Takes the prefixes off every name of SAML.
fn unprefix(element: &mut XmlElement) {
    if *element.name.namespace == *names::SAML {
        element.prefix.clear();
    }
    for child in &mut element.children {
        if let saml_core::xml::XmlNode::Element(child) = child {
            unprefix(child);
        }
    }
}
