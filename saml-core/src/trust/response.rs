//! Floor 6: from a received Response to a verified Assertion.

use super::encrypted::open_parts;
use super::{DecryptionKeys, PeerKeys, Provenance, TrustError, Unverified, Verified};
use crate::assertion::Assertion;
use crate::base::{Budget, EntityId, Limits, Relaxation, Relaxations};
use crate::crypto::PeerPolicy;
use crate::dsig::{
    SignatureFacts, SignaturePosition, SignedOctets, Verifier, own_signature, signature_count,
};
use crate::enc::{DecryptionFacts, Opened, Opener};
use crate::protocol::{Response, StatusResponse};
use crate::xml::{Document, Element, MisboundPrefix, names};

/// The Response around the assertion: version, issuer, destination, status.
#[derive(Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "there is one for each message, and an allocation costs more")]
pub enum OuterResponse {
    /// It carries a signature of its own.
    Verified(Verified<StatusResponse>),
    /// Only the assertion in it is signed. Its content can make a check fail, never pass.
    Unverified(UnverifiedOuterResponse),
}

/// What an unsigned Response says around its signed assertion.
#[derive(Debug)]
pub struct UnverifiedOuterResponse(StatusResponse);

impl OuterResponse {
    /// Whether the Response itself is signed.
    #[must_use]
    pub const fn is_verified(&self) -> bool {
        matches!(self, Self::Verified(_))
    }

    /// Its content, signed or not.
    pub(crate) fn claims(&self) -> &StatusResponse {
        match self {
            Self::Verified(envelope) => envelope,
            Self::Unverified(UnverifiedOuterResponse(envelope)) => envelope,
        }
    }
}

/// A Response all of whose signatures hold.
#[derive(Debug)]
pub struct ReceivedResponse {
    pub(crate) envelope: OuterResponse,
    /// `None` for a Response without an assertion: an error status.
    pub(crate) assertion: Option<Verified<Assertion>>,
    /// A prefix in what was verified that everybody else binds otherwise.
    pub(crate) misbound_prefix: Option<Box<MisboundPrefix>>,
}

impl ReceivedResponse {
    /// The Response around the assertion.
    #[must_use]
    pub const fn envelope(&self) -> &OuterResponse {
        &self.envelope
    }

    /// The assertion, if the Response holds one. It is verified, not accepted: see [`crate::validation`].
    #[must_use]
    pub const fn assertion(&self) -> Option<&Verified<Assertion>> {
        self.assertion.as_ref()
    }

    /// Whether nobody vouches for any of it: an error answer may come so, and can't be accepted.
    #[must_use]
    pub const fn is_unsigned(&self) -> bool {
        !self.envelope.is_verified() && self.assertion.is_none()
    }

    /// The provenances of its verified parts: the envelope, the assertion, or both.
    pub fn provenances(&self) -> impl Iterator<Item = &Provenance> + Clone {
        let envelope = match &self.envelope {
            OuterResponse::Verified(envelope) => Some(envelope.provenance()),
            OuterResponse::Unverified(_) => None,
        };
        envelope.into_iter().chain(self.assertion.as_ref().map(Verified::provenance))
    }

    /// The relaxations of the peer's policy without which the Response would have been refused.
    #[must_use]
    pub fn relaxations_used(&self) -> Relaxations {
        let used = self.provenances().map(Provenance::relaxations_used);
        used.fold(Relaxations::NONE, Relaxations::union)
    }
}

/// The keys and the policy with which a Response is verified and decrypted. All of it is local knowledge.
#[derive(Clone, Copy, Debug)]
pub struct ResponseVerification<'a> {
    /// The pinned keys of the peer.
    pub keys: &'a PeerKeys,
    /// The policy for it.
    pub policy: &'a PeerPolicy,
    /// Our own keys, and those that we share with the peer. Without any, whatever is encrypted refuses the message.
    pub decryption_keys: &'a DecryptionKeys,
    /// Our own name: a session key that is marked as wrapped for it is tried first.
    pub recipient: &'a EntityId,
    /// Bounds on the message, and on each plaintext in it.
    pub limits: &'a Limits,
}

impl Unverified<Response> {
    /// Verifies every signature of the Response and of its assertion with the peer's pinned keys, and decrypts its
    /// encrypted parts with our keys.
    ///
    /// At least one of the two must be signed if there is an assertion. A signature that is there must hold, even
    /// if the other one would do. A Response with an error status and no assertion may be unsigned; it then yields
    /// nothing that could be accepted.
    ///
    /// The signature of a Response covers ciphertext and is verified before anything is opened. An assertion out of an
    /// unsigned Response must be signed itself, inside the ciphertext. The name and the attributes of an assertion are
    /// opened only once it is verified; one that stays closed refuses the message.
    ///
    /// # Errors
    /// [`TrustError`], with nothing of the message believed.
    pub fn verify(&self, with: &ResponseVerification<'_>) -> Result<ReceivedResponse, TrustError> {
        self.check_signatures(with)?.read()
    }

