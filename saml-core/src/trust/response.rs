//! Floor 6: from a received Response to a verified Assertion.

use super::{PeerKeys, Provenance, TrustError, Unverified, Verified};
use crate::assertion::Assertion;
use crate::base::{Budget, Limits};
use crate::crypto::{AlgorithmPolicy, Relaxation, Relaxations};
use crate::dsig::{
    SignatureFacts, SignaturePosition, SignedOctets, Verifier, own_signature, signature_count,
};
use crate::protocol::{Response, StatusResponse};
use crate::xml::{Document, Element, names};

/// The Response around the assertion: version, issuer, destination, status.
#[derive(Debug)]
#[non_exhaustive]
pub enum Envelope {
    /// It carries a signature of its own.
    Verified(Verified<StatusResponse>),
    /// Only the assertion in it is signed. What it says may tighten a check, never satisfy one.
    Unverified(UnverifiedEnvelope),
}

/// What an unsigned Response says around its signed assertion.
#[derive(Debug)]
pub struct UnverifiedEnvelope(StatusResponse);

impl Envelope {
    /// Whether the Response itself is signed.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// What it says, signed or not.
    pub(crate) fn claims(&self) -> &StatusResponse {
        match self {
            Self::Verified(envelope) => envelope,
            Self::Unverified(UnverifiedEnvelope(envelope)) => envelope,
        }
    }
}

/// A Response all of whose signatures hold.
#[derive(Debug)]
pub struct ReceivedResponse {
    pub(crate) envelope: Envelope,
    /// `None` for a Response without an assertion: an error status.
    pub(crate) assertion: Option<Verified<Assertion>>,
}

impl ReceivedResponse {
    /// The Response around the assertion.
    #[must_use]
    pub const fn envelope(&self) -> &Envelope {
        &self.envelope
    }

    /// The assertion, if the Response holds one. It is verified, not accepted: see [`crate::validation`].
    #[must_use]
    pub const fn assertion(&self) -> Option<&Verified<Assertion>> {
        self.assertion.as_ref()
    }

    /// The relaxations of the peer's policy without which the Response would have been refused.
    #[must_use]
    pub fn relaxations_used(&self) -> Relaxations {
        let envelope = match &self.envelope {
            Envelope::Verified(envelope) => envelope.provenance().relaxations_used(),
            Envelope::Unverified(_) => Relaxations::NONE,
        };
        self.assertion.as_ref().map_or(envelope, |a| envelope.union(a.provenance().relaxations_used()))
    }
}

impl Unverified<Response> {
    /// Verifies every signature of the Response and of its assertion with the peer's pinned keys.
    ///
    /// At least one of the two must be signed if there is an assertion. A signature that is there must hold, even
    /// if the other one would do. A Response with an error status and no assertion may be unsigned; it then yields
    /// nothing that could be accepted.
    ///
    /// # Errors
    /// [`TrustError`], with nothing of the message believed.
    pub fn verify(
        &self,
        keys: &PeerKeys,
        policy: &AlgorithmPolicy,
        limits: &Limits,
    ) -> Result<ReceivedResponse, TrustError> {
        let response = self.root();
        let parts = Parts::of(response, policy)?;
        let mut budget = Budget::for_message();
        let mut verifier = Verifier { keys: keys.as_slice(), policy, limits, budget: &mut budget };
        if let Some(signature) = parts.response_signature {
            let signed = verifier.verify(response, signature)?;
            // The inner signature is checked where it stands: inclusive canonicalisation, or a list of prefixes, may
            // draw on namespaces of the Response that its own exclusive canonical form leaves out.
            let own = match (parts.assertion, parts.assertion_signature) {
                (Some(assertion), Some(signature)) => Some(verifier.verify(assertion, signature)?.facts),
                (Some(_) | None, None) | (None, Some(_)) => None,
            };
            return within_signed(signed, own, verifier.limits);
        }
        let envelope = Envelope::Unverified(UnverifiedEnvelope(Response::read_envelope(response)?));
        let assertion = match parts.assertion {
            None => None,
            Some(assertion) => Some(own_signed(assertion, parts.assertion_signature, &mut verifier)?),
        };
        Ok(ReceivedResponse { envelope, assertion })
    }
}

