//! Floor 6: one signed element of any document, for tools that look at signatures alone.

use super::{PeerKeys, Provenance, TrustError, Verified};
use crate::base::{Budget, Limits};
use crate::crypto::PeerPolicy;
use crate::dsig::{SignaturePosition, Verifier, own_signature};
use crate::xml::{Document, names};

/// Verifies the enveloped signature of one element, the root or the one with this ID, and yields the octets that it
/// covers.
///
/// The signature must keep the same profile as that of a message, and stand where the element's schema puts it: first
/// in metadata, after the issuer elsewhere. Does *not* look at anything else in the document: other signatures, the
/// schema, or the element's content. A message is accepted by [`accept_response`](crate::validation::accept_response),
/// never by this.
///
/// # Errors
/// [`TrustError`]: not a document, no such element, no signature of that element, or one that does not hold.
pub fn verify_element(
    octets: Vec<u8>,
    id: Option<&str>,
    keys: &PeerKeys,
    policy: &PeerPolicy,
    limits: &Limits,
) -> Result<Verified<Vec<u8>>, TrustError> {
    let document = Document::parse(octets, limits)?;
    let element = match id {
        None => document.root(),
        Some(id) => document
            .element_by_id(id)
            .ok_or_else(|| TrustError::ElementUnknown { expected: id.to_owned() })?,
    };
    let is_metadata = element.name().namespace == names::MD;
    if !is_metadata {
        document.require_message_profile()?;
    }
    let signature = if is_metadata {
        match own_signature(element, SignaturePosition::First)? {
            None => None,
            Some((signature, true)) => Some(signature),
            Some((_, false)) => {
                return Err(TrustError::SignaturePosition { parent: element.name().local.to_owned() });
            }
        }
    } else {
        super::response::signature_at_its_place(element, policy)?
    };
    let signature = signature.ok_or(TrustError::ElementUnsigned)?;
    let mut budget = Budget::for_message();
    let mut verifier = Verifier { keys: keys.as_slice(), policy, limits, budget: &mut budget };
    let signed = verifier.verify(element, signature)?;
    Ok(Verified::new(signed.octets, Provenance::Enveloped(signed.facts)))
}
