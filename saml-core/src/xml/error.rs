//! Floor 2: why octets are not a document that we read. May import `base`.

use std::fmt;

use super::qualified_name::OwnedName;
use crate::base::{Coded, VerdictCode};

/// Octets that are not a document, or a document that is refused.
///
/// `Display` never quotes the document; [`Coded::found`] may, cut to a short excerpt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// The octets are not UTF-8.
    #[error("the document is not UTF-8 at octet {offset}")]
    NotUtf8 {
        /// Octets before the first that is wrong.
        offset: usize,
    },
    /// The XML declaration names another encoding than UTF-8.
    #[error("the XML declaration names another encoding than UTF-8")]
    Encoding {
        /// The name.
        found: String,
    },
    /// A production of XML 1.0 is broken.
    #[error("the document is not well-formed at octet {offset}: {rule}")]
    NotWellFormed {
        /// The rule.
        rule: WellFormedness,
        /// Octets before the place.
        offset: usize,
    },
    /// There is a DOCTYPE.
    #[error("the document has a DOCTYPE at octet {offset}")]
    DocType {
        /// Octets before it.
        offset: usize,
    },
    /// A reference to an entity that is not one of the five predefined ones.
    #[error("a reference at octet {offset} is to an entity that is not predefined")]
    Entity {
        /// The name between `&` and `;`.
        found: String,
        /// Octets before the reference.
        offset: usize,
    },
    /// A rule of Namespaces in XML is broken.
    #[error("{rule}, at octet {offset}")]
    Namespace {
        /// The rule.
        rule: NamespaceRule,
        /// The prefix, name or URI.
        found: String,
        /// Octets before the tag.
        offset: usize,
    },
    /// Two attributes, or two namespace declarations, of an element have the same name.
    #[error("an element has an attribute twice, at octet {offset}")]
    DuplicateAttribute {
        /// The name.
        found: String,
        /// Octets before the tag.
        offset: usize,
    },
    /// Two elements have the same identifier.
    #[error("an identifier occurs twice")]
    DuplicateId {
        /// The identifier.
        id: String,
    },
    /// The document is too long.
    #[error("the document has {found} octets, more than {limit}")]
    TooManyOctets {
        /// What is allowed.
        limit: usize,
        /// What there is.
        found: usize,
    },
    /// Elements are nested too deeply.
    #[error("elements are nested {found} deep, more than {limit}")]
    TooDeep {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// There are too many nodes.
    #[error("the document has {found} or more nodes, more than {limit}")]
    TooManyNodes {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// An element has too many attributes.
    #[error("an element has {found} or more attributes, more than {limit}")]
    TooManyAttributes {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// An element has too many namespace declarations.
    #[error("an element has {found} or more namespace declarations, more than {limit}")]
    TooManyNamespaceDeclarations {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// The document has too many namespace declarations.
    #[error("the document has {found} or more namespace declarations, more than {limit}")]
    TooManyNamespaceDeclarationsInAll {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// The document declares too many different prefixes.
    #[error("the document declares {found} or more different prefixes, more than {limit}")]
    TooManyPrefixes {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// A name is too long.
    #[error("a name has {found} octets, more than {limit}")]
    NameTooLong {
        /// What is allowed.
        limit: usize,
        /// What there is.
        found: usize,
    },
    /// A namespace URI is too long.
    #[error("a namespace URI has {found} octets, more than {limit}")]
    NamespaceTooLong {
        /// What is allowed.
        limit: usize,
        /// What there is.
        found: usize,
    },
    /// A tag, comment, processing instruction, CDATA section or reference of a streamed document is too long.
    #[error("a piece of markup has {found} or more octets, more than {limit}")]
    MarkupTooLong {
        /// What is allowed.
        limit: usize,
        /// What had come when reading stopped.
        found: usize,
    },
    /// The identifiers of a streamed document are too long.
    #[error("the identifiers have {found} or more octets, more than {limit}")]
    TooManyIdentifierOctets {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// The message profile: a processing instruction inside the root.
    #[error("the message has a processing instruction")]
    ProcessingInstruction {
        /// Its parent.
        element: OwnedName,
    },
    /// The message profile: a comment, or a processing instruction, beside text.
    #[error("the message has a comment inside text")]
    CommentInText {
        /// The element with that text.
        element: OwnedName,
    },
    /// The message profile: a namespace URI without a scheme.
    #[error("the message declares a relative namespace URI")]
    RelativeNamespace {
        /// The element that declares it.
        element: OwnedName,
    },
}

/// A rule of XML 1.0 that a document can break without a DOCTYPE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WellFormedness {
    /// [XML §2.2] `Char`.
    Char,
    /// [XML §2.3], [XML Namespaces §4] `QName`, and `NCName` for a processing instruction.
    Name,
    /// [XML §2.8] `XMLDecl`: its place, version and syntax.
    XmlDeclaration,
    /// [XML §2.1] exactly one root element.
    Root,
    /// [XML §2.8] `Misc`: only white space, comments and processing instructions outside the root.
    OutsideRoot,
    /// [XML §3.1] start and end tags nest and have equal names.
    Tag,
    /// [XML §3.1] `Attribute` with white space before it.
    Attribute,
    /// [XML §2.3] `AttValue`: no `<`.
    AttributeValue,
    /// [XML §4.1] `Reference`: complete, and to an allowed character.
    Reference,
    /// [XML §2.4] `CharData`: no `]]>`.
    CharData,
    /// [XML §2.5] `Comment`: closed, no `--`.
    Comment,
    /// [XML §2.6] `PI`: closed, a target that is not `xml`.
    ProcessingInstruction,
    /// [XML §2.7] `CDSect`: closed.
    CDataSection,
    /// Anything else after `<`.
    Markup,
}

impl fmt::Display for WellFormedness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Char => "a character that XML does not allow",
            Self::Name => "a malformed name",
            Self::XmlDeclaration => "a malformed or misplaced XML declaration",
            Self::Root => "not exactly one root element",
            Self::OutsideRoot => "content outside the root element",
            Self::Tag => "tags that do not match",
            Self::Attribute => "a malformed attribute",
            Self::AttributeValue => "`<` in an attribute value",
            Self::Reference => "a malformed reference",
            Self::CharData => "`]]>` in character data",
            Self::Comment => "a malformed comment",
            Self::ProcessingInstruction => "a malformed processing instruction",
            Self::CDataSection => "a malformed CDATA section",
            Self::Markup => "unknown markup",
        })
    }
}

/// A rule of Namespaces in XML 1.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NamespaceRule {
    /// [XML Namespaces §5] Prefix Declared.
    UnboundPrefix,
    /// [XML Namespaces §3] Reserved Prefixes and Namespace Names.
    Reserved,
    /// [XML Namespaces §5] No Prefix Undeclaring.
    Undeclared,
    /// [XML Namespaces §2.2] a namespace name is a URI reference: no other characters, none hidden behind a
    /// character reference.
    NotAUri,
}

