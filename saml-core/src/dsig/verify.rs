//! Floor 4: checking an enveloped signature, cheapest and most telling steps first.

use super::DsigError;
use super::cross_check::{self, CrossCheck};
use super::reference::{Canonicalization, Reference, SignedInfo};
use super::signature::{SignatureElement, SignaturePosition, own_signature};
use crate::base::{Budget, Limits, Relaxation, Relaxations, is_nc_name};
use crate::c14n::{C14nError, canonical_octets};
use crate::crypto::{
    CryptoError, DigestAlgorithm, DigestValue, HashedOctets, KeyFamily, PeerPolicy, PublicKey,
    SignatureAlgorithm, digest, is_der_ecdsa_value,
};
use crate::xml::{Document, Element, NodeId, names};

/// The facts about a verified signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureFacts {
    /// The algorithm of the signature value.
    pub signature_algorithm: SignatureAlgorithm,
    /// The digest over the canonical element; `None` for a detached signature, whose algorithm implies it.
    pub digest_algorithm: Option<DigestAlgorithm>,
    /// SHA-256 over the SubjectPublicKeyInfo of the pinned key that verified it.
    pub key_fingerprint: DigestValue,
    /// The relaxations of the peer's policy without which it would have been refused.
    pub relaxations_used: Relaxations,
    /// What another implementation says, where the peer's policy asks for one.
    pub cross_check: CrossCheck,
}

/// The octets that were hashed, and how.
pub(crate) struct SignedOctets {
    /// Canonical XML of the signed element without its signature; never empty.
    pub(crate) octets: Vec<u8>,
    pub(crate) facts: SignatureFacts,
}

/// A `SignedInfo` that a pinned key has signed: how its one reference digests the parent, and the expected digest.
pub(super) struct SignedReference<'a> {
    pub(super) canonicalization: Canonicalization,
    pub(super) digest: Vec<u8>,
    pub(super) digest_algorithm: DigestAlgorithm,
    signature_algorithm: SignatureAlgorithm,
    key: &'a PublicKey,
    relaxations_used: Relaxations,
}

impl SignedReference<'_> {
    /// The facts about the signature, once its digest holds.
    pub(super) fn facts(&self, cross_check: CrossCheck) -> SignatureFacts {
        SignatureFacts {
            signature_algorithm: self.signature_algorithm,
            digest_algorithm: Some(self.digest_algorithm),
            key_fingerprint: *self.key.fingerprint(),
            relaxations_used: self.relaxations_used,
            cross_check,
        }
    }
}

/// Checks enveloped signatures of one peer in one message.
pub(crate) struct Verifier<'a> {
    pub(crate) keys: &'a [PublicKey],
    pub(crate) policy: &'a PeerPolicy,
    pub(crate) limits: &'a Limits,
    pub(crate) budget: &'a mut Budget,
}

impl<'a> Verifier<'a> {
    /// Verifies `signature`, a direct child of `parent`, and yields the octets that it covers.
    ///
    /// `SignatureValue` is checked before the message is canonicalised, so that a stranger without a key can't buy
    /// that work.
    pub(crate) fn verify(
        &mut self,
        parent: Element<'_>,
        signature: Element<'_>,
    ) -> Result<SignedOctets, DsigError> {
        let signed = self.verify_signed_info(parent, signature)?;
        let octets = self.canonicalize(parent, Some(signature.id()), &signed.canonicalization)?;
        let found = digest(signed.digest_algorithm, &octets).map_err(DsigError::Crypto)?;
        found.verify(&signed.digest).map_err(|_mismatch| DsigError::DigestMismatch)?;
        let id = parent.attribute("ID").unwrap_or_default();
        let cross_check = cross_check::confirm(self.policy, parent, id, signed.key, &octets)?;
        let facts = signed.facts(cross_check);
        Ok(SignedOctets { octets, facts })
    }

    /// Verifies the `SignatureValue` of `signature`, a direct child of `parent`. The reference is then read from a
    /// re-parse of the very octets whose signature held. `parent` has not been digested yet.
    pub(super) fn verify_signed_info(
        &mut self,
        parent: Element<'_>,
        signature: Element<'_>,
    ) -> Result<SignedReference<'a>, DsigError> {
        let id =
            parent.attribute("ID").filter(|id| is_nc_name(id)).ok_or_else(|| parent_without_id(parent))?;
        let shape = SignatureElement::read(signature)?;
        let (canonicalization, algorithm) = SignedInfo::read_methods(shape.signed_info)?;
        let octets = self.canonicalize_signed_info(shape.signed_info, &canonicalization)?;
        let (key, mut relaxations_used) = self.verify_value(algorithm, &octets, &shape.value)?;

        let signed = Document::parse(octets, self.limits).map_err(DsigError::CanonicalOctets)?;
        let signed_info = SignedInfo::read(signed.root())?;
        if signed_info.signature_algorithm != algorithm || signed_info.canonicalization != canonicalization {
            return Err(DsigError::NotInProfile { part: "methods that change when canonicalised" });
        }
        let reference = signed_info.reference;
        relaxations_used = relaxations_used.union(self.require_parent(&reference, parent, id)?);
        relaxations_used = relaxations_used
            .union(self.policy.check_digest(reference.digest_algorithm).map_err(DsigError::Policy)?)
            .union(position(parent)?);

