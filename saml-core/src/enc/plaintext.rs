//! Floor 4: the one element that a ciphertext stands for.

use std::sync::Arc;

use crate::base::{Coded, Limits};
use crate::xml::{Document, NamespaceBinding, Node, OwnedName, QName, XmlError};

/// The place that a plaintext takes.
pub(super) struct Slot<'a> {
    pub(super) name: QName<'static>,
    pub(super) context: Vec<NamespaceBinding>,
    pub(super) around: &'a Document,
    pub(super) limits: &'a Limits,
}

impl Slot<'_> {
    /// Parses a plaintext as strictly as any message: nothing but one element, and the right one.
    pub(super) fn read(&self, plaintext: Vec<u8>) -> Result<Arc<Document>, PlaintextFault> {
        // Both belong to documents, and this is an element [XMLEnc §3.1].
        if plaintext.starts_with(b"\xEF\xBB\xBF") {
            return Err(PlaintextFault::ByteOrderMark);
        }
        if plaintext.starts_with(b"<?xml") {
            return Err(PlaintextFault::XmlDeclaration);
        }
        let document = Document::parse_in_context(plaintext, &self.context, self.limits)?;
        let mut nodes = document.children();
        if !matches!((nodes.next(), nodes.next()), (Some(Node::Element(_)), None)) {
            return Err(PlaintextFault::NotAlone);
        }
        if !document.root().is(self.name) {
            return Err(PlaintextFault::OtherElement { found: document.root().name().to_owned_name() });
        }
        document.require_message_profile()?;
        match document.shared_id(self.around) {
            Some(id) => Err(PlaintextFault::SharedId { found: id.to_owned() }),
            None => Ok(document),
        }
    }
}

/// What a ciphertext held in place of the one element that belongs there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlaintextFault {
    /// A byte order mark, which only a document has.
    #[error("a byte order mark before the element")]
    ByteOrderMark,
    /// An XML declaration, which only a document has.
    #[error("an XML declaration before the element")]
    XmlDeclaration,
    /// Octets that the strict parser refuses where an element of a message belongs.
    #[error("octets that the parser refuses")]
    Xml(#[from] XmlError),
    /// The element, and a comment or a processing instruction.
    #[error("a comment or a processing instruction beside the element")]
    NotAlone,
    /// One element of another name.
    #[error("an element of another name")]
    OtherElement {
        /// Its name.
        found: OwnedName,
    },
    /// An element with an identifier that the message around it has, too (attacks 37 and 65).
    #[error("an identifier that stands in the message, too")]
    SharedId {
        /// The identifier.
        found: String,
    },
}

impl PlaintextFault {
    /// In words for an administrator.
    pub(super) fn found(&self) -> String {
        match self {
            Self::ByteOrderMark | Self::XmlDeclaration | Self::NotAlone => self.to_string(),
            Self::Xml(error) => {
                let what = error.found().map(|found| format!(" ({found})")).unwrap_or_default();
                format!("{self}: {}{what}", error.code())
            }
            Self::OtherElement { found } => format!("{self}: {found}"),
            Self::SharedId { found } => format!("{self}: {found}"),
        }
    }
}
