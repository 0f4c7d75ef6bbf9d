//! Floor 6: metadata, the root of all trust in peers.

use super::{PeerKeys, Provenance, TrustError, Verified};
use crate::base::{Budget, EntityId, Limits, Relaxation, SamlInstant};
use crate::crypto::PeerPolicy;
use crate::dsig::{SignaturePosition, Verifier, own_signature};
use crate::metadata::{EntityDescriptor, RoleDescriptor};
use crate::xml::schema::instant;
use crate::xml::{Document, Element, ElementReader, SchemaError, names, trimmed};

/// Why a metadata document is believed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum MetadataSource<'a> {
    /// An administrator put the file there. A signature in it is not looked at.
    LocalFile,
    /// Its root is signed by one of these keys, received out of band [MetaIOP §2.5].
    SignedBy {
        /// The publisher's keys.
        keys: &'a PeerKeys,
        /// The policy for the publisher.
        policy: &'a PeerPolicy,
    },
}

/// Reads the description of one entity from an `EntityDescriptor` or an `EntitiesDescriptor`.
///
/// `entity_id` chooses among several; without it the document must describe exactly one. The `validUntil` of the
/// result is the earliest of its own and those around it [Metadata §2.3.1]; whether it has passed is for the caller
/// to judge, who knows the time.
///
/// # Errors
/// Not well-formed, not by the schema, not signed by the publisher, entity absent or described twice.
pub fn read_entity_descriptor(
    octets: Vec<u8>,
    entity_id: Option<&EntityId>,
    source: MetadataSource<'_>,
    limits: &Limits,
) -> Result<Verified<EntityDescriptor>, TrustError> {
    let document = Document::parse(octets, limits)?;
    match source {
        MetadataSource::LocalFile => {
            let descriptor = choose(document.root(), entity_id)?;
            Ok(Verified::new(descriptor, Provenance::LocalConfiguration))
        }
        MetadataSource::SignedBy { keys, policy } => {
            let root = document.root();
            let (signature, at_its_place) =
                own_signature(root, SignaturePosition::First)?.ok_or(TrustError::SignatureMissing)?;
            if !at_its_place {
                return Err(TrustError::SignaturePosition { parent: root.name().local.to_owned() });
            }
            let mut budget = Budget::for_message();
            let mut verifier = Verifier { keys: keys.as_slice(), policy, limits, budget: &mut budget };
            let signed = verifier.verify(root, signature)?;
            // Only one of the two is held at a time, to halve the memory.
            drop(document);
            let document = Document::parse(signed.octets, limits)?;
            // Line numbers of the canonical octets don't match those of the file.
            let descriptor = choose(document.root(), entity_id).map_err(TrustError::without_line)?;
            Ok(Verified::new(descriptor, Provenance::Enveloped(signed.facts)))
        }
    }
}

fn choose(root: Element<'_>, entity_id: Option<&EntityId>) -> Result<EntityDescriptor, TrustError> {
    let mut candidates = candidates(root)?;
    candidates.retain(|(element, _)| {
        entity_id.is_none_or(|wanted| element.attribute("entityID").map(trimmed) == Some(wanted.as_str()))
    });
    let found = candidates.len();
    match (candidates.pop(), found) {
        (None, _) => Err(TrustError::EntityUnknown {
            expected: entity_id.map_or_else(|| "an EntityDescriptor".to_owned(), ToString::to_string),
        }),
        (Some((element, outer)), 1) => {
            let mut descriptor = EntityDescriptor::read(element)?;
            descriptor.valid_until = earliest(descriptor.valid_until, outer?);
            Ok(descriptor)
        }
        (Some(_), found) => Err(TrustError::EntityAmbiguous { found }),
    }
}

/// An entity with the earliest `validUntil` of the groups around it, or with the fault of one of those groups, which
/// doesn't affect other entities.
type Candidate<'d> = (Element<'d>, Result<Option<SamlInstant>, SchemaError>);

/// All `EntityDescriptor` elements.
fn candidates(root: Element<'_>) -> Result<Vec<Candidate<'_>>, TrustError> {
    let mut found = Vec::new();
    let mut open: Vec<Candidate<'_>> = vec![(root, Ok(None))];
    while let Some((element, outer)) = open.pop() {
        if element.is(names::md::ENTITY_DESCRIPTOR) {
            found.push((element, outer));
        } else if element.is(names::md::ENTITIES_DESCRIPTOR) {
            let mut reader = ElementReader::new(element);
            let own = reader.parse_attribute("validUntil", instant);
            let end = outer.and_then(|outer| Ok(earliest(own?, outer)));
            open.extend(element.child_elements().map(|child| (child, end.clone())));
        } else if element.parent().is_none() {
            return Err(TrustError::UnexpectedMessage {
                expected: "EntityDescriptor",
                found: format!("{{{}}}{}", element.name().namespace, element.name().local),
            });
        }
    }
    Ok(found)
}

/// Refuses the description of a role that has no end, neither its own nor one of an element around it [MetaIOP §2.3]:
/// an old copy with its genuine signature would bring withdrawn keys back.
///
/// For descriptions that a federation publishes; a file that an administrator put there ends when it is replaced.
///
/// # Errors
/// [`TrustError::ValidUntilMissing`], unless the peer is granted [`Relaxation::MetadataWithoutEnd`].
pub fn require_end(
    descriptor: &EntityDescriptor,
    role: &RoleDescriptor,
    policy: &PeerPolicy,
) -> Result<(), TrustError> {
    if descriptor.valid_until_of(role).is_some() || policy.granted().contains(Relaxation::MetadataWithoutEnd)
    {
        return Ok(());
    }
    Err(TrustError::ValidUntilMissing { entity: descriptor.entity_id.to_string() })
}

/// The earlier of two ends; the only one if there is one.
pub(super) fn earliest(one: Option<SamlInstant>, other: Option<SamlInstant>) -> Option<SamlInstant> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
