//! Floor 2: why a document could not be written. May import `base`.

use crate::base::{Coded, VerdictCode};

/// Why a document could not be written. Each is a fault of the program, or of data that it was given to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// A name, prefix or namespace URI that no document can have.
    #[error("a name to be written is not a name")]
    Name,
    /// A character that no document can have.
    #[error("a text to be written has a character that XML does not allow")]
    Char,
    /// A prefix would stand for two namespaces on one element.
    #[error("a prefix to be written is bound to another namespace on the same element")]
    PrefixConflict,
    /// An attribute twice.
    #[error("an attribute is written twice")]
    DuplicateAttribute,
    /// An attribute or declaration after content, an end without a start, no root, two roots, text outside the root.
    #[error("calls to the writer are out of order")]
    Order,
    /// No empty slot has this identifier.
    #[error("there is no place for a signature over this element")]
    NoSignatureSlot,
    /// No element with a slot has this identifier.
    #[error("there is no element of this identifier to be replaced")]
    NoElement,
}

impl WriteError {
    /// A document could not be written.
    pub const CODE: VerdictCode = VerdictCode::new("xml.write");
}

impl Coded for WriteError {
    fn code(&self) -> VerdictCode {
        Self::CODE
    }

    fn expected(&self) -> Option<String> {
        Some("what an XML document can hold".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(self.to_string())
    }
}
