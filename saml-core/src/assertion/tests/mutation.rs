//! Documents with one thing wrong, for the schema and the readers to agree on.

use super::round_trip::written;
use super::schema;
use super::source::{self, attribute};
use crate::base::Limits;
use crate::xml::names::{MD, SAML, SAMLP};
use crate::xml::{Document, Element, SchemaError, XmlElement, XmlNode};

/// Types with content that is kept or passed over without being looked at, and `EncryptionMethod`, which is `xenc`'s.
const OPAQUE: [&str; 6] = [
    "AttributeValue",
    "AuthnContextDecl",
    "AuthzDecisionStatement",
    "AttributeAuthorityDescriptor",
    "AffiliationDescriptor",
    "EncryptionMethod",
];

/// One thing to change in an element.
#[derive(Clone)]
enum Change {
    RemoveAttribute(usize),
    AddAttribute,
    RemoveChild(usize),
    DoubleChild(usize),
    MoveChildOn(usize),
    InsertChild(usize, XmlNode),
}

/// A change, what it does in words, and the element that it is to be done to, as child numbers from the root.
struct Mutation {
    words: String,
    path: Vec<usize>,
    change: Change,
}

/// Makes one change after another in a document, and requires that `read` refuses exactly the documents that the schema
/// refuses.
///
/// `most` bounds how many changes are tried; `stricter` names those that we refuse and the schema doesn't.
pub(crate) fn require_agreement(
    test: &str,
    document: &[u8],
    most: usize,
    read: impl Fn(Element<'_>) -> Result<(), SchemaError>,
    stricter: impl Fn(&str) -> bool,
) {
    let document = Document::parse(document.to_vec(), &Limits::METADATA).unwrap();
    let root = XmlElement::read(document.root());
    let mut mutations = Vec::new();
    collect(&root, &mut Vec::new(), &mut mutations);
    let step = mutations.len().div_ceil(most);
    let chosen: Vec<&Mutation> = mutations.iter().step_by(step).collect();
    let documents: Vec<Vec<u8>> = chosen
        .iter()
        .map(|mutation| {
            let mutant = mutation.of(&root);
            written(|writer| mutant.write(writer)).into_octets()
        })
        .collect();
    let Some(faults) = schema::faults(test, &documents) else { return };
    assert!(faults.iter().any(Vec::is_empty) && !faults.iter().all(Vec::is_empty));
    for ((mutation, octets), faults) in chosen.iter().zip(documents).zip(faults) {
        let ours = Document::parse(octets, &Limits::METADATA)
            .map_err(|error| error.to_string())
            .and_then(|document| read(document.root()).map_err(|error| format!("{error:?}")));
        let lawful = faults.is_empty() || mutation.empties_metadata(&root);
        let expected = lawful && !stricter(&mutation.words);
        assert_eq!(ours.is_ok(), expected, "{}: {ours:?}, and the schema says {faults:#?}", mutation.words);
    }
}

impl Mutation {
    /// Whether the change empties an element of metadata. Such an element counts as absent, whatever the schema says.
    /// All elements that one change can empty are optional.
    fn empties_metadata(&self, root: &XmlElement) -> bool {
        let changed = self.of(root);
        let target = self.path.iter().fold(&changed, |target, index| match &target.children[*index] {
            XmlNode::Element(child) => child,
            XmlNode::Text(_) => panic!("{}", self.words),
        });
        &*target.name.namespace == MD && target.attributes.is_empty() && target.children.is_empty()
    }

    /// The document after the change.
    fn of(&self, root: &XmlElement) -> XmlElement {
        let mut changed = root.clone();
        let mut target = &mut changed;
        for index in &self.path {
            let XmlNode::Element(child) = &mut target.children[*index] else { panic!("{}", self.words) };
            target = child;
        }
        match self.change.clone() {
            Change::RemoveAttribute(index) => drop(target.attributes.remove(index)),
            Change::AddAttribute => target.attributes.push(attribute(("", ""), "bogus", "x")),
            Change::RemoveChild(index) => drop(target.children.remove(index)),
            Change::DoubleChild(index) => target.children.insert(index, target.children[index].clone()),
            Change::MoveChildOn(index) => target.children.swap(index, index + 1),
            Change::InsertChild(index, child) => target.children.insert(index, child),
        }
        changed
    }
}

/// Everything that can be changed in an element and what is in it.
fn collect(element: &XmlElement, path: &mut Vec<usize>, mutations: &mut Vec<Mutation>) {
    let namespace = &*element.name.namespace;
    if ![SAML, SAMLP, MD].contains(&namespace) || OPAQUE.contains(&element.name.local.as_str()) {
        return;
    }
    let local = &element.name.local;
    let changes = attribute_changes(element).into_iter().chain(child_changes(element));
    mutations.extend(changes.map(|(words, change)| Mutation {
        words: format!("{local} {words}"),
        path: path.clone(),
        change,
    }));
    for (index, child) in element.children.iter().enumerate() {
        if let XmlNode::Element(child) = child {
            path.push(index);
            collect(child, path, mutations);
            path.pop();
        }
    }
}

fn attribute_changes(element: &XmlElement) -> Vec<(String, Change)> {
    let attributes = element.attributes.iter().enumerate();
    let mut changes: Vec<_> = attributes
        .map(|(index, attribute)| (format!("without {}", attribute.name), Change::RemoveAttribute(index)))
        .collect();
    // Metadata types pass over attributes that they don't know.
    if *element.name.namespace != *MD {
        changes.push(("with an unknown attribute".to_owned(), Change::AddAttribute));
    }
    changes
}

fn child_changes(element: &XmlElement) -> Vec<(String, Change)> {
    let mut changes = Vec::new();
    let local_at = |index: usize| match element.children.get(index) {
        Some(XmlNode::Element(child)) => Some(child.name.local.as_str()),
        Some(XmlNode::Text(_)) | None => None,
    };
    let count = element.children.len();
    for index in 0..count {
        let Some(child) = local_at(index) else { continue };
        changes.push((format!("without {child}"), Change::RemoveChild(index)));
        changes.push((format!("with {child} twice"), Change::DoubleChild(index)));
        if local_at(index + 1).is_some_and(|next| next != child) {
            changes.push((format!("with {child} later"), Change::MoveChildOn(index)));
        }
    }
    let own = source::element((&element.prefix, &element.name.namespace), "Unknown", Vec::new(), Vec::new());
    let foreign = source::element(("other", "urn:example:other"), "Unknown", Vec::new(), Vec::new());
    let mut insertions =
        vec![("an unknown child", XmlNode::Element(own)), ("a foreign child", XmlNode::Element(foreign))];
    if (0..count).all(|index| local_at(index).is_some()) {
        insertions.push(("text", XmlNode::Text("text".to_owned())));
    }
    for (what, child) in insertions {
        changes.push((format!("with {what} first"), Change::InsertChild(0, child.clone())));
        changes.push((format!("with {what} last"), Change::InsertChild(count, child)));
    }
    changes
}
