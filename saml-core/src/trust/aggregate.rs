//! Floor 6: the metadata of a whole federation, verified while it is read.
//!
//! An aggregate of a hundred megabytes is neither held nor parsed into a tree. It goes by once: checked by the strict
//! parser, canonicalised, digested. Its signature is the first child of its root, so that `SignatureValue` is verified
//! before anything else is looked at. The canonical octets of each entity go to an [`EntityStore`] in the same pass,
//! with a SHA-256 in the index, and become readable only once the root's digest has held: [`MetadataStream`] has no way
//! to look inside, [`VerifiedMetadata`] comes out of its end and nowhere else.
//!
//! ```compile_fail,E0599
//! use saml_core::{base::EntityId, trust::{EntitiesInMemory, MetadataStream}};
//! fn peek(stream: &mut MetadataStream<'_, EntitiesInMemory>, name: &EntityId) {
//!     stream.entity(name);
//! }
//! ```

mod group;
mod head;
mod reader;
mod store;

use std::collections::BTreeMap;

use self::group::shortest;
use self::reader::{Contents, Entry, MemberFault, Reader};
pub use self::store::{EntitiesInMemory, EntityStore};
use self::store::{INDEX_DIGEST, Stored};
use super::metadata::earliest;
use super::{PeerKeys, Provenance, TrustError, Verified};
use crate::base::{EntityId, Limits, SamlInstant};
use crate::crypto::{PeerPolicy, digest};
use crate::dsig::{DsigError, SignatureFacts};
use crate::metadata::EntityDescriptor;
use crate::xml::{Document, DocumentStream, SchemaError, XmlError};

/// Who publishes metadata: its keys, received out of band [MetaIOP §2.5], and what is permitted to it.
#[derive(Clone, Copy, Debug)]
pub struct MetadataPublisher<'a> {
    /// The publisher's keys.
    pub keys: &'a PeerKeys,
    /// The policy for the publisher.
    pub policy: &'a PeerPolicy,
}

/// Signed metadata on its way in. Its content is not accessible yet.
///
/// Each call takes the stream and gives it back, so that nothing is left of one that has failed.
pub struct MetadataStream<'k, S: EntityStore> {
    document: DocumentStream,
    reader: Reader<'k, S>,
}

impl<'k, S: EntityStore> MetadataStream<'k, S> {
    /// A stream that has received nothing yet, for an `EntitiesDescriptor` or an `EntityDescriptor`.
    ///
    /// [`Limits::AGGREGATE`] holds the largest aggregates that are published.
    #[must_use]
    pub fn new(publisher: MetadataPublisher<'k>, limits: &Limits, store: S) -> Self {
        Self { document: DocumentStream::new(limits), reader: Reader::new(publisher, limits, store) }
    }

    /// Takes the next octets, as many as there are.
    ///
    /// # Errors
    /// Not well-formed; not metadata; not signed by the publisher, at the place of the schema, over the root and
    /// nothing else; an entity twice; a limit; the store.
    pub fn feed(self, octets: &[u8]) -> Result<Self, TrustError> {
        let Self { mut document, mut reader } = self;
        let outcome = document.feed(octets, &mut reader);
        reader.take_failure().map_or(Ok(()), Err)?;
        outcome?;
        Ok(Self { document, reader })
    }

    /// Ends the metadata.
    ///
    /// # Errors
    /// As [`feed`](Self::feed); also if the document is incomplete, or was changed after it was signed.
    pub fn finish(self) -> Result<VerifiedMetadata<S>, TrustError> {
        let Self { document, mut reader } = self;
        let outcome = document.finish(&mut reader);
        reader.take_failure().map_or(Ok(()), Err)?;
        outcome?;
        let Contents { store, entries, unnamed, facts } = reader.finish()?;
        Ok(VerifiedMetadata { store, entries, unnamed, facts })
    }

    /// Feeds and finishes: `next` appends more octets to the empty buffer that it is given, none at the end.
    ///
    /// # Errors
    /// Those of `next`, and those of the metadata.
    pub fn read_all<E>(
        mut self,
        mut next: impl FnMut(&mut Vec<u8>) -> Result<(), E>,
    ) -> Result<VerifiedMetadata<S>, MetadataStreamError<E>> {
        let mut buffer = Vec::new();
        loop {
            buffer.clear();
            next(&mut buffer).map_err(MetadataStreamError::Source)?;
            if buffer.is_empty() {
                return self.finish().map_err(MetadataStreamError::refused);
            }
            self = self.feed(&buffer).map_err(MetadataStreamError::refused)?;
        }
    }
}

/// Reads the description of one entity out of signed metadata, in memory that does not grow with it: `next` as for
/// [`MetadataStream::read_all`].
///
/// # Errors
/// Those of `next`; metadata that is refused, or does not describe the entity.
pub fn read_published_entity<E>(
    name: &EntityId,
    publisher: MetadataPublisher<'_>,
    next: impl FnMut(&mut Vec<u8>) -> Result<(), E>,
) -> Result<Verified<EntityDescriptor>, MetadataStreamError<E>> {
    let store = EntitiesInMemory::of([name.clone()]);
    let mut metadata = MetadataStream::new(publisher, &Limits::AGGREGATE, store).read_all(next)?;
    metadata.entity(name).map_err(MetadataStreamError::refused)
}

