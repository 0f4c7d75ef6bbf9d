//! A document as a list of lines, in which what is drawn afresh each time has a name.

use std::fmt::Write as _;

use saml_core::base::{Limits, SamlInstant};
use saml_core::xml::{Document, Element, Node, names};

/// Prefixes that stand for the namespaces, whatever a document calls them.
const PREFIXES: [(&str, &str); 9] = [
    ("", ""),
    (names::SAML, "saml:"),
    (names::SAMLP, "samlp:"),
    (names::MD, "md:"),
    (names::DS, "ds:"),
    (names::XENC, "xenc:"),
    (names::XENC11, "xenc11:"),
    (names::ALG, "alg:"),
    (names::MDUI, "mdui:"),
];

/// How far an instant may be from the one that it is told by: what a test takes between two steps.
const TOLERANCE: i64 = 10_000;

/// Several documents of one exchange. An identifier has the same name in all of them.
#[derive(Default)]
pub struct Outlines {
    identifiers: Vec<String>,
    /// Texts that are known by a name: certificates.
    known: Vec<(String, String)>,
    text: String,
}

impl Outlines {
    /// Calls this text by a name.
    pub fn name(&mut self, text: impl Into<String>, name: &str) {
        self.known.push((text.into(), name.to_owned()));
    }

    /// Adds a document under a title. Instants are told as of its root's, or of `now` where that has none.
    pub fn add(&mut self, title: &str, xml: &[u8], now: SamlInstant) {
        let document = Document::parse(xml.to_vec(), &Limits::METADATA).unwrap();
        let root = document.root();
        let issued = root.attribute("IssueInstant").map(|text| SamlInstant::try_from(text).unwrap());
        if let Some(issued) = issued {
            let apart = now.unix_millis() - issued.unix_millis();
            assert!(apart.abs() <= TOLERANCE, "{title} was issued at {issued}, and it is {now}");
        }
        writeln!(self.text, "# {title}").unwrap();
        self.element(root, 0, issued.unwrap_or(now));
        self.text.push('\n');
    }

    /// Adds lines that are no XML.
    pub fn lines(&mut self, title: &str, lines: &[String]) {
        writeln!(self.text, "# {title}\n{}\n", lines.join("\n")).unwrap();
    }

    /// All lines.
    pub fn text(&self) -> String {
        self.text.clone()
    }

    fn element(&mut self, element: Element<'_>, depth: usize, now: SamlInstant) {
        let (indent, inner) = ("  ".repeat(depth), "  ".repeat(depth + 1));
        let name = qualified(element.name().namespace, element.name().local);
        writeln!(self.text, "{indent}{name}").unwrap();
        let mut attributes: Vec<(String, String)> = element
            .attributes()
            .map(|attribute| {
                let name = qualified(attribute.name().namespace, attribute.name().local);
                let shown = self.value(&name, attribute.value(), now);
                (name, shown)
            })
            .collect();
        attributes.sort();
        for (name, value) in attributes {
            writeln!(self.text, "{inner}@{name} {value}").unwrap();
        }
        for node in element.children() {
            match node {
                Node::Element(child) => self.element(child, depth + 1, now),
                Node::Text(text) => {
                    let shown = self.content(element, &name, text, now);
                    writeln!(self.text, "{inner}= {shown}").unwrap();
                }
                Node::Comment(_) | Node::ProcessingInstruction { .. } => panic!("more than we write"),
            }
        }
    }

    /// An attribute.
    fn value(&mut self, name: &str, value: &str, now: SamlInstant) -> String {
        match (name, value.strip_prefix('#')) {
            ("ID" | "Id" | "InResponseTo" | "SessionIndex", _) => self.identifier(value),
            ("URI", Some(id)) => format!("#{}", self.identifier(id)),
            _ => instant(value, now).unwrap_or_else(|| value.to_owned()),
        }
    }

    /// The text of an element.
    fn content(&mut self, element: Element<'_>, name: &str, text: &str, now: SamlInstant) -> String {
        if let Some((_, known)) = self.known.iter().find(|(known, _)| known == text) {
            return format!("[{known}]");
        }
        let is_transient = element.attribute("Format").is_some_and(|format| format.ends_with(":transient"));
        match name {
            "ds:DigestValue" | "ds:SignatureValue" | "xenc:CipherValue" => "[octets]".to_owned(),
            "saml:NameID" if is_transient => self.identifier(text),
            _ => instant(text, now).unwrap_or_else(|| text.to_owned()),
        }
    }

    fn identifier(&mut self, found: &str) -> String {
        let known = self.identifiers.iter().position(|known| known == found);
        let number = known.unwrap_or_else(|| {
            self.identifiers.push(found.to_owned());
            self.identifiers.len() - 1
        });
        format!("[id {number}]")
    }
}

fn qualified(namespace: &str, local: &str) -> String {
    let prefix = PREFIXES.iter().find(|(known, _)| *known == namespace);
    prefix.map_or_else(|| format!("{{{namespace}}}{local}"), |(_, prefix)| format!("{prefix}{local}"))
}

/// An instant by its distance from another one, to the minute.
fn instant(text: &str, now: SamlInstant) -> Option<String> {
    const MINUTE: i64 = 60_000;
    let apart = SamlInstant::try_from(text).ok()?.unix_millis() - now.unix_millis();
    let minutes = (apart + MINUTE / 2).div_euclid(MINUTE);
    assert!((apart - minutes * MINUTE).abs() <= TOLERANCE, "{text} is {apart} ms from {now}");
    Some(if minutes == 0 { "[now]".to_owned() } else { format!("[now {minutes:+} min]") })
}
