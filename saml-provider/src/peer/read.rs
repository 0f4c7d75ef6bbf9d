//! From octets to the description of a peer.

use std::io::Read;

use saml_core::base::{EntityId, Limits};
use saml_core::crypto::PeerPolicy;
use saml_core::metadata::{EntityDescriptor, RoleDescriptor};
use saml_core::trust::{
    MetadataPublisher, MetadataSource, MetadataStreamError, NoRole, TrustError, Verified,
    read_entity_descriptor, read_published_entity, require_end,
};

use super::{Lines, PeerError, PeerFault};

/// Octets that are read of a federation's metadata before they are looked at.
const READ_AT_ONCE: u64 = 64 * 1024;

/// Reads the description of the one entity of a file that an administrator put here; and what lines are found by.
///
/// # Errors
/// Not metadata of one entity.
pub fn read_file(octets: Vec<u8>) -> (Lines, Result<Verified<EntityDescriptor>, PeerError>) {
    let lines = Lines::of(octets.clone());
    let read = read_entity_descriptor(octets, None, MetadataSource::LocalFile, &Limits::METADATA);
    (lines, read.map_err(PeerError::from))
}

/// Finds an entity in the metadata of its federation, which is verified while it is read. `role` picks the role that is
/// wanted of it.
///
/// # Errors
/// The metadata can't be read, is not signed by its publisher, or does not describe the entity in that role; the
/// description never ends, and `policy` does not grant `metadata-without-end`.
pub fn read_federation(
    mut metadata: impl Read,
    entity_id: &EntityId,
    publisher: MetadataPublisher<'_>,
    role: impl FnOnce(&EntityDescriptor) -> Result<&RoleDescriptor, NoRole>,
    policy: &PeerPolicy,
) -> Result<Verified<EntityDescriptor>, PeerError> {
    let of = |fault| PeerError::of(entity_id, fault);
    let read = read_published_entity(entity_id, publisher, |buffer| {
        metadata.by_ref().take(READ_AT_ONCE).read_to_end(buffer).map(|_octets| ())
    });
    let descriptor = read.map_err(|error| {
        of(match error {
            MetadataStreamError::Source(error) => PeerFault::Source(error),
            MetadataStreamError::Refused(error) => PeerFault::Metadata(error),
        })
    })?;
    let role = role(&descriptor).map_err(|error| of(PeerFault::Role(error)))?;
    require_end(&descriptor, role, policy).map_err(|error| of(PeerFault::Metadata(Box::new(error))))?;
    Ok(descriptor)
}

impl From<TrustError> for PeerError {
    fn from(error: TrustError) -> Self {
        Self::new(PeerFault::Metadata(Box::new(error)))
    }
}