impl fmt::Display for NamespaceRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnboundPrefix => "a prefix is not bound to a namespace",
            Self::Reserved => "a reserved prefix or namespace is declared or used",
            Self::Undeclared => "a prefix is undeclared",
            Self::NotAUri => "a namespace name has characters that no URI has",
        })
    }
}

impl XmlError {
    /// Not UTF-8, or declared as something else.
    pub const ENCODING: VerdictCode = VerdictCode::new("xml.encoding");
    /// Not well-formed.
    pub const NOT_WELL_FORMED: VerdictCode = VerdictCode::new("xml.not_well_formed");
    /// A DOCTYPE.
    pub const DOCTYPE: VerdictCode = VerdictCode::new("xml.doctype");
    /// An entity beyond the predefined five.
    pub const ENTITY: VerdictCode = VerdictCode::new("xml.entity");
    /// Namespaces broken.
    pub const NAMESPACE: VerdictCode = VerdictCode::new("xml.namespace");
    /// A namespace URI without a scheme.
    pub const RELATIVE_NAMESPACE: VerdictCode = VerdictCode::new("xml.namespace.relative");
    /// An attribute twice.
    pub const DUPLICATE_ATTRIBUTE: VerdictCode = VerdictCode::new("xml.duplicate_attribute");
    /// An identifier twice.
    pub const DUPLICATE_ID: VerdictCode = VerdictCode::new("xml.duplicate_id");
    /// [`Limits::octets`](crate::base::Limits::octets).
    pub const LIMIT_OCTETS: VerdictCode = VerdictCode::new("xml.limit.octets");
    /// [`Limits::depth`](crate::base::Limits::depth).
    pub const LIMIT_DEPTH: VerdictCode = VerdictCode::new("xml.limit.depth");
    /// [`Limits::nodes`](crate::base::Limits::nodes).
    pub const LIMIT_NODES: VerdictCode = VerdictCode::new("xml.limit.nodes");
    /// [`Limits::attributes`](crate::base::Limits::attributes).
    pub const LIMIT_ATTRIBUTES: VerdictCode = VerdictCode::new("xml.limit.attributes");
    /// [`Limits::namespace_declarations`](crate::base::Limits::namespace_declarations).
    pub const LIMIT_NAMESPACE_DECLARATIONS: VerdictCode =
        VerdictCode::new("xml.limit.namespace_declarations");
    /// [`Limits::total_namespace_declarations`](crate::base::Limits::total_namespace_declarations).
    pub const LIMIT_TOTAL_NAMESPACE_DECLARATIONS: VerdictCode =
        VerdictCode::new("xml.limit.total_namespace_declarations");
    /// [`Limits::prefixes`](crate::base::Limits::prefixes).
    pub const LIMIT_PREFIXES: VerdictCode = VerdictCode::new("xml.limit.prefixes");
    /// [`Limits::name_octets`](crate::base::Limits::name_octets).
    pub const LIMIT_NAME_OCTETS: VerdictCode = VerdictCode::new("xml.limit.name_octets");
    /// [`Limits::namespace_octets`](crate::base::Limits::namespace_octets).
    pub const LIMIT_NAMESPACE_OCTETS: VerdictCode = VerdictCode::new("xml.limit.namespace_octets");
    /// [`Limits::markup_octets`](crate::base::Limits::markup_octets).
    pub const LIMIT_MARKUP_OCTETS: VerdictCode = VerdictCode::new("xml.limit.markup_octets");
    /// [`Limits::identifier_octets`](crate::base::Limits::identifier_octets).
    pub const LIMIT_IDENTIFIER_OCTETS: VerdictCode = VerdictCode::new("xml.limit.identifier_octets");
    /// A processing instruction in a message.
    pub const PROCESSING_INSTRUCTION: VerdictCode = VerdictCode::new("xml.processing_instruction");
    /// A comment beside text in a message.
    pub const COMMENT_IN_TEXT: VerdictCode = VerdictCode::new("xml.comment_in_text");

