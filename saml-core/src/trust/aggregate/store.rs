//! Floor 6: where the canonical octets of entities wait until the signature around them holds.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::ops::Range;

use crate::base::EntityId;
use crate::c14n::OctetSink;
use crate::crypto::{CryptoError, Digest, DigestAlgorithm, DigestValue};

/// Takes the canonical octets of entities while an aggregate is read, and gives them back afterwards.
///
/// The store is not trusted: the octets that it returns are compared with a SHA-256 that was computed when they were
/// digested for the signature. A file that others can write to is good enough.
pub trait EntityStore {
    /// Why octets can't be kept or found again.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Whether the entity that the aggregate names next will be looked up; the others are only verified.
    fn wants(&mut self, entity_id: &str) -> bool;

    /// Takes octets after those that it has.
    ///
    /// # Errors
    /// They can't be kept.
    fn append(&mut self, octets: &[u8]) -> Result<(), Self::Error>;

    /// Gives octets back, counted from the first that it was given.
    ///
    /// # Errors
    /// They can't be found.
    fn read(&mut self, range: Range<u64>) -> Result<Vec<u8>, Self::Error>;
}

/// Keeps a few entities in memory.
#[derive(Clone, Debug)]
pub struct EntitiesInMemory {
    wanted: BTreeSet<EntityId>,
    octets: Vec<u8>,
}

impl EntitiesInMemory {
    /// Keeps those of these names that the aggregate describes.
    pub fn of(wanted: impl IntoIterator<Item = EntityId>) -> Self {
        Self { wanted: wanted.into_iter().collect(), octets: Vec::new() }
    }
}

impl EntityStore for EntitiesInMemory {
    type Error = Infallible;

    fn wants(&mut self, entity_id: &str) -> bool {
        EntityId::try_from(entity_id).is_ok_and(|name| self.wanted.contains(&name))
    }

    fn append(&mut self, octets: &[u8]) -> Result<(), Infallible> {
        self.octets.extend_from_slice(octets);
        Ok(())
    }

    fn read(&mut self, range: Range<u64>) -> Result<Vec<u8>, Infallible> {
        let start = usize::try_from(range.start).unwrap_or(usize::MAX);
        let end = usize::try_from(range.end).unwrap_or(usize::MAX);
        Ok(self.octets.get(start..end).unwrap_or_default().to_vec())
    }
}

/// The place of an entity in the store, and its SHA-256.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) range: Range<u64>,
    pub(super) digest: DigestValue,
}

/// The digest that ties stored octets to those that were hashed, whatever the signature uses.
pub(super) const INDEX_DIGEST: DigestAlgorithm = DigestAlgorithm::Sha256;

/// Divides the canonical octets of an aggregate: those of wanted entities go to the store, those of the start tag of a
/// group are held until it is read, the others go nowhere.
pub(super) struct Keeper<S: EntityStore> {
    store: S,
    /// Octets that the store was given.
    length: u64,
    part: Part,
    failure: Option<S::Error>,
}

/// The part that the next octets belong to.
enum Part {
    Other,
    GroupTag(Vec<u8>),
    Entity { start: u64, digest: Digest },
}

impl<S: EntityStore> Keeper<S> {
    pub(super) const fn new(store: S) -> Self {
        Self { store, length: 0, part: Part::Other, failure: None }
    }

    pub(super) const fn store(&mut self) -> &mut S {
        &mut self.store
    }

    /// What follows is the start tag of a group.
    pub(super) fn begin_group_tag(&mut self) {
        self.part = Part::GroupTag(Vec::new());
    }

    /// The start tag of a group is over.
    pub(super) fn end_group_tag(&mut self) -> Vec<u8> {
        match std::mem::replace(&mut self.part, Part::Other) {
            Part::GroupTag(octets) => octets,
            Part::Other | Part::Entity { .. } => Vec::new(),
        }
    }

    /// What follows is an entity to keep.
    pub(super) fn begin_entity(&mut self) {
        self.part = Part::Entity { start: self.length, digest: Digest::new(INDEX_DIGEST) };
    }

    /// Ends the entity; `None` if none was open.
    pub(super) fn end_entity(&mut self) -> Result<Option<Stored>, CryptoError> {
        match std::mem::replace(&mut self.part, Part::Other) {
            Part::Entity { start, digest } => {
                Ok(Some(Stored { range: start..self.length, digest: digest.finish()? }))
            }
            Part::Other | Part::GroupTag(_) => Ok(None),
        }
    }

    /// The first failure of the store, after which it is given nothing.
    pub(super) fn take_failure(&mut self) -> Option<S::Error> {
        self.failure.take()
    }

    pub(super) fn into_store(self) -> S {
        self.store
    }
}

impl<S: EntityStore> OctetSink for Keeper<S> {
    #[inline]
    fn write(&mut self, octets: &[u8]) {
        match &mut self.part {
            Part::Other => {}
            Part::GroupTag(tag) => tag.extend_from_slice(octets),
            Part::Entity { digest, .. } if self.failure.is_none() => {
                digest.update(octets);
                self.length = self.length.saturating_add(u64::try_from(octets.len()).unwrap_or(u64::MAX));
                self.failure = self.store.append(octets).err();
            }
            Part::Entity { .. } => {}
        }
    }
}
