//! Floor 2: parts of a document that outlive their reading. Imports nothing of this crate.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::document::{Document, NodeId};
use super::element::{Attribute, Element};
use super::error::excerpt;
use super::names;
use super::qualified_name::{ExpandedName, OwnedName};
use super::tree::{Namespaces, XmlAttribute, XmlElement, XmlNode};
use super::writer::Writer;

/// An element that is kept as it was, from the places that SAML leaves open: `Extensions`, `Advice`, `StatusDetail`.
///
/// An element that was read is not copied: it keeps its document alive and takes no further memory, however large it
/// is. Only a call of [`tree`](Self::tree) copies it.
#[derive(Clone)]
pub struct KeptElement(Kept<Box<XmlElement>>);

/// The content of an element, with text, kept as it was; as [`KeptElement`].
#[derive(Clone)]
pub struct KeptContent(Kept<Vec<XmlNode>>);

/// The attributes of an element that are in some namespace, kept as they were, less those of XML Schema itself: types
/// and schema locations are never followed. As [`KeptElement`].
#[derive(Clone)]
pub struct KeptAttributes(Kept<Vec<XmlAttribute>>);

/// A part of a document that was read, or plain data that was made.
#[derive(Clone)]
enum Kept<T> {
    /// An element of a document.
    Read { document: Arc<Document>, element: NodeId },
    /// Plain data.
    Made(T),
}

impl<T> Kept<T> {
    /// Keeps an element. If its document can't be kept alive, `copy` copies it.
    fn read(element: Element<'_>, copy: impl FnOnce(Element<'_>) -> T) -> Self {
        match element.document().shared() {
            Some(document) => Self::Read { document, element: element.id() },
            None => Self::Made(copy(element)),
        }
    }

    /// The element that was read.
    fn element(&self) -> Result<Element<'_>, &T> {
        match self {
            // The element is in the document, where it was found.
            Self::Read { document, element } => {
                Ok(document.element(*element).unwrap_or_else(|| document.root()))
            }
            Self::Made(made) => Err(made),
        }
    }

    /// Whether both are the same element of the same document.
    fn is_same(&self, other: &Self) -> bool {
        matches!((self.element(), other.element()), (Ok(one), Ok(other)) if one == other)
    }
}

impl KeptElement {
    /// Keeps an element and everything in it.
    #[must_use]
    pub fn read(element: Element<'_>) -> Self {
        Self(Kept::read(element, |element| Box::new(XmlElement::read(element))))
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> ExpandedName<'_> {
        match self.0.element() {
            Ok(element) => element.name(),
            Err(made) => made.name.as_name(),
        }
    }

    /// A copy as plain data.
    #[must_use]
    pub fn tree(&self) -> XmlElement {
        match self.0.element() {
            Ok(element) => XmlElement::read(element),
            Err(made) => (**made).clone(),
        }
    }

    /// Writes it; a fault is reported by [`Writer::finish`].
    pub fn write(&self, writer: &mut Writer) {
        match self.0.element() {
            Ok(element) => XmlElement::read(element).write(writer),
            Err(made) => made.write(writer),
        }
    }
}

impl From<XmlElement> for KeptElement {
    fn from(element: XmlElement) -> Self {
        Self(Kept::Made(Box::new(element)))
    }
}

impl PartialEq for KeptElement {
    /// Two values are equal if they are written alike, comments and processing instructions left out.
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(&other.0) || self.tree() == other.tree()
    }
}

impl Eq for KeptElement {}

impl fmt::Debug for KeptElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown::default().element(&self.tree(), f)
    }
}

impl KeptContent {
    /// Keeps the content of an element.
    #[must_use]
    pub fn read(element: Element<'_>) -> Self {
        if element.children().next().is_none() {
            return Self::from(Vec::new());
        }
        Self(Kept::read(element, |element| XmlElement::read(element).children))
    }

    /// A copy as plain data.
    #[must_use]
    pub fn nodes(&self) -> Vec<XmlNode> {
        match self.0.element() {
            Ok(element) => XmlElement::read(element).children,
            Err(made) => made.clone(),
        }
    }

    /// Writes it; a fault is reported by [`Writer::finish`].
    pub fn write(&self, writer: &mut Writer) {
        match self.0.element() {
            Ok(element) => write_nodes(writer, &XmlElement::read(element).children),
            Err(made) => write_nodes(writer, made),
        }
    }
}