    /// The same error with its offset moved by so many octets, for a text that begins there in the document.
    pub(super) fn further(mut self, octets: usize) -> Self {
        if let Self::NotUtf8 { offset }
        | Self::NotWellFormed { offset, .. }
        | Self::DocType { offset }
        | Self::Entity { offset, .. }
        | Self::Namespace { offset, .. }
        | Self::DuplicateAttribute { offset, .. } = &mut self
        {
            *offset = offset.saturating_add(octets);
        }
        self
    }

    /// The limit and the number that exceeded it, if the error is about a limit.
    const fn limit_and_found(&self) -> Option<(usize, usize)> {
        match self {
            Self::TooManyOctets { limit, found }
            | Self::TooDeep { limit, found }
            | Self::TooManyNodes { limit, found }
            | Self::TooManyAttributes { limit, found }
            | Self::TooManyNamespaceDeclarations { limit, found }
            | Self::TooManyNamespaceDeclarationsInAll { limit, found }
            | Self::MarkupTooLong { limit, found }
            | Self::TooManyIdentifierOctets { limit, found }
            | Self::TooManyPrefixes { limit, found }
            | Self::NamespaceTooLong { limit, found }
            | Self::NameTooLong { limit, found } => Some((*limit, *found)),
            Self::NotUtf8 { .. }
            | Self::Encoding { .. }
            | Self::NotWellFormed { .. }
            | Self::DocType { .. }
            | Self::Entity { .. }
            | Self::Namespace { .. }
            | Self::DuplicateAttribute { .. }
            | Self::DuplicateId { .. }
            | Self::ProcessingInstruction { .. }
            | Self::CommentInText { .. }
            | Self::RelativeNamespace { .. } => None,
        }
    }
}

impl XmlError {
    /// Octets before the place of the error, if it is known.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        if let Self::NotUtf8 { offset }
        | Self::NotWellFormed { offset, .. }
        | Self::DocType { offset }
        | Self::Entity { offset, .. }
        | Self::Namespace { offset, .. }
        | Self::DuplicateAttribute { offset, .. } = self
        {
            Some(*offset)
        } else {
            None
        }
    }
}

