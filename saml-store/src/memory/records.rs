//! Records in memory, for tests and development.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::{
    Insertion, MAX_OCTETS_OF_OWNER, MAX_RECORDS_OF_OWNER, Namespace, Record, RecordName, RecordPage, Records,
    Removal, Replacement, StoreError, require_key, require_owner,
};

/// [`Records`] in this process's memory, **for tests and development**: when the process ends, everything that people own
/// is lost. Nothing that serves people may keep their passkeys here.
///
/// A namespace holds 100 000 records of 256 MiB unless [`MemoryRecords::with_capacity`] says otherwise.
#[derive(Debug)]
pub struct MemoryRecords {
    shelves: Mutex<BTreeMap<Namespace, Shelf>>,
    capacity: Amount,
}

/// Records, and octets of their owners, names and values.
#[derive(Clone, Copy, Debug, Default)]
struct Amount {
    records: usize,
    octets: usize,
}

/// The records of a namespace, by owner and name.
#[derive(Debug, Default)]
struct Shelf {
    owners: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    held: Amount,
}

impl MemoryRecords {
    /// Without any record.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(100_000, 256 * 1024 * 1024)
    }

    /// Without any record; each namespace may hold so many, and so many octets of owners, names and values.
    #[must_use]
    pub fn with_capacity(records: usize, octets: usize) -> Self {
        Self { shelves: Mutex::default(), capacity: Amount { records, octets } }
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<Namespace, Shelf>> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is room for what is held with `more` octets.
    fn require_octets(&self, namespace: Namespace, held: Amount, more: usize) -> Result<(), StoreError> {
        let octets = self.capacity.octets;
        if more > octets.saturating_sub(held.octets) {
            return Err(StoreError::FullOfOctets { namespace, octets });
        }
        Ok(())
    }
}

impl Default for MemoryRecords {
    fn default() -> Self {
        Self::new()
    }
}

impl Shelf {
    fn value(&self, at: RecordName<'_>) -> Option<&Vec<u8>> {
        self.owners.get(at.owner)?.get(at.name)
    }

    /// Whether the owner may have `more` octets.
    fn require_octets_of(&self, at: RecordName<'_>, more: usize) -> Result<(), StoreError> {
        let RecordName { namespace, owner, .. } = at;
        let names = self.owners.get(owner).into_iter().flatten();
        let held: usize =
            names.map(|(name, value)| RecordName { namespace, owner, name }.octets(value)).sum();
        if more > MAX_OCTETS_OF_OWNER.saturating_sub(held) {
            return Err(StoreError::OwnerFullOfOctets { namespace, octets: MAX_OCTETS_OF_OWNER });
        }
        Ok(())
    }
}

/// What follows a name, or everything.
fn behind(after: Option<&str>) -> (Bound<&str>, Bound<&str>) {
    (after.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded)
}

/// Adds the records of an owner behind a name to a page. Returns whether it has room for those of the next owner.
fn add_to(
    page: &mut RecordPage,
    owner: &str,
    names: &BTreeMap<String, Vec<u8>>,
    after: Option<&str>,
) -> bool {
    let mut records = names.range::<str, _>(behind(after));
    records.all(|(name, value)| {
        page.add(Record { owner: owner.to_owned(), name: name.clone(), value: value.clone() })
    })
}

#[async_trait]
impl Records for MemoryRecords {
    async fn insert_record(&self, at: RecordName<'_>, value: Vec<u8>) -> Result<Insertion, StoreError> {
        at.require_storable(&value)?;
        let (namespace, capacity) = (at.namespace, self.capacity.records);
        let mut shelves = self.locked();
        let shelf = shelves.entry(namespace).or_default();
        if shelf.value(at).is_some() {
            return Ok(Insertion::AlreadyPresent);
        }
        if shelf.held.records >= capacity {
            return Err(StoreError::Full { namespace, capacity });
        }
        let octets = at.octets(&value);
        self.require_octets(namespace, shelf.held, octets)?;
        if shelf.owners.get(at.owner).is_some_and(|names| names.len() >= MAX_RECORDS_OF_OWNER) {
            return Err(StoreError::OwnerFull { namespace, capacity: MAX_RECORDS_OF_OWNER });
        }
        shelf.require_octets_of(at, octets)?;
        shelf.owners.entry(at.owner.to_owned()).or_default().insert(at.name.to_owned(), value);
        shelf.held.records = shelf.held.records.saturating_add(1);
        shelf.held.octets = shelf.held.octets.saturating_add(octets);
        Ok(Insertion::Inserted)
    }

