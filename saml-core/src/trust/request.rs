//! Floor 6: requests, which may come unsigned where the peer's metadata allows it.

use super::response::signature_at_its_place;
use super::{Message, PeerKeys, Provenance, TrustError, Unverified, Verified};
use crate::base::{Budget, Coded, Limits, Relaxation, Relaxations, VerdictCode};
use crate::crypto::{PeerPolicy, SignatureAlgorithm};
use crate::dsig::{
    CrossCheck, DetachedSignature, DsigError, SignatureFacts, SignedOctets, Verifier, signature_count,
};
use crate::xml::{Document, SchemaError};

/// A request that is unsigned, or whose signature holds.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReceivedMessage<T: Message> {
    /// Signed by the peer.
    Verified(Verified<T>),
    /// Not signed. Anybody may have sent it, so that it can ask only for what the peer's metadata offers anyway.
    Unsigned(Unverified<T>),
}

impl<T: Message + Clone> ReceivedMessage<T> {
    /// Whether the peer's key signed it.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// The relaxations of the peer's policy without which its signature would have been refused.
    #[must_use]
    pub fn relaxations_used(&self) -> Relaxations {
        match self {
            Self::Verified(message) => message.provenance().relaxations_used(),
            Self::Unsigned(_) => Relaxations::NONE,
        }
    }

    /// Its content, signed or not.
    pub(crate) fn claims(&self) -> Result<T, SchemaError> {
        match self {
            Self::Verified(message) => Ok((**message).clone()),
            Self::Unsigned(message) => message.claims(),
        }
    }
}

/// A request that is refused for its signature: the reason, and its unverified content, so that the other rules can be
/// checked too.
#[derive(Debug, thiserror::Error)]
#[error("the request is refused for its signature")]
pub struct RefusedRequest<T: Message> {
    /// Why.
    #[source]
    pub error: Box<TrustError>,
    claimed: Option<Box<Unverified<T>>>,
}

impl<T: Message> RefusedRequest<T> {
    /// Its unverified content, if it can be read. Good for telling more faults, and for nothing else.
    pub(crate) fn claims(&self) -> Option<T> {
        self.claimed.as_ref()?.claims().ok()
    }
}

impl<T: Message> From<TrustError> for RefusedRequest<T> {
    fn from(error: TrustError) -> Self {
        Self { error: Box::new(error), claimed: None }
    }
}

impl<T: Message> Coded for RefusedRequest<T>
where
    Self: std::error::Error,
{
    fn code(&self) -> VerdictCode {
        self.error.code()
    }

    fn expected(&self) -> Option<String> {
        self.error.expected()
    }

    fn found(&self) -> Option<String> {
        self.error.found()
    }

    fn hint(&self) -> Option<&'static str> {
        self.error.hint()
    }
}

/// The keys and the policy of the peer that a message claims to come from.
#[derive(Clone, Copy, Debug)]
pub struct PeerSignatures<'a> {
    /// Its pinned keys; `None` if its metadata has none, so that only unsigned messages can be taken.
    pub keys: Option<&'a PeerKeys>,
    /// The policy for it.
    pub policy: &'a PeerPolicy,
    /// Bounds on the message.
    pub limits: &'a Limits,
}

impl<T: Message> Unverified<T> {
    /// Verifies the enveloped signature of a message that came by POST or SOAP, if it carries one.
    ///
    /// # Errors
    /// A signature is there and does not hold, stands elsewhere, or no key of the peer is known.
    pub fn verify_enveloped(self, peer: PeerSignatures<'_>) -> Result<ReceivedMessage<T>, RefusedRequest<T>> {
        match self.enveloped_octets(peer, &mut Budget::for_message()) {
            Ok(Some(signed)) => {
                // From here on, only the hashed octets are read. Dropping the others halves the memory.
                drop(self);
                Ok(ReceivedMessage::Verified(read_signed(signed, peer.limits)?))
            }
            Ok(None) => self.received(Ok(None)),
            Err(error) => self.received(Err(error)),
        }
    }

    fn received(
        self,
        outcome: Result<Option<Verified<T>>, TrustError>,
    ) -> Result<ReceivedMessage<T>, RefusedRequest<T>> {
        match outcome {
            Ok(Some(verified)) => Ok(ReceivedMessage::Verified(verified)),
            Ok(None) => Ok(ReceivedMessage::Unsigned(self)),
            Err(error) => Err(RefusedRequest { error: Box::new(error), claimed: Some(Box::new(self)) }),
        }
    }

