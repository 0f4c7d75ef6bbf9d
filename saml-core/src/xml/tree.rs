//! Floor 2: a part of a document as plain data. Imports nothing of this crate.

use super::document::Node;
use super::element::Element;
use super::names::xsi;
use super::qualified_name::{ExpandedName, NamespaceBinding, OwnedName, QName};
use super::writer::Writer;

/// An element that owns everything in it, for content that SAML leaves open: `Extensions`, `Advice`, `StatusDetail`,
/// an `AttributeValue` with markup.
///
/// Comments and processing instructions are not kept. Prefixes used inside text or attribute values lose their meaning
/// with their declarations, but for that of `xsi:type`, which [`XmlElement::read`] keeps. It is as deep as the document
/// was allowed to be, and is walked by recursion.
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
        // Room for these and no more: a vector that grows takes four at a time, half a kilobyte for each parent.
        let mut children = Vec::with_capacity(element.children().count());
        for node in element.children() {
            match node {
                Node::Element(child) => children.push(XmlNode::Element(Self::read(child))),
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
        let attributes = element
            .attributes()
            .map(|attribute| XmlAttribute {
                name: attribute.name().to_owned_name(),
                prefix: attribute.prefix().to_owned(),
                value: attribute.value().to_owned(),
            })
            .collect();
        Self {
            name: element.name().to_owned_name(),
            prefix: element.prefix().to_owned(),
            declarations: type_binding(element).into_iter().collect(),
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

/// The binding that the value of `xsi:type` needs.
fn type_binding(element: Element<'_>) -> Option<NamespaceBinding> {
    let (prefix, _) = element.attribute_ns(xsi::TYPE)?.trim().split_once(':')?;
    let uri = element.lookup_prefix(prefix)?;
    Some(NamespaceBinding { prefix: prefix.to_owned(), uri: uri.to_owned() })
}