    /// As [`verify`](Self::verify), for a message that is used up. Of it, nothing is held beside the octets that were
    /// hashed while those are read but its own octets; of one that is refused, it is there again for its claims.
    pub(crate) fn verify_once(
        self,
        with: &ResponseVerification<'_>,
    ) -> Result<ReceivedResponse, (TrustError, Option<Self>)> {
        match self.check_signatures(with) {
            Err(error) => Err((error, Some(self))),
            Ok(checked) => {
                let octets = self.into_octets();
                let again = || octets.and_then(|octets| Self::parse(octets, with.limits).ok());
                checked.read().map_err(|error| (error, again()))
            }
        }
    }

    /// All that is done with the message as it came.
    fn check_signatures<'a>(&self, with: &ResponseVerification<'a>) -> Result<Checked<'a>, TrustError> {
        let response = self.root();
        let parts = Parts::of(response, with.policy)?;
        let mut work = Work { with: *with, budget: Budget::for_message() };
        if let Some(signature) = parts.response_signature {
            let signed = work.verifier().verify(response, signature)?;
            // The inner signature is checked where it stands: inclusive canonicalisation, or a list of prefixes, may
            // draw on namespaces of the Response that its own exclusive canonical form leaves out.
            let own = match (parts.assertion, parts.assertion_signature) {
                (Some(assertion), Some(signature)) => {
                    Some(work.verifier().verify(assertion, signature)?.facts)
                }
                (Some(_) | None, None) | (None, Some(_)) => None,
            };
            return Ok(Checked::Response { work, signed, own });
        }
        let envelope =
            OuterResponse::Unverified(UnverifiedOuterResponse(Response::read_envelope(response)?.judged()));
        match parts.assertion {
            None => Ok(Checked::Nothing { envelope }),
            Some(encrypted) if is_encrypted(encrypted) => {
                let (signed, decryption) = work.open_own_signed(encrypted)?;
                Ok(Checked::Assertion { work, envelope, signed, decryptions: vec![decryption] })
            }
            Some(assertion) => {
                let signature = parts.assertion_signature.ok_or(TrustError::SignatureMissing)?;
                let signed = work.verifier().verify(assertion, signature)?;
                Ok(Checked::Assertion { work, envelope, signed, decryptions: Vec::new() })
            }
        }
    }
}

/// A Response whose signatures outside ciphertexts hold.
enum Checked<'a> {
    /// The Response is signed, and its assertion perhaps too.
    Response { work: Work<'a>, signed: SignedOctets, own: Option<SignatureFacts> },
    /// Its assertion alone is signed.
    Assertion {
        work: Work<'a>,
        envelope: OuterResponse,
        signed: SignedOctets,
        decryptions: Vec<DecryptionFacts>,
    },
    /// It has no assertion.
    Nothing { envelope: OuterResponse },
}

impl Checked<'_> {
    /// Reads the octets that were hashed.
    fn read(self) -> Result<ReceivedResponse, TrustError> {
        match self {
            Self::Response { mut work, signed, own } => work.within_signed(signed, own),
            Self::Assertion { mut work, envelope, signed, decryptions } => {
                let (assertion, misbound_prefix) = work.read_signed(signed, decryptions)?;
                Ok(ReceivedResponse { envelope, assertion: Some(assertion), misbound_prefix })
            }
            Self::Nothing { envelope } => {
                Ok(ReceivedResponse { envelope, assertion: None, misbound_prefix: None })
            }
        }
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
    fn of(response: Element<'d>, policy: &PeerPolicy) -> Result<Self, TrustError> {
        let found = assertions(response).count();
        if found > 1 {
            return Err(TrustError::AssertionCount { found });
        }
        let assertion = assertions(response).next();
        let response_signature = signature_at_its_place(response, policy)?;
        let assertion_signature = match assertion {
            Some(assertion) if !is_encrypted(assertion) => signature_at_its_place(assertion, policy)?,
            Some(_) | None => None,
        };
        let expected = usize::from(response_signature.is_some()) + usize::from(assertion_signature.is_some());
        require_signature_count(response, expected)?;
        Ok(Self { response_signature, assertion, assertion_signature })
    }
}

/// The assertions of a Response, in clear or not; the one that there may be is signed, encrypted or neither.
fn assertions(response: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    let is_one = |e: &Element<'_>| e.is(names::saml::ASSERTION) || is_encrypted(*e);
    response.child_elements().filter(is_one)
}

fn is_encrypted(assertion: Element<'_>) -> bool {
    assertion.is(names::saml::ENCRYPTED_ASSERTION)
}

/// Refuses a message with a signature where none belongs (MR-3).
fn require_signature_count(element: Element<'_>, expected: usize) -> Result<(), TrustError> {
    let found = signature_count(element);
    if found == expected { Ok(()) } else { Err(TrustError::SignatureUnexpectedPlace { expected, found }) }
}

/// The signature of a decrypted assertion, which must be the only one in it: the same rule as for the message.
fn signature_of_opened<'d>(
    assertion: Element<'d>,
    policy: &PeerPolicy,
) -> Result<Option<Element<'d>>, TrustError> {
    let signature = signature_at_its_place(assertion, policy)?;
    require_signature_count(assertion, usize::from(signature.is_some()))?;
    Ok(signature)
}