    /// The octets under the message's own signature, if it has one; it has no other.
    fn enveloped_octets(
        &self,
        peer: PeerSignatures<'_>,
        budget: &mut Budget,
    ) -> Result<Option<SignedOctets>, TrustError> {
        let root = self.root();
        let signature = signature_at_its_place(root, peer.policy)?;
        let expected = usize::from(signature.is_some());
        let found = signature_count(root);
        if found != expected {
            return Err(TrustError::SignatureUnexpectedPlace { expected, found });
        }
        let Some(signature) = signature else {
            return Ok(None);
        };
        let keys = peer.keys.ok_or(TrustError::SignatureWithoutKey)?;
        let mut verifier =
            Verifier { keys: keys.as_slice(), policy: peer.policy, limits: peer.limits, budget };
        Ok(Some(verifier.verify(root, signature)?))
    }

    /// Verifies the signature beside a message that came by Redirect, if there is one.
    ///
    /// Only the binding calls this. It took the message out of the very octets that are signed.
    ///
    /// # Errors
    /// The signature does not hold, an enveloped one is there that the peer's policy does not tolerate or that does not
    /// hold, or no key of the peer is known.
    pub(crate) fn verify_detached(
        self,
        signature: Option<&DetachedSignature>,
        peer: PeerSignatures<'_>,
    ) -> Result<ReceivedMessage<T>, RefusedRequest<T>> {
        let outcome = self.detached(signature, peer);
        self.received(outcome)
    }

    fn detached(
        &self,
        signature: Option<&DetachedSignature>,
        peer: PeerSignatures<'_>,
    ) -> Result<Option<Verified<T>>, TrustError> {
        let mut budget = Budget::for_message();
        let embedded = self.embedded_in_redirect(peer, &mut budget)?;
        let Some(signature) = signature else {
            return embedded.map(|signed| read_signed(signed, peer.limits)).transpose();
        };
        let keys = peer.keys.ok_or(TrustError::SignatureWithoutKey)?;
        let algorithm = SignatureAlgorithm::from_uri(&signature.algorithm)
            .ok_or_else(|| DsigError::SignatureAlgorithmUnknown { found: signature.algorithm.clone() })?;
        let mut verifier =
            Verifier { keys: keys.as_slice(), policy: peer.policy, limits: peer.limits, budget: &mut budget };
        let (key, mut relaxations_used) =
            verifier.verify_value(algorithm, &signature.octets, &signature.value)?;
        if let Some(embedded) = embedded {
            relaxations_used = relaxations_used.union(embedded.facts.relaxations_used);
        }
        let facts = SignatureFacts {
            signature_algorithm: algorithm,
            digest_algorithm: None,
            key_fingerprint: *key.fingerprint(),
            relaxations_used,
            cross_check: CrossCheck::of_detached(peer.policy),
        };
        let value = self.claims()?;
        Ok(Some(Verified::new(value, Provenance::Detached(facts))))
    }

    /// A signature inside a message that came by Redirect, against [Bindings §3.4.4.1]: refused, unless the peer's
    /// policy tolerates it. Then it must hold, whatever stands beside the message: a signature that is there and not
    /// looked at is the beginning of most attacks.
    fn embedded_in_redirect(
        &self,
        peer: PeerSignatures<'_>,
        budget: &mut Budget,
    ) -> Result<Option<SignedOctets>, TrustError> {
        if signature_count(self.root()) == 0 {
            return Ok(None);
        }
        if !peer.policy.granted().contains(Relaxation::SignatureInRedirect) {
            return Err(TrustError::SignatureEmbeddedInRedirect);
        }
        let signed = self.enveloped_octets(peer, budget)?;
        Ok(signed.map(|mut signed| {
            let used = signed.facts.relaxations_used;
            signed.facts.relaxations_used = used.with(Relaxation::SignatureInRedirect);
            signed
        }))
    }
}

/// Reads a message from the octets that were hashed.
fn read_signed<T: Message>(signed: SignedOctets, limits: &Limits) -> Result<Verified<T>, TrustError> {
    let document = Document::parse(signed.octets, limits)?;
    Ok(Verified::new(T::read(document.root())?, Provenance::Enveloped(signed.facts)))
}
