//! From octets to the description of a peer.

use std::io::Read;

use saml_core::base::{EntityId, Limits};
use saml_core::metadata::EntityDescriptor;
use saml_core::trust::{
    MetadataPublisher, MetadataSource, MetadataStreamError, TrustError, Verified, read_entity_descriptor,
    read_published_entity,
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

/// Finds an entity in the metadata of its federation, which is verified while it is read.
///
/// # Errors
/// The metadata can't be read, is not signed by its publisher, or does not describe the entity.
pub fn read_federation(
    mut metadata: impl Read,
    entity_id: &EntityId,
    publisher: MetadataPublisher<'_>,
) -> Result<Verified<EntityDescriptor>, PeerError> {
    let read = read_published_entity(entity_id, publisher, |buffer| {
        metadata.by_ref().take(READ_AT_ONCE).read_to_end(buffer).map(|_octets| ())
    });
    read.map_err(|error| {
        let fault = match error {
            MetadataStreamError::Source(error) => PeerFault::Source(error),
            MetadataStreamError::Refused(error) => PeerFault::Metadata(error),
        };
        PeerError::of(entity_id, fault)
    })
}

impl From<TrustError> for PeerError {
    fn from(error: TrustError) -> Self {
        Self::new(PeerFault::Metadata(Box::new(error)))
    }
}
