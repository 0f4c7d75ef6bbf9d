//! Floor 2: the arena. May import `base`.

use std::fmt;
use std::sync::{Arc, Weak};

use super::element::Element;
use super::error::XmlError;
use super::ids::Ids;
use super::iterators::Nodes;
use super::parser;
use super::qualified_name::{NamespaceBinding, NamespaceDeclaration};
use super::span::{NameSpan, Span, narrow, widen};
use crate::base::Limits;

/// A well-formed, namespace-well-formed XML 1.0 document without a DOCTYPE, in an arena that owns its octets.
///
/// Every string is a range of the input or of one side buffer, every node a fixed-size entry of one vector in document
/// order. Guarantees: what [`Document::parse`] lists. Does not guarantee anything about the content: nothing here has
/// been verified.
pub struct Document {
    /// A reference to itself, for the parts of it that are kept.
    pub(super) shared: Weak<Self>,
    pub(super) input: String,
    pub(super) side: String,
    pub(super) nodes: Vec<NodeData>,
    pub(super) attributes: Vec<AttributeData>,
    pub(super) declarations: Vec<DeclarationData>,
    /// The namespaces that the entries of attributes refer to by number.
    pub(super) namespaces: Vec<Span>,
    /// Bindings that were in scope around the root, for a document that was decrypted out of another one.
    pub(super) context: Vec<DeclarationData>,
    pub(super) ids: Ids,
    pub(super) facts: Facts,
    pub(super) root: NodeId,
    /// A copy of the root's entry, so that [`Document::root`] can't fail.
    pub(super) root_data: ElementData,
}

/// Facts that the message profile asks for, noted while parsing.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// The first processing instruction inside the root: its parent.
    pub(super) processing_instruction: Option<NodeId>,
    /// The first element to end that has text beside a comment or a processing instruction.
    pub(super) comment_in_text: Option<NodeId>,
    /// The first element that declares a namespace URI without a scheme.
    pub(super) relative_namespace: Option<NodeId>,
}

/// The place of a node in its document. It means nothing to another document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(super) u32);

/// A node of a document.
#[derive(Clone, Copy, Debug)]
pub enum Node<'d> {
    /// An element.
    Element(Element<'d>),
    /// Adjacent character data, references and CDATA sections, as one normalised string; never empty.
    Text(&'d str),
    /// A comment, with line endings normalised.
    Comment(&'d str),
    /// A processing instruction, with line endings normalised.
    ProcessingInstruction {
        /// The name after `<?`.
        target: &'d str,
        /// What follows the name and white space; may be empty.
        data: &'d str,
    },
}

/// One entry of the arena. Entries lie in document order, so a subtree is a range.
#[derive(Clone, Copy, Debug)]
pub(super) struct NodeData {
    /// Index of the parent, or [`NO_NODE`] at document level.
    pub(super) parent: u32,
    pub(super) kind: NodeKind,
}

impl NodeData {
    /// An entry before it is filled.
    pub(super) const BLANK: Self = Self { parent: NO_NODE, kind: NodeKind::Text(Span::EMPTY) };
}

/// What an entry is.
#[derive(Clone, Copy, Debug)]
pub(super) enum NodeKind {
    Element(ElementData),
    Text(Span),
    Comment(Span),
    ProcessingInstruction { target: Span, data: Span },
}

/// The entry of an element.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ElementData {
    pub(super) prefix: Span,
    pub(super) local: Span,
    pub(super) namespace: Span,
    /// Its attributes in the attribute vector.
    pub(super) attributes: Range,
    /// Its namespace declarations in the declaration vector.
    pub(super) declarations: Range,
    /// See [`Element::plain_start_tag`]; empty for none.
    pub(super) plain_tag: Span,
    /// Index past its last descendant.
    pub(super) end: u32,
    /// The nearest element, itself included, that declares a namespace; or [`NO_NODE`].
    pub(super) scope: u32,
}

/// A range of one of the side vectors.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Range {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Range {
    /// From one index to before another.
    pub(super) fn new(start: usize, end: usize) -> Self {
        Self { start: narrow(start), end: narrow(end) }
    }

    /// Whether it has no entries.
    pub(super) const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The part of `entries` in this range.
    pub(super) fn of<T>(self, entries: &[T]) -> &[T] {
        entries.get(widen(self.start)..widen(self.end)).unwrap_or_default()
    }
}

/// An attribute; namespace declarations are kept apart.
///
/// A message can write an attribute in five octets, so that each octet of this entry costs up to a fifth of the
/// message. The entry is therefore as small as possible.
#[derive(Clone, Copy, Debug)]
pub(super) struct AttributeData {
    pub(super) name: NameSpan,
    /// The number of its namespace.
    pub(super) namespace: u32,
    pub(super) value: Span,
}

/// A namespace declaration.
#[derive(Clone, Copy, Debug)]
pub(super) struct DeclarationData {
    pub(super) prefix: Span,
    pub(super) uri: Span,
    /// The number of the namespace.
    pub(super) namespace: u32,
}

/// No node: the parent of the nodes at document level.
pub(super) const NO_NODE: u32 = u32::MAX;

