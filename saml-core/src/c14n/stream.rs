//! Floor 3: the canonical form of a document that comes in pieces. May import `base` and `xml`.

use super::canonicalizer::Canonicalizer;
use super::error::C14nError;
use super::method::CanonicalizationMethod;
use super::prefix_list::PrefixList;
use super::sink::OctetSink;
use crate::base::{Coded, Limits, VerdictCode};
use crate::xml::{DocumentEvents, DocumentStream, StartTag, XmlError};

impl<S: OctetSink> Canonicalizer<S> {
    /// Tells a start tag.
    fn start_tag(&mut self, tag: &StartTag<'_>) -> Result<(), C14nError> {
        self.start_element(tag.prefix(), tag.name())?;
        for declaration in tag.namespace_declarations() {
            self.namespace_declaration(declaration.prefix, declaration.uri)?;
        }
        for attribute in tag.attributes() {
            self.attribute(attribute.prefix, attribute.name, attribute.value)?;
        }
        Ok(())
    }
}

/// The events of a stream are those of a canonicaliser. A failure is remembered: [`Canonicalizer::failure`] shows it,
/// and [`Canonicalizer::finish`] returns it.
impl<S: OctetSink> DocumentEvents for Canonicalizer<S> {
    #[inline]
    fn start_element(&mut self, tag: &StartTag<'_>) {
        let _remembered = self.start_tag(tag);
    }

    #[inline]
    fn end_element(&mut self) {
        let _remembered = Self::end_element(self);
    }

    #[inline]
    fn text(&mut self, text: &str) {
        let _remembered = Self::text(self, text);
    }

    fn comment(&mut self, text: &str) {
        let _remembered = Self::comment(self, text);
    }

    fn processing_instruction(&mut self, target: &str, data: &str) {
        let _remembered = Self::processing_instruction(self, target, data);
    }
}

/// Writes the canonical form of a whole document that comes in pieces of any size.
///
/// Guarantees: the octets of [`canonicalize_document`](super::canonicalize_document), and an error if that or
/// [`Document::parse`](crate::xml::Document::parse) returns one. The memory does not grow with the document. The form
/// exists when [`finish`](Self::finish) returns without an error, and only then.
#[derive(Debug)]
pub struct CanonicalStream<S: OctetSink> {
    document: DocumentStream,
    canonicalizer: Canonicalizer<S>,
}

impl<S: OctetSink> CanonicalStream<S> {
    /// Begins a canonical form that goes to `sink`.
    pub fn new(method: CanonicalizationMethod, prefix_list: &PrefixList, limits: &Limits, sink: S) -> Self {
        Self::over(DocumentStream::new(limits), Canonicalizer::new(method, prefix_list, limits, sink))
    }

    pub(super) const fn over(document: DocumentStream, canonicalizer: Canonicalizer<S>) -> Self {
        Self { document, canonicalizer }
    }

    /// Takes the next octets of the document.
    ///
    /// # Errors
    /// The first broken rule of XML, or a document that has no canonical form. There is no recovery.
    pub fn feed(&mut self, octets: &[u8]) -> Result<(), CanonicalStreamError> {
        self.document.feed(octets, &mut self.canonicalizer)?;
        self.canonicalizer.failure().map_or(Ok(()), |failure| Err(failure.into()))
    }

    /// Ends the document; gives the sink back, which has received the whole form.
    ///
    /// # Errors
    /// An earlier one, or a document that is not complete.
    pub fn finish(self) -> Result<S, CanonicalStreamError> {
        let Self { document, mut canonicalizer } = self;
        document.finish(&mut canonicalizer)?;
        Ok(canonicalizer.finish()?)
    }
}

/// Why a streamed document has no canonical form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CanonicalStreamError {
    /// It is no document.
    #[error("the octets are not a document")]
    Xml(#[from] XmlError),
    /// It has no canonical form.
    #[error("the document has no canonical form")]
    Canonicalization(#[from] C14nError),
}

impl Coded for CanonicalStreamError {
    fn code(&self) -> VerdictCode {
        match self {
            Self::Xml(error) => error.code(),
            Self::Canonicalization(error) => error.code(),
        }
    }

    fn expected(&self) -> Option<String> {
        match self {
            Self::Xml(error) => error.expected(),
            Self::Canonicalization(error) => error.expected(),
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::Xml(error) => error.found(),
            Self::Canonicalization(error) => error.found(),
        }
    }
}