impl Coded for XmlError {
    fn code(&self) -> VerdictCode {
        match self {
            Self::NotUtf8 { .. } | Self::Encoding { .. } => Self::ENCODING,
            Self::NotWellFormed { .. } => Self::NOT_WELL_FORMED,
            Self::DocType { .. } => Self::DOCTYPE,
            Self::Entity { .. } => Self::ENTITY,
            Self::Namespace { .. } => Self::NAMESPACE,
            Self::DuplicateAttribute { .. } => Self::DUPLICATE_ATTRIBUTE,
            Self::DuplicateId { .. } => Self::DUPLICATE_ID,
            Self::TooManyOctets { .. } => Self::LIMIT_OCTETS,
            Self::TooDeep { .. } => Self::LIMIT_DEPTH,
            Self::TooManyNodes { .. } => Self::LIMIT_NODES,
            Self::TooManyAttributes { .. } => Self::LIMIT_ATTRIBUTES,
            Self::TooManyNamespaceDeclarations { .. } => Self::LIMIT_NAMESPACE_DECLARATIONS,
            Self::TooManyNamespaceDeclarationsInAll { .. } => Self::LIMIT_TOTAL_NAMESPACE_DECLARATIONS,
            Self::TooManyPrefixes { .. } => Self::LIMIT_PREFIXES,
            Self::NameTooLong { .. } => Self::LIMIT_NAME_OCTETS,
            Self::NamespaceTooLong { .. } => Self::LIMIT_NAMESPACE_OCTETS,
            Self::MarkupTooLong { .. } => Self::LIMIT_MARKUP_OCTETS,
            Self::TooManyIdentifierOctets { .. } => Self::LIMIT_IDENTIFIER_OCTETS,
            Self::ProcessingInstruction { .. } => Self::PROCESSING_INSTRUCTION,
            Self::CommentInText { .. } => Self::COMMENT_IN_TEXT,
            Self::RelativeNamespace { .. } => Self::RELATIVE_NAMESPACE,
        }
    }

    fn expected(&self) -> Option<String> {
        let expected = match self {
            Self::Encoding { .. } | Self::NotUtf8 { .. } => "UTF-8",
            Self::NotWellFormed { .. } => "well-formed XML 1.0",
            Self::DocType { .. } => "no document type declaration",
            Self::Entity { .. } => "a character reference, or one of the five entities that XML predefines",
            Self::Namespace { .. } => "names and declarations as [XML Namespaces] has them",
            Self::DuplicateAttribute { .. } => "each attribute once",
            Self::DuplicateId { .. } => "each identifier once",
            Self::ProcessingInstruction { .. } => "no processing instruction",
            Self::CommentInText { .. } => "text without comments and processing instructions in it",
            Self::RelativeNamespace { .. } => "a namespace URI with a scheme",
            Self::TooManyOctets { .. }
            | Self::TooDeep { .. }
            | Self::TooManyNodes { .. }
            | Self::TooManyAttributes { .. }
            | Self::TooManyNamespaceDeclarations { .. }
            | Self::TooManyNamespaceDeclarationsInAll { .. }
            | Self::TooManyPrefixes { .. }
            | Self::NameTooLong { .. }
            | Self::NamespaceTooLong { .. }
            | Self::MarkupTooLong { .. }
            | Self::TooManyIdentifierOctets { .. } => {
                return self.limit_and_found().map(|(limit, _)| format!("at most {limit}"));
            }
        };
        Some(expected.to_owned())
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::Encoding { found } => Some(format!("encoding=\"{found}\"")),
            Self::Entity { found, offset } | Self::DuplicateAttribute { found, offset } => {
                Some(format!("\"{found}\" at octet {offset}"))
            }
            Self::Namespace { rule, found, offset } => Some(format!("\"{found}\" at octet {offset}: {rule}")),
            Self::DuplicateId { id } => Some(id.clone()),
            Self::ProcessingInstruction { element }
            | Self::CommentInText { element }
            | Self::RelativeNamespace { element } => Some(format!("one in {element}")),
            Self::NotUtf8 { offset } => Some(format!("other octets, from octet {offset} on")),
            Self::NotWellFormed { rule, offset } => Some(format!("{rule}, at octet {offset}")),
            Self::DocType { offset } => Some(format!("one at octet {offset}")),
            Self::TooManyOctets { .. }
            | Self::TooDeep { .. }
            | Self::TooManyNodes { .. }
            | Self::TooManyAttributes { .. }
            | Self::TooManyNamespaceDeclarations { .. }
            | Self::TooManyNamespaceDeclarationsInAll { .. }
            | Self::TooManyPrefixes { .. }
            | Self::NameTooLong { .. }
            | Self::NamespaceTooLong { .. }
            | Self::MarkupTooLong { .. }
            | Self::TooManyIdentifierOctets { .. } => {
                self.limit_and_found().map(|(_, found)| found.to_string())
            }
        }
    }
}

/// The longest quotation of a message in an error, in characters.
const EXCERPT_CHARS: usize = 120;

/// The beginning of a text of the message, for an error: a hostile text must not fill a log.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(EXCERPT_CHARS) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