impl Document {
    /// Parses a whole document.
    ///
    /// Guarantees: UTF-8 with at most one byte order mark; XML 1.0 without DOCTYPE; one root; every production of
    /// [XML 1.0] and [Namespaces in XML 1.0] that can be broken without a DOCTYPE holds; every ID (`ID`, `Id`, `id`,
    /// `xml:id`) is unique; all limits hold. Line endings and attribute values are normalised, references resolved.
    ///
    /// Does not guarantee the message profile ([`Document::require_message_profile`]), nor any schema.
    ///
    /// # Errors
    /// The first rule broken. There is no recovery.
    pub fn parse(octets: Vec<u8>, limits: &Limits) -> Result<Arc<Self>, XmlError> {
        Self::parse_in_context(octets, &[], limits)
    }

    /// Parses one element that was decrypted out of another document. It may use prefixes that are bound outside.
    ///
    /// # Errors
    /// As [`Document::parse`]; also a context that no document could have.
    pub fn parse_in_context(
        octets: Vec<u8>,
        context: &[NamespaceBinding],
        limits: &Limits,
    ) -> Result<Arc<Self>, XmlError> {
        parser::parse(octets, context, limits)
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element::new(self, self.root, &self.root_data)
    }

    /// Comments and processing instructions before the root, the root, and those after it.
    #[must_use]
    pub fn children(&self) -> Nodes<'_> {
        Nodes::new(self, 0, narrow(self.nodes.len()))
    }

    /// The element at `id`, if that is one.
    #[must_use]
    pub fn element(&self, id: NodeId) -> Option<Element<'_>> {
        let node = self.nodes.get(widen(id.0))?;
        if let NodeKind::Element(data) = &node.kind { Some(Element::new(self, id, data)) } else { None }
    }

    /// The one element whose `ID`, `Id`, `id` (in no namespace) or `xml:id` has this value.
    #[must_use]
    pub fn element_by_id(&self, id: &str) -> Option<Element<'_>> {
        self.ids.find(id, &self.input, &self.side).and_then(|node| self.element(NodeId(node)))
    }

    /// An identifier that an element of this document and one of `other` both bear, if there is any.
    #[must_use]
    pub fn shared_id(&self, other: &Self) -> Option<&str> {
        let theirs = |id: &str| other.ids.find(id, &other.input, &other.side).is_some();
        self.ids.iter(&self.input, &self.side).find(|id| theirs(id))
    }

    /// The octets that were parsed, less a byte order mark.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        self.input.as_bytes()
    }

    /// The octets of [`octets`](Self::octets), taken out of the document.
    pub(crate) fn into_octets(self) -> Vec<u8> {
        self.input.into_bytes()
    }

    /// How many elements, texts, comments and processing instructions it has.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// The bindings that were supplied as being in scope around the root.
    pub fn context(&self) -> impl Iterator<Item = NamespaceDeclaration<'_>> {
        self.context.iter().map(|declaration| NamespaceDeclaration {
            prefix: self.text(declaration.prefix),
            uri: self.text(declaration.uri),
        })
    }

    /// The parent of the first processing instruction inside the root, if there is any.
    #[must_use]
    pub fn processing_instruction(&self) -> Option<Element<'_>> {
        self.facts.processing_instruction.and_then(|id| self.element(id))
    }

    /// An element in which a comment or a processing instruction splits or borders text, if there is any.
    #[must_use]
    pub fn comment_in_text(&self) -> Option<Element<'_>> {
        self.facts.comment_in_text.and_then(|id| self.element(id))
    }

    /// The first element that declares a namespace URI without a scheme, if there is any.
    ///
    /// [Namespaces in XML 1.0 §2.2] deprecates them and [C14N §1.3] can't canonicalise them.
    #[must_use]
    pub fn relative_namespace(&self) -> Option<Element<'_>> {
        self.facts.relative_namespace.and_then(|id| self.element(id))
    }

    /// Refuses three well-formed things that have no place in a SAML message: processing instructions inside the root,
    /// comments beside text, and relative namespace URIs.
    ///
    /// A comment inside a `NameID` vanishes when it is canonicalised, but cuts the text in two for a careless reader
    /// (CVE-2017-11427 and its many successors).
    ///
    /// # Errors
    /// The first of the three facts, each with its own code.
    pub fn require_message_profile(&self) -> Result<(), XmlError> {
        if let Some(element) = self.processing_instruction() {
            return Err(XmlError::ProcessingInstruction { element: element.name().to_owned_name() });
        }
        if let Some(element) = self.comment_in_text() {
            return Err(XmlError::CommentInText { element: element.name().to_owned_name() });
        }
        if let Some(element) = self.relative_namespace() {
            return Err(XmlError::RelativeNamespace { element: element.name().to_owned_name() });
        }
        Ok(())
    }

    /// The document, to be kept alive.
    pub(super) fn shared(&self) -> Option<Arc<Self>> {
        self.shared.upgrade()
    }

    /// Index of a node's parent, or [`NO_NODE`].
    pub(super) fn parent_of(&self, id: NodeId) -> u32 {
        self.nodes.get(widen(id.0)).map_or(NO_NODE, |node| node.parent)
    }

    /// Where the namespace of this number lies.
    pub(super) fn namespace(&self, number: u32) -> Span {
        self.namespaces.get(widen(number)).copied().unwrap_or_default()
    }

    /// The octets of the text of a span of this document.
    pub(super) fn text_octets(&self, span: Span) -> &[u8] {
        span.octets(&self.input, &self.side)
    }

    /// The text of a span of this document.
    pub(super) fn text(&self, span: Span) -> &str {
        span.of(&self.input, &self.side)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("root", &self.root().name())
            .field("octets", &self.input.len())
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}
