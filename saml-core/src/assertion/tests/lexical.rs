//! The meaning of white space and of empty values in each typed place. The table has every place, and documents with
//! all of them are compared with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use super::examples::{assertion, extended_assertion};
use super::round_trip::written;
use super::source::Source;
use crate::assertion::Assertion;
use crate::base::{Coded, Limits};
use crate::xml::names::{MD, SAML, SAMLP};
use crate::xml::{Document, Element, SchemaError, Writer, XmlElement, XmlNode};

/// How the white space of a value is treated, by the schema or by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `xs:string`: exact.
    String,
    /// `xs:anyURI`: collapses.
    Uri,
    /// `xs:dateTime`, `xs:boolean`, numbers, durations, languages, lists: collapses, and has a form.
    Form,
    /// An identifier, or a restriction of `xs:string` to some words: exact, so that white space is refused.
    Word,
}

/// The meaning of a value that is nothing but white space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Empty {
    /// Refused.
    Refused,
    /// As good as no attribute, or no element.
    Absent,
    /// A value like another, which is compared and judged.
    Kept,
}

/// A place: an element, or `parent/element`, or `*` for any; the attribute in it, or nothing for its text.
pub(crate) type Place = (&'static str, &'static str, Kind, Empty);

/// The places of assertions, which protocols share.
pub(crate) const ASSERTION: [Place; 32] = [
    ("*", "ID", Kind::Word, Empty::Refused),
    ("*", "InResponseTo", Kind::Word, Empty::Refused),
    ("*", "Version", Kind::Word, Empty::Refused),
    ("*", "IssueInstant", Kind::Form, Empty::Refused),
    ("Issuer", "", Kind::String, Empty::Refused),
    ("NameID", "", Kind::String, Empty::Refused),
    // The rules of the profile have a verdict of their own for the subject's.
    ("Subject/NameID", "", Kind::String, Empty::Kept),
    ("*", "NameQualifier", Kind::String, Empty::Kept),
    ("*", "SPNameQualifier", Kind::String, Empty::Kept),
    ("*", "SPProvidedID", Kind::String, Empty::Kept),
    ("*", "Format", Kind::Uri, Empty::Kept),
    ("SubjectConfirmation", "Method", Kind::Uri, Empty::Refused),
    ("*", "NotBefore", Kind::Form, Empty::Refused),
    ("*", "NotOnOrAfter", Kind::Form, Empty::Refused),
    ("*", "Recipient", Kind::Uri, Empty::Kept),
    ("*", "Address", Kind::String, Empty::Kept),
    ("Audience", "", Kind::Uri, Empty::Refused),
    ("ProxyRestriction", "Count", Kind::Form, Empty::Refused),
    ("*", "AuthnInstant", Kind::Form, Empty::Refused),
    ("*", "SessionIndex", Kind::String, Empty::Kept),
    ("*", "SessionNotOnOrAfter", Kind::Form, Empty::Refused),
    ("*", "DNSName", Kind::String, Empty::Kept),
    ("AuthnContextClassRef", "", Kind::Uri, Empty::Refused),
    ("AuthnContextDeclRef", "", Kind::Uri, Empty::Refused),
    ("AuthenticatingAuthority", "", Kind::Uri, Empty::Refused),
    ("Attribute", "Name", Kind::String, Empty::Refused),
    ("RequestedAttribute", "Name", Kind::String, Empty::Refused),
    ("*", "NameFormat", Kind::Uri, Empty::Absent),
    ("*", "FriendlyName", Kind::String, Empty::Absent),
    ("AttributeValue", "", Kind::String, Empty::Kept),
    ("AttributeValue", "nil", Kind::Form, Empty::Refused),
    ("SubjectConfirmationData", "", Kind::String, Empty::Kept),
];

/// Elements that are kept as they are, or whose types are not SAML's.
const OPAQUE: [&str; 8] = [
    "BaseID",
    "Condition",
    "Statement",
    "Extensions",
    "AuthnContextDecl",
    "AuthzDecisionStatement",
    "AttributeAuthorityDescriptor",
    "AffiliationDescriptor",
];

/// White space in front of, behind and around a value.
const AROUND: [(&str, &str); 3] = [(" ", ""), ("", "\n"), ("\t\n ", " \r\n")];
/// What Unicode counts as white space, or doesn't show, and XML doesn't let collapse.
const FOREIGN: [&str; 6] = ["\u{a0}", "\u{85}", "\u{2003}", "\u{3000}", "\u{200b}", "\u{feff}"];