/// The elements of a Response that matter to trust, each at its schema position.
struct Parts<'d> {
    response_signature: Option<Element<'d>>,
    assertion: Option<Element<'d>>,
    assertion_signature: Option<Element<'d>>,
}

impl<'d> Parts<'d> {
    /// Looks at direct children only; a signature anywhere else refuses the message (MR-3).
    fn of(response: Element<'d>, policy: &AlgorithmPolicy) -> Result<Self, TrustError> {
        let mut assertion = None;
        let mut assertions = 0;
        for child in response.child_elements() {
            if child.is(names::saml::ASSERTION) || child.is(names::saml::ENCRYPTED_ASSERTION) {
                assertions += 1;
                assertion = Some(child);
            }
        }
        if assertions > 1 {
            return Err(TrustError::AssertionCount { found: assertions });
        }
        if assertion.is_some_and(|a| a.is(names::saml::ENCRYPTED_ASSERTION)) {
            return Err(TrustError::DecryptionKeyMissing);
        }
        let response_signature = signature_at_its_place(response, policy)?;
        let assertion_signature = match assertion {
            Some(assertion) => signature_at_its_place(assertion, policy)?,
            None => None,
        };
        let expected = usize::from(response_signature.is_some()) + usize::from(assertion_signature.is_some());
        let found = signature_count(response);
        if found != expected {
            return Err(TrustError::SignatureUnexpectedPlace { expected, found });
        }
        Ok(Self { response_signature, assertion, assertion_signature })
    }
}

/// The signature of `parent`, where the schema wants it or where the peer's policy tolerates it.
pub(super) fn signature_at_its_place<'d>(
    parent: Element<'d>,
    policy: &AlgorithmPolicy,
) -> Result<Option<Element<'d>>, TrustError> {
    match own_signature(parent, SignaturePosition::AfterIssuer)? {
        None => Ok(None),
        Some((signature, true)) => Ok(Some(signature)),
        Some((signature, false)) if policy.granted().contains(Relaxation::SignaturePosition) => {
            Ok(Some(signature))
        }
        Some((_, false)) => Err(TrustError::SignaturePosition { parent: parent.name().local.to_owned() }),
    }
}

/// Only the Response's own octets are read from here on; the assertion in them is covered by its signature, and by
/// its own too where it has one.
fn within_signed(
    signed: SignedOctets,
    own: Option<SignatureFacts>,
    limits: &Limits,
) -> Result<ReceivedResponse, TrustError> {
    let document = Document::parse(signed.octets, limits)?;
    let outer = signed.facts;
    let response = document.root();
    let envelope = Response::read_envelope(response)?;
    let assertion = match response.child_elements().find(|e| e.is(names::saml::ASSERTION)) {
        None => None,
        Some(element) => {
            let provenance = match own {
                None => Provenance::WithinSigned(outer.clone()),
                Some(own) => Provenance::EnvelopedWithinSigned { own, outer: outer.clone() },
            };
            Some(Verified::new(Assertion::read(element)?, provenance))
        }
    };
    let envelope = Envelope::Verified(Verified::new(envelope, Provenance::Enveloped(outer)));
    Ok(ReceivedResponse { envelope, assertion })
}

/// An assertion that stands on its own signature, read from the octets that were hashed.
fn own_signed(
    assertion: Element<'_>,
    signature: Option<Element<'_>>,
    verifier: &mut Verifier<'_>,
) -> Result<Verified<Assertion>, TrustError> {
    let signature = signature.ok_or(TrustError::SignatureMissing)?;
    let SignedOctets { octets, facts } = verifier.verify(assertion, signature)?;
    let document = Document::parse(octets, verifier.limits)?;
    let value = Assertion::read(document.root())?;
    Ok(Verified::new(value, Provenance::Enveloped(facts)))
}
