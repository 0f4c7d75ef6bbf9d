//! Floor 6: why a value is believed.

use crate::crypto::Relaxations;
use crate::dsig::SignatureFacts;

/// Why a [`super::Verified`] value is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Provenance {
    /// It carries its own enveloped signature.
    Enveloped(SignatureFacts),
    /// It is part of an element that carries an enveloped signature: an Assertion in a signed Response.
    WithinSigned(SignatureFacts),
    /// Both: it carries its own signature and stands in a signed element.
    EnvelopedWithinSigned {
        /// Its own signature.
        own: SignatureFacts,
        /// The signature around it.
        outer: SignatureFacts,
    },
    /// A signature beside it, over the octets of the query.
    Detached(SignatureFacts),
    /// An administrator put it where it was read from.
    LocalConfiguration,
}

impl Provenance {
    /// The signatures that were verified, the outermost last.
    #[must_use]
    pub fn signatures(&self) -> Vec<&SignatureFacts> {
        match self {
            Self::Enveloped(facts) | Self::WithinSigned(facts) | Self::Detached(facts) => vec![facts],
            Self::EnvelopedWithinSigned { own, outer } => vec![own, outer],
            Self::LocalConfiguration => Vec::new(),
        }
    }

    /// The relaxations of the peer's policy without which the value would not be believed.
    #[must_use]
    pub fn relaxations_used(&self) -> Relaxations {
        self.signatures().into_iter().fold(Relaxations::NONE, |all, facts| all.union(facts.relaxations_used))
    }

    /// Whether the value carries a signature of its own, not only one around it.
    #[must_use]
    pub const fn has_own_signature(&self) -> bool {
        match self {
            Self::Enveloped(_) | Self::EnvelopedWithinSigned { .. } | Self::Detached(_) => true,
            Self::WithinSigned(_) | Self::LocalConfiguration => false,
        }
    }
}