/// Reads a document.
pub(crate) type Read<'r, T> = &'r dyn Fn(Element<'_>) -> Result<T, SchemaError>;

/// Compares each value of the documents with the table. Each place of the table must occur.
pub(crate) fn require<T: PartialEq + Debug>(
    documents: &[XmlElement],
    tables: &[&[Place]],
    read: Read<'_, T>,
) -> BTreeSet<Place0> {
    let mut met = BTreeSet::new();
    let mut tested = BTreeMap::new();
    for root in documents {
        let plain = outcome(root, read).unwrap();
        let mut paths = Vec::new();
        collect(root, &mut Vec::new(), &mut paths);
        for path in paths {
            let site = Site { root, path: &path, read, plain: &plain };
            let (element, attribute, kind, empty) = site.place(tables);
            met.insert((element, attribute));
            // A place that was met twice behaves alike the third time.
            let times: &mut usize = tested.entry((element, site.words())).or_default();
            *times += 1;
            if *times > 2 {
                continue;
            }
            site.white_space(kind);
            site.foreign_white_space(kind);
            site.emptiness(empty);
        }
    }
    met
}

/// The key of a place.
pub(crate) type Place0 = (&'static str, &'static str);

/// All places of the tables were met.
pub(crate) fn require_all(met: &BTreeSet<Place0>, tables: &[&[Place]]) {
    let all =
        tables.iter().flat_map(|table| table.iter()).map(|(element, attribute, ..)| (*element, *attribute));
    let unmet: Vec<_> = all.filter(|place| !met.contains(place)).collect();
    assert!(unmet.is_empty(), "no document has these places: {unmet:?}");
}

/// Child numbers from the root, and an attribute by its number, or the text.
type Path = (Vec<usize>, Option<usize>);

struct Site<'a, T> {
    root: &'a XmlElement,
    path: &'a Path,
    read: Read<'a, T>,
    plain: &'a T,
}

impl<T: PartialEq + Debug> Site<'_, T> {
    fn element(&self) -> &XmlElement {
        self.path.0.iter().fold(self.root, |element, index| child(element, *index))
    }

    fn words(&self) -> String {
        let element = self.element();
        let attribute = self.path.1.map(|index| element.attributes[index].name.local.as_str());
        format!("{} {}", element.name.local, attribute.unwrap_or("its text"))
    }

    /// The entry of the table, the most precise one.
    fn place(&self, tables: &[&[Place]]) -> Place {
        let element = self.element();
        let attribute = self.path.1.map_or("", |index| element.attributes[index].name.local.as_str());
        let (_, outer) = self.path.0.split_last().unwrap_or((&0, &[]));
        let parent = outer.iter().fold(self.root, |element, index| child(element, *index));
        let own = element.name.local.as_str();
        for name in [&format!("{}/{own}", parent.name.local), own, "*"] {
            let mut entries = tables.iter().flat_map(|table| table.iter());
            if let Some(entry) = entries.find(|entry| (entry.0, entry.1) == (name, attribute)) {
                return *entry;
            }
        }
        panic!("a place of no known type: {}", self.words())
    }

    fn value(&self) -> String {
        let element = self.element();
        match self.path.1 {
            Some(index) => element.attributes[index].value.clone(),
            None => text(element),
        }
    }

    fn with(&self, value: &str) -> Result<T, SchemaError> {
        outcome(&self.changed(Some(value)), self.read)
    }

    /// The document with another value at the place, or without it.
    fn changed(&self, value: Option<&str>) -> XmlElement {
        let mut changed = self.root.clone();
        let (path, attribute) = self.path;
        let (last, outer) = path.split_last().unwrap_or((&0, &[]));
        let mut parent = &mut changed;
        for index in outer {
            parent = child_mut(parent, *index);
        }
        if let (None, None) = (attribute, value) {
            parent.children.remove(*last);
            return changed;
        }
        let element = if path.is_empty() { parent } else { child_mut(parent, *last) };
        match (attribute, value) {
            (Some(index), Some(value)) => element.attributes[*index].value = value.to_owned(),
            (Some(index), None) => drop(element.attributes.remove(*index)),
            (None, value) => {
                element.children = value.map(|text| XmlNode::Text(text.to_owned())).into_iter().collect()
            }
        }
        changed
    }

    fn white_space(&self, kind: Kind) {
        let value = self.value();
        for (before, after) in AROUND {
            let read = self.with(&format!("{before}{value}{after}"));
            match kind {
                Kind::String => assert_ne!(read.as_ref(), Ok(self.plain), "trimmed: {}", self.words()),
                Kind::Uri | Kind::Form => assert_eq!(read.as_ref(), Ok(self.plain), "{}", self.words()),
                Kind::Word => assert!(read.is_err(), "white space in {}", self.words()),
            }
            assert!(kind != Kind::String || read.is_ok(), "{}: {read:?}", self.words());
        }
        if kind == Kind::Uri {
            let (run, space) = (self.with("urn:a \t\n b"), self.with("urn:a b"));
            assert!(run == space || (run.is_err() && space.is_err()), "{}", self.words());
        }
        if kind == Kind::String {
            assert_ne!(self.with("a  b"), self.with("a b"), "{}", self.words());
        }
    }

    fn foreign_white_space(&self, kind: Kind) {
        for foreign in FOREIGN {
            for value in [format!("{foreign}{}", self.value()), format!("{}{foreign}", self.value())] {
                let read = self.with(&value);
                assert_ne!(read.as_ref(), Ok(self.plain), "{foreign:?} in {}", self.words());
                assert!(read.is_err() || kind != Kind::Form, "{}", self.words());
            }
        }
    }

    fn emptiness(&self, empty: Empty) {
        for value in ["", " ", "\n\t "] {
            let read = self.with(value);
            match empty {
                Empty::Refused => {
                    let code = read.expect_err(&self.words()).code();
                    let codes = [SchemaError::TEXT, SchemaError::ATTRIBUTE_VALUE];
                    assert!(codes.contains(&code), "{}: {code}", self.words());
                }
                Empty::Absent => {
                    let without = outcome(&self.changed(None), self.read);
                    assert_eq!(read, without, "{}", self.words());
                    assert!(read.is_ok(), "{}", self.words());
                }
                Empty::Kept => assert!(read.is_ok_and(|read| read != *self.plain), "{}", self.words()),
            }
        }
    }
}