    async fn record(&self, at: RecordName<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        at.require()?;
        Ok(self.locked().get(&at.namespace).and_then(|shelf| shelf.value(at)).cloned())
    }

    async fn replace_record(
        &self,
        at: RecordName<'_>,
        value: Vec<u8>,
        expected: &[u8],
    ) -> Result<Replacement, StoreError> {
        at.require_storable(&value)?;
        let mut shelves = self.locked();
        let Some(shelf) = shelves.get_mut(&at.namespace) else { return Ok(Replacement::Changed) };
        if shelf.value(at).is_none_or(|there| there != expected) {
            return Ok(Replacement::Changed);
        }
        let more = value.len().saturating_sub(expected.len());
        if more > 0 {
            self.require_octets(at.namespace, shelf.held, more)?;
            shelf.require_octets_of(at, more)?;
        }
        shelf.held.octets = shelf.held.octets.saturating_sub(expected.len()).saturating_add(value.len());
        shelf.owners.entry(at.owner.to_owned()).or_default().insert(at.name.to_owned(), value);
        Ok(Replacement::Replaced)
    }

    async fn remove_record(&self, at: RecordName<'_>, expected: &[u8]) -> Result<Removal, StoreError> {
        at.require()?;
        let mut shelves = self.locked();
        let Some(shelf) = shelves.get_mut(&at.namespace) else { return Ok(Removal::Changed) };
        if shelf.value(at).is_none_or(|there| there != expected) {
            return Ok(Removal::Changed);
        }
        if let Some(names) = shelf.owners.get_mut(at.owner) {
            names.remove(at.name);
            if names.is_empty() {
                shelf.owners.remove(at.owner);
            }
        }
        shelf.held.records = shelf.held.records.saturating_sub(1);
        shelf.held.octets = shelf.held.octets.saturating_sub(at.octets(expected));
        Ok(Removal::Removed)
    }

    async fn records_of(
        &self,
        namespace: Namespace,
        owner: &str,
        after: Option<&str>,
    ) -> Result<RecordPage, StoreError> {
        require_owner(owner)?;
        after.map_or(Ok(()), require_key)?;
        let mut page = RecordPage::default();
        if let Some(names) = self.locked().get(&namespace).and_then(|shelf| shelf.owners.get(owner)) {
            let _has_room = add_to(&mut page, owner, names, after);
        }
        Ok(page)
    }

    async fn remove_records_of(&self, namespace: Namespace, owner: &str) -> Result<usize, StoreError> {
        require_owner(owner)?;
        let mut shelves = self.locked();
        let Some(shelf) = shelves.get_mut(&namespace) else { return Ok(0) };
        let Some(names) = shelf.owners.remove(owner) else { return Ok(0) };
        let octets: usize =
            names.iter().map(|(name, value)| RecordName { namespace, owner, name }.octets(value)).sum();
        shelf.held.records = shelf.held.records.saturating_sub(names.len());
        shelf.held.octets = shelf.held.octets.saturating_sub(octets);
        Ok(names.len())
    }

    async fn export_records(
        &self,
        namespace: Namespace,
        after: Option<(&str, &str)>,
    ) -> Result<RecordPage, StoreError> {
        if let Some((owner, name)) = after {
            RecordName { namespace, owner, name }.require()?;
        }
        let mut page = RecordPage::default();
        let shelves = self.locked();
        let Some(shelf) = shelves.get(&namespace) else { return Ok(page) };
        let from = after.map_or(Bound::Unbounded, |(owner, _)| Bound::Included(owner));
        for (owner, names) in shelf.owners.range::<str, _>((from, Bound::Unbounded)) {
            let behind = after.and_then(|(last, name)| (last == owner).then_some(name));
            if !add_to(&mut page, owner, names, behind) {
                break;
            }
        }
        Ok(page)
    }
}

#[cfg(test)]
mod tests;
