//! Floor 2: an element of a document. May import `base`.

use std::borrow::Cow;
use std::fmt;

use super::document::{AttributeData, Document, ElementData, Node, NodeId};
use super::iterators::{Attributes, ChildElements, Descendants, NamespaceDeclarations, Nodes};
use super::names;
use super::qualified_name::{ExpandedName, NamespaceBinding};
use super::same::same_octets;
use super::schema_error::SchemaError;
use super::span::widen;

/// A handle on one element of a [`Document`]; copying it copies two references and an index.
#[derive(Clone, Copy)]
pub struct Element<'d> {
    document: &'d Document,
    id: NodeId,
    pub(super) data: &'d ElementData,
}

impl<'d> Element<'d> {
    pub(super) const fn new(document: &'d Document, id: NodeId, data: &'d ElementData) -> Self {
        Self { document, id, data }
    }

    /// Its place in the document.
    #[must_use]
    pub const fn id(self) -> NodeId {
        self.id
    }

    /// The document it belongs to.
    #[must_use]
    pub const fn document(self) -> &'d Document {
        self.document
    }

    /// Its expanded name.
    #[must_use]
    pub fn name(self) -> ExpandedName<'d> {
        ExpandedName { namespace: self.document.text(self.data.namespace), local: self.local() }
    }

    /// The local part of its name.
    fn local(self) -> &'d str {
        self.document.text(self.data.local)
    }

    /// The prefix it is written with; empty for none.
    #[must_use]
    pub fn prefix(self) -> &'d str {
        self.document.text(self.data.prefix)
    }

    /// Whether it has this expanded name.
    #[must_use]
    #[inline]
    pub fn is<'n>(self, name: impl Into<ExpandedName<'n>>) -> bool {
        let name = name.into();
        // The lengths of most names differ, so that they are compared first.
        widen(self.data.local.len()) == name.local.len()
            && same_octets(self.document.text_octets(self.data.local), name.local.as_bytes())
            && same_octets(self.document.text_octets(self.data.namespace), name.namespace.as_bytes())
    }

    /// The element that contains it; none for the root.
    #[must_use]
    pub fn parent(self) -> Option<Element<'d>> {
        self.document.element(NodeId(self.document.parent_of(self.id)))
    }

    /// Its attributes in document order, namespace declarations left out.
    #[must_use]
    pub fn attributes(self) -> Attributes<'d> {
        Attributes::new(self.document, self.data.attributes.of(&self.document.attributes))
    }

    /// The value of the attribute with this name in no namespace.
    #[must_use]
    pub fn attribute(self, local: &str) -> Option<&'d str> {
        self.attribute_ns(ExpandedName::new("", local))
    }

    /// The value of the attribute with this expanded name.
    #[must_use]
    pub fn attribute_ns<'n>(self, name: impl Into<ExpandedName<'n>>) -> Option<&'d str> {
        let name = name.into();
        self.attributes().find(|attribute| attribute.is(name)).map(Attribute::value)
    }

    /// Its start tag up to its `>` or `/>`, if that is the canonical form wherever the element's prefix is bound
    /// already: it declares no namespace, and its attributes have no prefixes, stand in order, and need no escape.
    /// `None` doesn't mean that the tag is not canonical.
    pub(crate) fn plain_start_tag(self) -> Option<&'d str> {
        if self.data.plain_tag.is_empty() { None } else { Some(self.document.text(self.data.plain_tag)) }
    }

    /// The namespace declarations that stand on it, in document order.
    #[must_use]
    pub fn namespace_declarations(self) -> NamespaceDeclarations<'d> {
        NamespaceDeclarations::new(self.document, self.data.declarations.of(&self.document.declarations))
    }

    /// Every binding in scope on it, the innermost of each prefix, sorted by prefix; `xml` is left out.
    ///
    /// For decryption, which must carry them over to the decrypted element. The cost grows with the declarations of the
    /// element and its ancestors.
    #[must_use]
    pub fn namespaces_in_scope(self) -> Vec<NamespaceBinding> {
        let mut found: Vec<(&str, usize, &str)> = Vec::new();
        let mut distance = 0_usize;
        for scope in self.scopes() {
            for declaration in scope.namespace_declarations() {
                found.push((declaration.prefix, distance, declaration.uri));
            }
            distance = distance.saturating_add(1);
        }
        found.extend(
            self.document.context().map(|declaration| (declaration.prefix, distance, declaration.uri)),
        );
        found.sort_unstable();
        found.dedup_by(|later, earlier| later.0 == earlier.0);
        found
            .into_iter()
            .filter(|(_, _, uri)| !uri.is_empty())
            .map(|(prefix, _, uri)| NamespaceBinding { prefix: prefix.to_owned(), uri: uri.into() })
            .collect()
    }

    /// The namespace that a prefix stands for on this element; the empty prefix asks for the default namespace.
    #[must_use]
    pub fn lookup_prefix(self, prefix: &str) -> Option<&'d str> {
        if prefix == "xml" {
            return Some(names::XML);
        }
        let declared = self
            .scopes()
            .find_map(|scope| scope.namespace_declarations().find(|declaration| declaration.prefix == prefix))
            .or_else(|| self.document.context().find(|declaration| declaration.prefix == prefix));
        declared.map(|declaration| declaration.uri).filter(|uri| !uri.is_empty())
    }

    /// This element and its ancestors, those only that declare a namespace, innermost first.
    fn scopes(self) -> impl Iterator<Item = Element<'d>> {
        std::iter::successors(self.nearest_scope(), |scope| scope.parent()?.nearest_scope())
    }

    /// The nearest element that declares a namespace, itself included.
    fn nearest_scope(self) -> Option<Element<'d>> {
        self.document.element(NodeId(self.data.scope))
    }

    /// Its child nodes.
    #[must_use]
    pub fn children(self) -> Nodes<'d> {
        Nodes::new(self.document, self.id.0.saturating_add(1), self.data.end)
    }

    /// A walk over nothing.
    pub(super) const fn no_children(self) -> Nodes<'d> {
        Nodes::new(self.document, 0, 0)
    }

    /// How many nodes it has below it, itself included.
    #[must_use]
    pub fn node_count(self) -> usize {
        widen(self.data.end.saturating_sub(self.id.0))
    }

    /// The elements below this one at any depth, in document order.
    pub(crate) fn descendants(self) -> Descendants<'d> {
        Descendants::new(self.document, self.id.0.saturating_add(1), self.data.end)
    }

    /// Its child elements.
    #[must_use]
    pub fn child_elements(self) -> ChildElements<'d> {
        ChildElements::new(self.children())
    }

    /// Its whole content, if that is nothing but text; empty for an empty element.
    ///
    /// # Errors
    /// The element has a child element, a comment or a processing instruction. A part of the text is never returned.
    pub fn simple_text(self) -> Result<Cow<'d, str>, SchemaError> {
        self.text_alone().map(Cow::Borrowed).ok_or_else(|| SchemaError::not_simple_text(self))
    }

    /// As [`Element::simple_text`].
    pub(crate) fn text_alone(self) -> Option<&'d str> {
        match self.node_count() {
            0 | 1 => Some(""),
            // The parser merges adjacent character data: a second text would need something between the two.
            2 => match self.children().next() {
                Some(Node::Text(text)) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({} #{})", self.name(), self.id.0)
    }
}

impl PartialEq for Element<'_> {
    /// The same element of the same document.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl Eq for Element<'_> {}

/// An attribute of an element.
#[derive(Clone, Copy)]
pub struct Attribute<'d> {
    document: &'d Document,
    data: &'d AttributeData,
}