/// Copies of a document, each with one value emptied that may be empty, and the place of that value.
pub(crate) fn emptied(root: &XmlElement, tables: &[&[Place]]) -> Vec<(XmlElement, String, Option<String>)> {
    let mut paths = Vec::new();
    collect(root, &mut Vec::new(), &mut paths);
    let mut documents = Vec::new();
    for path in &paths {
        let site = Site { root, path, read: &|_| Ok(()), plain: &() };
        if site.place(tables).3 == Empty::Absent {
            let element = site.element();
            let attribute = path.1.map(|index| element.attributes[index].name.local.clone());
            documents.push((site.changed(Some(" ")), element.name.local.clone(), attribute));
        }
    }
    documents
}

fn child(element: &XmlElement, index: usize) -> &XmlElement {
    let XmlNode::Element(child) = &element.children[index] else {
        panic!("{} has no such child", element.name)
    };
    child
}

fn child_mut(element: &mut XmlElement, index: usize) -> &mut XmlElement {
    let XmlNode::Element(child) = &mut element.children[index] else { panic!("no such child") };
    child
}

fn text(element: &XmlElement) -> String {
    match element.children.as_slice() {
        [XmlNode::Text(text)] => text.clone(),
        _ => String::new(),
    }
}

/// Reads a changed document.
pub(crate) fn outcome<T>(root: &XmlElement, read: Read<'_, T>) -> Result<T, SchemaError> {
    let octets = written(|writer| root.write(writer)).into_octets();
    let document = Document::parse(octets, &Limits::METADATA).unwrap();
    read(document.root())
}

/// Every attribute that SAML's schemas know, and every text, with something in it.
fn collect(element: &XmlElement, path: &mut Vec<usize>, paths: &mut Vec<Path>) {
    let is_saml = [SAML, SAMLP, MD].contains(&&*element.name.namespace);
    let is_typed =
        is_saml || matches!(element.name.local.as_str(), "KeySize" | "OAEPparams" | "DigestMethod" | "MGF");
    if !is_typed || OPAQUE.contains(&element.name.local.as_str()) {
        return;
    }
    for (index, attribute) in element.attributes.iter().enumerate() {
        let is_own =
            attribute.name.namespace.is_empty() || ["lang", "nil"].contains(&attribute.name.local.as_str());
        if is_own {
            paths.push((path.clone(), Some(index)));
        }
    }
    if !text(element).trim().is_empty() {
        paths.push((path.clone(), None));
    }
    for (index, node) in element.children.iter().enumerate() {
        if let XmlNode::Element(child) = node {
            if element.name.local == "AttributeValue" || element.name.local == "SubjectConfirmationData" {
                continue;
            }
            path.push(index);
            collect(child, path, paths);
            path.pop();
        }
    }
}

/// The written document, as a tree that can be changed.
pub(crate) fn tree(write: impl FnOnce(&mut Writer)) -> XmlElement {
    let document = Document::parse(written(write).into_octets(), &Limits::METADATA).unwrap();
    XmlElement::read(document.root())
}

#[test]
fn each_place_of_an_assertion_does_with_white_space_what_its_type_says() {
    let documents: Vec<XmlElement> = (0..8)
        .flat_map(|turn| {
            let mut source = Source::full(turn);
            [assertion(&mut source), extended_assertion(&mut source)]
        })
        .map(|value| tree(|writer| value.write(writer)))
        .collect();
    let met = require(&documents, &[&ASSERTION], &|element| Assertion::read(element));
    let mut elsewhere = met.clone();
    // Those stand in metadata and in protocols.
    elsewhere.extend([
        ("RequestedAttribute", "Name"),
        ("SubjectConfirmationData", ""),
        ("AuthnContextDeclRef", ""),
    ]);
    require_all(&elsewhere, &[&ASSERTION]);
}