        // A same-document reference leaves comments out, whatever the transform is called [XMLDSig §4.3.3.3].
        let Canonicalization { method, prefix_list } = reference.canonicalization;
        Ok(SignedReference {
            canonicalization: Canonicalization { method: method.without_comments(), prefix_list },
            digest: reference.digest,
            digest_algorithm: reference.digest_algorithm,
            signature_algorithm: algorithm,
            key,
            relaxations_used,
        })
    }

    /// Finds the pinned key that verifies `value` over `octets`.
    pub(crate) fn verify_value(
        &mut self,
        algorithm: SignatureAlgorithm,
        octets: &[u8],
        value: &[u8],
    ) -> Result<(&'a PublicKey, Relaxations), DsigError> {
        let hashed = HashedOctets::new(algorithm, octets);
        let mut refused = None;
        let mut tried = 0;
        for key in self.keys.iter().filter(|key| key.kind().family() == algorithm.family()) {
            let relaxations = match self.policy.check_signature(algorithm, key) {
                Ok(relaxations) => relaxations,
                Err(violation) => {
                    refused = Some(violation);
                    continue;
                }
            };
            self.budget.spend_signature_check().map_err(DsigError::Budget)?;
            tried += 1;
            match hashed.verify(key, value) {
                Ok(()) => return Ok((key, relaxations)),
                Err(CryptoError::SignatureInvalid) => {}
                Err(error) => return Err(DsigError::Crypto(error)),
            }
        }
        match (tried, refused) {
            (0, Some(violation)) => Err(DsigError::Policy(violation)),
            (0, None) => Err(DsigError::NoKeyOfThisKind { algorithm: algorithm.uri() }),
            (1.., _) if algorithm.family() == KeyFamily::Ec && is_der_ecdsa_value(value) => {
                Err(DsigError::SignatureValueInDer { octets: value.len() })
            }
            (keys_tried, _) => Err(DsigError::SignatureValueInvalid { keys_tried }),
        }
    }

    /// The reference names the parent of the signature. If the policy allows it, it may name the whole document, whose
    /// root the parent then is.
    fn require_parent(
        &self,
        reference: &Reference,
        parent: Element<'_>,
        id: &str,
    ) -> Result<Relaxations, DsigError> {
        let mismatch = |found: &str| DsigError::ReferenceNotParent {
            expected: format!("#{id}"),
            found: found.to_owned(),
        };
        match reference.uri.as_deref() {
            Some("") => {
                let allowed = self.policy.granted().contains(Relaxation::EmptyReferenceUri);
                if allowed && parent.parent().is_none() {
                    Ok(Relaxation::EmptyReferenceUri.into())
                } else {
                    Err(mismatch("an empty URI"))
                }
            }
            Some(uri) => match uri.strip_prefix('#') {
                Some(fragment) if fragment == id => Ok(Relaxations::NONE),
                Some(_) | None => Err(mismatch(uri)),
            },
            None => Err(mismatch("no URI")),
        }
    }

    /// All that is canonicalised, and hashed, for a stranger without a key: as little as `SignedInfo` may be.
    fn canonicalize_signed_info(
        &self,
        signed_info: Element<'_>,
        canonicalization: &Canonicalization,
    ) -> Result<Vec<u8>, DsigError> {
        let limit = self.limits.signed_info_octets.min(self.limits.canonical_octets);
        let limits = Limits { canonical_octets: limit, ..self.limits.clone() };
        let Canonicalization { method, prefix_list } = canonicalization;
        canonical_octets(signed_info, None, *method, prefix_list, &limits).map_err(|error| {
            if let C14nError::TooLarge { limit } = error {
                DsigError::SignedInfoTooLarge { limit }
            } else {
                DsigError::Canonicalization(error)
            }
        })
    }

    fn canonicalize(
        &self,
        element: Element<'_>,
        omit: Option<NodeId>,
        canonicalization: &Canonicalization,
    ) -> Result<Vec<u8>, DsigError> {
        let Canonicalization { method, prefix_list } = canonicalization;
        canonical_octets(element, omit, *method, prefix_list, self.limits)
            .map_err(DsigError::Canonicalization)
    }
}

/// Whether the signature of `parent` stands where the schema wants it; the caller has refused it otherwise, unless the
/// peer's policy tolerates that. First in metadata, after the issuer in all else.
fn position(parent: Element<'_>) -> Result<Relaxations, DsigError> {
    let wanted = if parent.name().namespace == names::MD {
        SignaturePosition::First
    } else {
        SignaturePosition::AfterIssuer
    };
    match own_signature(parent, wanted)? {
        Some((_, false)) => Ok(Relaxation::SignaturePosition.into()),
        Some((_, true)) | None => Ok(Relaxations::NONE),
    }
}

#[cold]
fn parent_without_id(parent: Element<'_>) -> DsigError {
    DsigError::ParentWithoutId {
        element: parent.name().local.to_owned(),
        found: parent.attribute("ID").map(|id| id.chars().take(128).collect()),
    }
}