fn write_nodes(writer: &mut Writer, nodes: &[XmlNode]) {
    for node in nodes {
        match node {
            XmlNode::Element(element) => element.write(writer),
            XmlNode::Text(text) => writer.text(text),
        }
    }
}

impl From<Vec<XmlNode>> for KeptContent {
    fn from(nodes: Vec<XmlNode>) -> Self {
        Self(Kept::Made(nodes))
    }
}

impl Default for KeptContent {
    /// Nothing.
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl PartialEq for KeptContent {
    /// As [`KeptElement`].
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(&other.0) || self.nodes() == other.nodes()
    }
}

impl Eq for KeptContent {}

impl fmt::Debug for KeptContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown::default().nodes(&self.nodes(), f)
    }
}

impl KeptAttributes {
    /// Keeps those attributes of an element that have a namespace.
    #[must_use]
    pub fn read(element: Element<'_>) -> Self {
        if !element.attributes().any(is_open) {
            return Self::default();
        }
        Self(Kept::read(element, open))
    }

    /// A copy as plain data.
    #[must_use]
    pub fn to_vec(&self) -> Vec<XmlAttribute> {
        match self.0.element() {
            Ok(element) => open(element),
            Err(made) => made.clone(),
        }
    }

    /// Writes them into the start tag that is open; a fault is reported by [`Writer::finish`].
    pub fn write(&self, writer: &mut Writer) {
        match self.0.element() {
            Ok(element) => {
                for attribute in element.attributes().filter(|attribute| is_open(*attribute)) {
                    writer.attribute_ns(attribute.prefix(), attribute.name(), attribute.value());
                }
            }
            Err(made) => {
                for attribute in made {
                    writer.attribute_ns(&attribute.prefix, attribute.name.as_name(), &attribute.value);
                }
            }
        }
    }
}

fn is_open(attribute: Attribute<'_>) -> bool {
    let namespace = attribute.name().namespace;
    !namespace.is_empty() && namespace != names::XSI
}

fn open(element: Element<'_>) -> Vec<XmlAttribute> {
    let mut namespaces = Namespaces::default();
    element
        .attributes()
        .filter(|attribute| is_open(*attribute))
        .map(|attribute| XmlAttribute::read(attribute, &mut namespaces))
        .collect()
}

impl From<Vec<XmlAttribute>> for KeptAttributes {
    fn from(attributes: Vec<XmlAttribute>) -> Self {
        Self(Kept::Made(attributes))
    }
}

impl Default for KeptAttributes {
    /// None.
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl PartialEq for KeptAttributes {
    /// As [`KeptElement`].
    fn eq(&self, other: &Self) -> bool {
        self.0.is_same(&other.0) || self.to_vec() == other.to_vec()
    }
}

impl Eq for KeptAttributes {}

impl fmt::Debug for KeptAttributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Shown::default().attributes(&self.to_vec(), f)
    }
}

/// The `Debug` form of a kept part: a kind of markup that writes each namespace once and refers to it by number
/// afterwards.
#[derive(Default)]
struct Shown {
    numbers: HashMap<Arc<str>, usize>,
}

impl Shown {
    fn element(&mut self, element: &XmlElement, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<")?;
        self.name(&element.prefix, &element.name, f)?;
        self.attributes(&element.attributes, f)?;
        f.write_str(">")?;
        self.nodes(&element.children, f)?;
        f.write_str("</>")
    }

    fn nodes(&mut self, nodes: &[XmlNode], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        nodes.iter().try_for_each(|node| match node {
            XmlNode::Element(element) => self.element(element, f),
            XmlNode::Text(text) => write!(f, "{text:?}"),
        })
    }

    fn attributes(&mut self, attributes: &[XmlAttribute], f: &mut fmt::Formatter<'_>) -> fmt::Result {
        attributes.iter().try_for_each(|attribute| {
            f.write_str(" ")?;
            self.name(&attribute.prefix, &attribute.name, f)?;
            write!(f, "={:?}", attribute.value)
        })
    }

    fn name(&mut self, prefix: &str, name: &OwnedName, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let next = self.numbers.len();
        let number = *self.numbers.entry(Arc::clone(&name.namespace)).or_insert(next);
        if number == next {
            write!(f, "{{{number}: {}}}", excerpt(&name.namespace))?;
        } else {
            write!(f, "{{{number}}}")?;
        }
        write!(f, "{prefix}:{}", name.local)
    }
}
