//! Floor 2: another implementation of XML Signature, which may say no.

use std::fmt;

use super::PublicKey;

/// Another implementation of XML Signature that is asked about each signature which verified here.
///
/// It can only refuse: it is asked last, and its consent adds nothing to what was verified.
/// [`PeerPolicy::cross_checked_by`](super::PeerPolicy::cross_checked_by) takes the implementation itself, so that a
/// policy can't ask for a cross-check without having one. Its name stands in the verdict.
///
/// Signatures beside a message, in a redirect, are not XML: nobody is asked about them, and the verdict says so.
pub trait SecondOpinion: fmt::Debug + Send + Sync {
    /// Its name and version, for verdicts: `libxmlsec1 1.2.37`.
    fn name(&self) -> &str;

    /// Verifies the signature of one element anew.
    ///
    /// # Errors
    /// [`Dissent`], which refuses the message.
    fn confirm(&self, signed: &SignedElement<'_>) -> Result<(), Dissent>;
}

/// A signature that verified here, with all that another implementation needs to verify it too.
#[derive(Clone, Copy, Debug)]
pub struct SignedElement<'a> {
    /// A document that holds the element as it was received, signature included; around it stand the start and end
    /// tags of its ancestors, which the canonical form may draw on, and nothing else.
    pub document: &'a [u8],
    /// The `ID` of the element, an NCName that no other element of the document has.
    pub id: &'a str,
    /// The pinned key that verified the signature. A key in the message is not to be looked at.
    pub key: &'a PublicKey,
    /// The canonical octets whose digest was compared here. Another implementation must come to the same.
    pub octets: &'a [u8],
}

/// Why another implementation does not go along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Dissent {
    /// It comes to another result.
    #[error("another implementation disagrees")]
    Disagrees {
        /// On what, in words of its own; nothing of the message.
        finding: &'static str,
    },
    /// It can't judge, for instance because it doesn't know the algorithm. This is no consent.
    #[error("another implementation can't judge")]
    Unable {
        /// Why, in words of its own; nothing of the message.
        reason: &'static str,
    },
}