/// Why an assertion in a signed Response is believed.
fn provenance_within(own: Option<SignatureFacts>, outer: &SignatureFacts) -> Provenance {
    match own {
        None => Provenance::WithinSigned(outer.clone()),
        Some(own) => Provenance::EnvelopedWithinSigned { own, outer: outer.clone() },
    }
}

/// An assertion that was read, and a prefix around it or in it that everybody else binds otherwise.
type ReadAssertion = (Verified<Assertion>, Option<Box<MisboundPrefix>>);

/// The verification of one Response.
struct Work<'a> {
    with: ResponseVerification<'a>,
    budget: Budget,
}

impl Work<'_> {
    fn verifier(&mut self) -> Verifier<'_> {
        let ResponseVerification { keys, policy, limits, .. } = self.with;
        Verifier { keys: keys.as_slice(), policy, limits, budget: &mut self.budget }
    }

    fn opener(&mut self) -> Opener<'_> {
        let ResponseVerification { policy, decryption_keys, recipient, limits, .. } = self.with;
        decryption_keys.opener(recipient, policy, limits, &mut self.budget)
    }

    /// From here on, only the hashed octets of the Response are read. The Response's signature covers the assertion in
    /// them, or its ciphertext; the assertion's own signature, if there is one, covers it as well.
    fn within_signed(
        &mut self,
        signed: SignedOctets,
        own: Option<SignatureFacts>,
    ) -> Result<ReceivedResponse, TrustError> {
        let document = Document::parse(signed.octets, self.with.limits)?;
        let outer = signed.facts;
        let response = document.root();
        let envelope = Response::read_envelope(response)?;
        let assertion = match assertions(response).next() {
            None => None,
            Some(encrypted) if is_encrypted(encrypted) => Some(self.open_within_signed(encrypted, &outer)?),
            Some(assertion) => Some(self.read(assertion, provenance_within(own, &outer), Vec::new())?),
        };
        let (assertion, misbound_prefix) =
            assertion.map_or((None, None), |(read, misbound)| (Some(read), misbound));
        let envelope = OuterResponse::Verified(Verified::new(envelope, Provenance::Enveloped(outer)));
        Ok(ReceivedResponse { envelope, assertion, misbound_prefix })
    }

    /// `Verified<EncryptedAssertion>` to `Verified<Assertion>`: the signature covers the ciphertext and its key. If the
    /// assertion is signed itself, that holds too.
    fn open_within_signed(
        &mut self,
        encrypted: Element<'_>,
        outer: &SignatureFacts,
    ) -> Result<ReadAssertion, TrustError> {
        let Opened { document, facts } = self.opener().open(encrypted, names::saml::ASSERTION)?;
        let assertion = document.root();
        let own = match signature_of_opened(assertion, self.with.policy)? {
            None => None,
            Some(signature) => Some(self.verifier().verify(assertion, signature)?.facts),
        };
        self.read(assertion, provenance_within(own, outer), vec![facts])
    }

    /// `Unverified<EncryptedAssertion>` to `Unverified<Assertion>`, which must stand on its own signature: anybody
    /// can encrypt to us (attacks 38, 39).
    fn open_own_signed(
        &mut self,
        encrypted: Element<'_>,
    ) -> Result<(SignedOctets, DecryptionFacts), TrustError> {
        let Opened { document, facts } = self.opener().open(encrypted, names::saml::ASSERTION)?;
        let assertion = document.root();
        let signature = signature_of_opened(assertion, self.with.policy)?;
        let signature = signature.ok_or(TrustError::SignatureMissing)?;
        Ok((self.verifier().verify(assertion, signature)?, facts))
    }

    /// Reads an assertion from the octets that were hashed.
    fn read_signed(
        &mut self,
        signed: SignedOctets,
        decryptions: Vec<DecryptionFacts>,
    ) -> Result<ReadAssertion, TrustError> {
        let SignedOctets { octets, facts } = signed;
        let document = Document::parse(octets, self.with.limits)?;
        self.read(document.root(), Provenance::Enveloped(facts), decryptions)
    }

    /// Reads a verified assertion, and decrypts its encrypted parts.
    fn read(
        &mut self,
        assertion: Element<'_>,
        provenance: Provenance,
        mut decryptions: Vec<DecryptionFacts>,
    ) -> Result<ReadAssertion, TrustError> {
        let mut value = Assertion::read(assertion)?;
        decryptions.extend(open_parts(&mut value, assertion, &mut self.opener())?);
        let misbound = assertion.document().misbound_prefix().map(Box::new);
        Ok((Verified::new(value, provenance.with_decryptions(decryptions)), misbound))
    }
}

/// The signature of `parent`, where the schema wants it or where the peer's policy tolerates it.
pub(super) fn signature_at_its_place<'d>(
    parent: Element<'d>,
    policy: &PeerPolicy,
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