impl<'d> Attribute<'d> {
    pub(super) const fn new(document: &'d Document, data: &'d AttributeData) -> Self {
        Self { document, data }
    }

    /// The prefix it is written with; empty for none.
    #[must_use]
    pub fn prefix(self) -> &'d str {
        self.document.text(self.data.name.prefix())
    }

    /// Its expanded name.
    #[must_use]
    pub fn name(self) -> ExpandedName<'d> {
        ExpandedName {
            namespace: self.document.text(self.document.namespace(self.data.namespace)),
            local: self.document.text(self.data.name.local()),
        }
    }

    /// Whether it has this expanded name.
    #[must_use]
    #[inline]
    pub fn is<'n>(self, name: impl Into<ExpandedName<'n>>) -> bool {
        let name = name.into();
        let local = self.data.name.local();
        let namespace = self.document.namespace(self.data.namespace);
        widen(local.len()) == name.local.len()
            && same_octets(self.document.text_octets(local), name.local.as_bytes())
            && same_octets(self.document.text_octets(namespace), name.namespace.as_bytes())
    }

    /// Its normalised value.
    #[must_use]
    pub fn value(self) -> &'d str {
        self.document.text(self.data.value)
    }
}

impl fmt::Debug for Attribute<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attribute({})", self.name())
    }
}
