//! Floor 2: a part of a document as plain data. Imports nothing of this crate.

use std::collections::HashMap;
use std::sync::Arc;

use super::document::Node;
use super::element::{Attribute, Element};
use super::names::xsi;
use super::qualified_name::{ExpandedName, NamespaceBinding, OwnedName, QName};
use super::white_space::trimmed;
use super::writer::Writer;

/// An element that owns everything in it, to be made, changed and written.
///
/// A declaration of the document is stored once: its elements and attributes share the namespace URI. Comments and
/// processing instructions are not kept. Prefixes used inside text or attribute values lose their meaning with their
/// declarations, but for that of `xsi:type`, which [`XmlElement::read`] keeps. It is as deep as the document was
/// allowed to be, and is walked by recursion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlElement {
    /// What it is called.
    pub name: OwnedName,
    /// The prefix it is written with; empty for none.
    pub prefix: String,
    /// Bindings that its content needs beyond those of its own name and attributes.
    pub declarations: Vec<NamespaceBinding>,
    /// Its attributes, in document order.
    pub attributes: Vec<XmlAttribute>,
    /// Its content, in document order; no two texts are adjacent and none is empty.
    pub children: Vec<XmlNode>,
}

/// An attribute that owns its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlAttribute {
    /// What it is called.
    pub name: OwnedName,
    /// The prefix it is written with; empty for none.
    pub prefix: String,
    /// Its normalised value.
    pub value: String,
}

/// Content of an [`XmlElement`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum XmlNode {
    /// An element.
    Element(XmlElement),
    /// Character data.
    Text(String),
}

impl XmlElement {
    /// Copies an element and everything in it.
    #[must_use]
    pub fn read(element: Element<'_>) -> Self {
        Self::read_with(element, &mut Namespaces::default())
    }

    fn read_with(element: Element<'_>, namespaces: &mut Namespaces) -> Self {
        // Room for these and no more: a vector that grows takes four at a time, half a kilobyte for each parent.
        let mut children = Vec::with_capacity(element.children().count());
        for node in element.children() {
            match node {
                Node::Element(child) => children.push(XmlNode::Element(Self::read_with(child, namespaces))),
                Node::Text(text) => {
                    if let Some(XmlNode::Text(before)) = children.last_mut() {
                        before.push_str(text);
                    } else {
                        children.push(XmlNode::Text(text.to_owned()));
                    }
                }
                Node::Comment(_) | Node::ProcessingInstruction { .. } => {}
            }
        }
        let attributes =
            element.attributes().map(|attribute| XmlAttribute::read(attribute, namespaces)).collect();
        Self {
            name: namespaces.own(element.name()),
            prefix: element.prefix().to_owned(),
            declarations: type_binding(element, namespaces).into_iter().collect(),
            attributes,
            children,
        }
    }

    /// Writes it; a fault is reported by [`Writer::finish`].
    pub fn write(&self, writer: &mut Writer) {
        writer.start(QName { prefix: &self.prefix, name: self.name.as_name() });
        for binding in &self.declarations {
            writer.declare(&binding.prefix, &binding.uri);
        }
        for attribute in &self.attributes {
            writer.attribute_ns(&attribute.prefix, attribute.name.as_name(), &attribute.value);
        }
        for child in &self.children {
            match child {
                XmlNode::Element(child) => child.write(writer),
                XmlNode::Text(text) => writer.text(text),
            }
        }
        writer.end();
    }

    /// Whether it has this expanded name.
    #[must_use]
    pub fn is<'n>(&self, name: impl Into<ExpandedName<'n>>) -> bool {
        self.name.as_name() == name.into()
    }

    /// The value of the attribute with this name in no namespace.
    #[must_use]
    pub fn attribute(&self, local: &str) -> Option<&str> {
        let name = ExpandedName::new("", local);
        self.attributes
            .iter()
            .find(|attribute| attribute.name.as_name() == name)
            .map(|attribute| attribute.value.as_str())
    }

    /// Its child elements, in document order.
    pub fn child_elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            XmlNode::Element(element) => Some(element),
            XmlNode::Text(_) => None,
        })
    }

    /// All character data in it, however deep, in document order.
    #[must_use]
    pub fn text_content(&self) -> String {
        let mut text = String::new();
        self.append_text(&mut text);
        text
    }

    fn append_text(&self, to: &mut String) {
        for child in &self.children {
            match child {
                XmlNode::Element(element) => element.append_text(to),
                XmlNode::Text(text) => to.push_str(text),
            }
        }
    }
}

impl XmlAttribute {
    /// Copies an attribute.
    pub(super) fn read(attribute: Attribute<'_>, namespaces: &mut Namespaces) -> Self {
        Self {
            name: namespaces.own(attribute.name()),
            prefix: attribute.prefix().to_owned(),
            value: attribute.value().to_owned(),
        }
    }
}

/// The namespace URIs of one tree that is being copied.
///
/// A document writes a namespace once and uses it in each name. A copy for each name would take the product of both
/// numbers, and a stranger may choose either.
#[derive(Debug, Default)]
pub(super) struct Namespaces {
    /// By where the document has them.
    known: HashMap<(usize, usize), Arc<str>>,
    none: Arc<str>,
}

impl Namespaces {
    /// A name that shares its namespace URI with the others of its declaration.
    fn own(&mut self, name: ExpandedName<'_>) -> OwnedName {
        OwnedName { namespace: self.share(name.namespace), local: name.local.to_owned() }
    }

    fn share(&mut self, uri: &str) -> Arc<str> {
        if uri.is_empty() {
            return Arc::clone(&self.none);
        }
        let place = (uri.as_ptr().addr(), uri.len());
        Arc::clone(self.known.entry(place).or_insert_with(|| Arc::from(uri)))
    }
}

/// The binding that the value of `xsi:type` needs.
fn type_binding(element: Element<'_>, namespaces: &mut Namespaces) -> Option<NamespaceBinding> {
    let (prefix, _) = trimmed(element.attribute_ns(xsi::TYPE)?).split_once(':')?;
    let uri = element.lookup_prefix(prefix)?;
    Some(NamespaceBinding { prefix: prefix.to_owned(), uri: namespaces.share(uri) })
}
