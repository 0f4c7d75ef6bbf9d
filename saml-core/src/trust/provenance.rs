//! Floor 6: why a value is believed.

use crate::base::Relaxations;
use crate::dsig::SignatureFacts;
use crate::enc::DecryptionFacts;

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
    /// An administrator installed it.
    LocalConfiguration,
    /// It, or parts of it, came encrypted. Decryption adds no trust: the value is as trustworthy as `of` says.
    Decrypted {
        /// Why it is believed.
        of: Box<Provenance>,
        /// The facts about each decryption, in the order of opening.
        facts: Vec<DecryptionFacts>,
    },
}

impl Provenance {
    /// The signatures that were verified, the outermost last.
    #[must_use]
    pub fn signatures(&self) -> Vec<&SignatureFacts> {
        match self {
            Self::Enveloped(facts) | Self::WithinSigned(facts) | Self::Detached(facts) => vec![facts],
            Self::EnvelopedWithinSigned { own, outer } => vec![own, outer],
            Self::LocalConfiguration => Vec::new(),
            Self::Decrypted { of, .. } => of.signatures(),
        }
    }

    /// What of the value came encrypted.
    #[must_use]
    pub fn decryptions(&self) -> &[DecryptionFacts] {
        match self {
            Self::Decrypted { facts, .. } => facts,
            Self::Enveloped(_)
            | Self::WithinSigned(_)
            | Self::EnvelopedWithinSigned { .. }
            | Self::Detached(_)
            | Self::LocalConfiguration => &[],
        }
    }

    /// The relaxations of the peer's policy without which the value would not be believed, or not be readable.
    #[must_use]
    pub fn relaxations_used(&self) -> Relaxations {
        let signatures = self.signatures().into_iter().map(|facts| facts.relaxations_used);
        let decryptions = self.decryptions().iter().map(|facts| facts.relaxations_used);
        signatures.chain(decryptions).fold(Relaxations::NONE, Relaxations::union)
    }

    /// The same provenance, of a value that was decrypted.
    pub(super) fn with_decryptions(self, facts: Vec<DecryptionFacts>) -> Self {
        if facts.is_empty() { self } else { Self::Decrypted { of: Box::new(self), facts } }
    }

    /// Whether the value carries a signature of its own, not only one around it.
    #[must_use]
    pub fn has_own_signature(&self) -> bool {
        match self {
            Self::Enveloped(_) | Self::EnvelopedWithinSigned { .. } | Self::Detached(_) => true,
            Self::WithinSigned(_) | Self::LocalConfiguration => false,
            Self::Decrypted { of, .. } => of.has_own_signature(),
        }
    }
}