/// Why [`MetadataStream::read_all`] yields nothing.
#[derive(Debug, thiserror::Error)]
pub enum MetadataStreamError<E> {
    /// The octets can't be had.
    #[error("the metadata can't be read")]
    Source(#[source] E),
    /// They are not believed.
    #[error("the metadata is refused")]
    Refused(#[source] Box<TrustError>),
}

impl<E> MetadataStreamError<E> {
    fn refused(error: TrustError) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// Metadata whose root was signed by its publisher.
///
/// Guarantees: the publisher signed every octet that an entity is read from. Does *not* guarantee that it is current:
/// see [`require_current`](Self::require_current).
pub struct VerifiedMetadata<S> {
    store: S,
    entries: BTreeMap<String, Entry>,
    unnamed: Vec<SchemaError>,
    facts: SignatureFacts,
}

impl<S: EntityStore> VerifiedMetadata<S> {
    /// Reads one entity, from the octets that were digested. Its `validUntil` is the earliest, its `cacheDuration` the
    /// shortest, of its own and those around it [Metadata §2.3.1].
    ///
    /// # Errors
    /// The metadata does not describe it, the store did not want it, can't find it or has changed it, or it does not
    /// follow the schema.
    pub fn entity(&mut self, name: &EntityId) -> Result<Verified<EntityDescriptor>, TrustError> {
        let unknown = || TrustError::EntityUnknown { expected: name.to_string() };
        let entry = self.entries.get(name.as_str()).ok_or_else(unknown)?;
        if let Some(fault) = &entry.fault {
            return Err(fault.of(name.as_str()));
        }
        let stored = entry
            .stored
            .as_ref()
            .ok_or_else(|| TrustError::EntityNotStored { expected: name.to_string() })?;
        let octets = read_stored(&mut self.store, stored)?;
        let document = Document::parse_in_context(octets, &entry.context, &Limits::METADATA)?;
        let mut descriptor = EntityDescriptor::read(document.root()).map_err(SchemaError::without_line)?;
        if descriptor.entity_id != *name {
            return Err(unknown());
        }
        descriptor.valid_until = earliest(descriptor.valid_until, entry.valid_until);
        descriptor.cache_duration = shortest(descriptor.cache_duration, entry.cache_duration.as_ref());
        Ok(Verified::new(descriptor, Provenance::Enveloped(self.facts.clone())))
    }

    /// The names of all entities, sorted, as the metadata writes them.
    pub fn entity_ids(&self) -> impl ExactSizeIterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The facts about the signature.
    pub const fn signature(&self) -> &SignatureFacts {
        &self.facts
    }

    /// Refuses metadata that has expired as a whole: `validUntil` bounds the element that carries it and what is
    /// inside, not its siblings [Metadata §2.3.1]. Members that have expired while others have not are told by
    /// [`expired`](Self::expired).
    ///
    /// # Errors
    /// Every entity, or a group around it, was valid until `now` or an earlier instant; the latest of them is named.
    pub fn require_current(&self, now: SamlInstant) -> Result<(), TrustError> {
        let latest = self.expired(now).max_by_key(|(_, valid_until)| *valid_until);
        match latest {
            Some((entity, valid_until)) if self.expired(now).count() == self.entries.len() => {
                Err(TrustError::MetadataExpired { entity: entity.to_owned(), valid_until })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// Refuses an entity that has expired, of itself or with the groups around it.
    ///
    /// # Errors
    /// [`TrustError::MetadataExpired`]. One that the metadata does not describe has not expired.
    pub fn require_current_entity(&self, name: &EntityId, now: SamlInstant) -> Result<(), TrustError> {
        let end = self.entries.get(name.as_str()).and_then(|entry| entry.valid_until);
        match end.filter(|end| *end <= now) {
            Some(valid_until) => Err(TrustError::MetadataExpired { entity: name.to_string(), valid_until }),
            None => Ok(()),
        }
    }

    /// Whether no entity, and no group around one, says when it ends.
    pub fn is_endless(&self) -> bool {
        self.entries.values().all(|entry| entry.valid_until.is_none())
    }

    /// The entities that have expired, each with its end, in the order of their names.
    pub fn expired(&self, now: SamlInstant) -> impl Iterator<Item = (&str, SamlInstant)> {
        self.entries.iter().filter_map(move |(name, entry)| {
            entry.valid_until.filter(|end| *end <= now).map(|end| (name.as_str(), end))
        })
    }

    /// Members that can't be read, by name where they have one, each with the reason. They spoil no other.
    ///
    /// Faults inside a description are found when it is [read](Self::entity).
    pub fn faults(&self) -> impl Iterator<Item = (Option<&str>, TrustError)> {
        let named = self.entries.iter().filter_map(|(name, entry)| {
            let fault = entry.fault.as_ref()?;
            Some((Some(name.as_str()), fault.of(name)))
        });
        named.chain(self.unnamed.iter().map(|fault| (None, fault.clone().into())))
    }
}

impl MemberFault {
    /// The same as an error, of the member of this name.
    fn of(&self, name: &str) -> TrustError {
        match self {
            Self::Doubled => TrustError::EntityDoubled { found: name.to_owned() },
            Self::Schema(error) => error.clone().into(),
        }
    }
}

/// The octets of an entity, if they are still those that were digested.
fn read_stored<S: EntityStore>(store: &mut S, stored: &Stored) -> Result<Vec<u8>, TrustError> {
    let Stored { range, digest: expected } = stored;
    let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
    let limit = Limits::METADATA.octets;
    if length > limit {
        return Err(XmlError::TooManyOctets { limit, found: length }.into());
    }
    let octets = store.read(range.clone()).map_err(|error| TrustError::EntityStore(Box::new(error)))?;
    let found = digest(INDEX_DIGEST, &octets).map_err(DsigError::Crypto)?;
    found.verify(expected.as_octets()).map_err(|_mismatch| TrustError::StoredEntityChanged)?;
    Ok(octets)
}

#[cfg(test)]
mod tests;
