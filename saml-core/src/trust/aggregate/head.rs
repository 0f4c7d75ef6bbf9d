//! Floor 6: the beginning of an aggregate, up to the end of its signature.

use std::sync::Arc;

use super::TrustError;
use crate::base::Limits;
use crate::c14n::{C14nError, CanonicalizationMethod, Canonicalizer, PrefixList};
use crate::dsig::DsigError;
use crate::xml::{Document, DocumentEvents, StartTag, names};

/// Gathers the document up to the end of the first child of its root, which must be the signature.
///
/// The gathered octets are inclusive canonical XML. Every prefix keeps its meaning there, so that `SignedInfo` has the
/// same canonical form, by every method, as in the whole document.
pub(super) struct Head {
    canonicalizer: Canonicalizer<Vec<u8>>,
    depth: usize,
}

/// No honest signature needs more than that. It bounds what a stranger without a key can have us remember.
const LIMITS: Limits = Limits { canonical_octets: Limits::MESSAGE.markup_octets, ..Limits::MESSAGE };

impl Head {
    pub(super) fn new() -> Self {
        let method = CanonicalizationMethod::Inclusive10 { comments: true };
        let canonicalizer = Canonicalizer::new(method, PrefixList::EMPTY, &LIMITS, Vec::new());
        Self { canonicalizer, depth: 0 }
    }

    /// The root must be metadata, its first child a signature.
    pub(super) fn start_element(&mut self, tag: &StartTag<'_>) -> Result<(), TrustError> {
        match self.depth {
            0 if !tag.is(names::md::ENTITIES_DESCRIPTOR) && !tag.is(names::md::ENTITY_DESCRIPTOR) => {
                return Err(TrustError::UnexpectedMessage {
                    expected: "EntitiesDescriptor",
                    found: tag.name().to_string(),
                });
            }
            1 if !tag.is(names::ds::SIGNATURE) => return Err(TrustError::MetadataUnsigned),
            _ => {}
        }
        self.depth = self.depth.saturating_add(1);
        DocumentEvents::start_element(&mut self.canonicalizer, tag);
        Ok(())
    }

    /// Whether the signature has ended.
    pub(super) fn end_element(&mut self) -> Result<bool, TrustError> {
        self.depth = self.depth.saturating_sub(1);
        DocumentEvents::end_element(&mut self.canonicalizer);
        if self.depth == 0 { Err(TrustError::MetadataUnsigned) } else { Ok(self.depth == 1) }
    }

    /// Who is told all else.
    pub(super) const fn events(&mut self) -> &mut impl DocumentEvents {
        &mut self.canonicalizer
    }

    /// Why there is nothing to close.
    pub(super) const fn failure(&self) -> Option<C14nError> {
        self.canonicalizer.failure()
    }

    /// Closes the root, and parses what there is.
    pub(super) fn close(mut self) -> Result<Arc<Document>, TrustError> {
        self.canonicalizer.end_element().map_err(DsigError::Canonicalization)?;
        let octets = self.canonicalizer.finish().map_err(DsigError::Canonicalization)?;
        Ok(Document::parse(octets, &Limits::MESSAGE)?)
    }
}
