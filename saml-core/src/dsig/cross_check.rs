//! Floor 4: asking another implementation about a signature that verified here.

use super::DsigError;
use crate::crypto::{Dissent, PeerPolicy, PublicKey, SignedElement};
use crate::xml::Element;

/// What became of the cross-check that a policy may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CrossCheck {
    /// The peer's policy asks for none.
    NotAskedFor,
    /// It does, but the signature stands beside the message and is not XML.
    NotXml,
    /// It does, and this other implementation agrees.
    Agreed {
        /// Its name and version.
        by: String,
    },
}

impl CrossCheck {
    /// Of a signature over raw octets.
    pub(crate) fn of_detached(policy: &PeerPolicy) -> Self {
        if policy.second_opinion().is_some() { Self::NotXml } else { Self::NotAskedFor }
    }

    /// Of an element that is never held as a whole: a policy that asks another implementation refuses it.
    pub(super) fn of_stream(policy: &PeerPolicy) -> Result<Self, DsigError> {
        let Some(other) = policy.second_opinion() else { return Ok(Self::NotAskedFor) };
        let dissent = Dissent::Unable { reason: "the element is read as a stream and never held" };
        Err(DsigError::CrossCheck { by: other.name().to_owned(), dissent })
    }

    /// Who agreed, if anybody was asked.
    #[must_use]
    pub fn agreed_by(&self) -> Option<&str> {
        match self {
            Self::Agreed { by } => Some(by),
            Self::NotAskedFor | Self::NotXml => None,
        }
    }

    /// Whether the policy asks for it.
    #[must_use]
    pub const fn is_asked_for(&self) -> bool {
        !matches!(self, Self::NotAskedFor)
    }
}

/// Asks the implementation that the policy names about the signature of `element`, which covers `octets` and verified
/// with `key`.
pub(super) fn confirm(
    policy: &PeerPolicy,
    element: Element<'_>,
    id: &str,
    key: &PublicKey,
    octets: &[u8],
) -> Result<CrossCheck, DsigError> {
    let Some(other) = policy.second_opinion() else { return Ok(CrossCheck::NotAskedFor) };
    let by = other.name().to_owned();
    let document = element.self_contained();
    let opinion = match &document {
        Some(document) => other.confirm(&SignedElement { document, id, key, octets }),
        None => Err(Dissent::Unable { reason: "the element has no place in a document" }),
    };
    match opinion {
        Ok(()) => Ok(CrossCheck::Agreed { by }),
        Err(dissent) => Err(DsigError::CrossCheck { by, dissent }),
    }
}
