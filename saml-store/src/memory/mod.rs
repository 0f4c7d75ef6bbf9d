//! The memory engine: one process, forgets everything when it ends.

mod expiry_queue;
mod party;
mod quota;
mod records;
mod room;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use dashmap::DashMap;

use self::quota::Amount;
pub use self::records::MemoryRecords;
use self::room::{Occupant, Room};
use crate::{Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant, require_key};

/// A [`Store`] in this process's memory.
///
/// Operations never wait for anything but each other, and touch only entries that are their own or expired. Expiry adds
/// a fixed number of steps to an operation, whatever is stored and however far the clock went since the last one;
/// nothing is ever scanned. Each namespace has a capacity, in entries and in octets of their keys and values; a full
/// one refuses new entries and keeps the live ones. It is full only if no entry in it has expired: those that have give
/// way first, to the millisecond. The entries in memory, expired ones included, never exceed the capacity. No party may
/// take all of it: see [`Store::insert_for`].
///
/// The defaults hold 100 000 sessions of 2.5 kB, 80 000 of them from one peer. Beside the octets that are counted, an
/// entry takes some three hundred for its place.
///
/// Does not survive the process, and is not shared between processes.
#[derive(Debug)]
pub struct MemoryStore {
    rooms: DashMap<Namespace, Arc<Room>>,
    default_capacity: Amount,
    capacities: HashMap<Namespace, Amount>,
}

impl MemoryStore {
    /// Entries that a namespace may hold where nothing else was said.
    pub const DEFAULT_CAPACITY: usize = 100_000;

    /// Octets of keys and values that a namespace may hold where nothing else was said: 256 MiB.
    pub const DEFAULT_OCTETS: usize = 256 * 1024 * 1024;

    /// An empty store in which every namespace may hold [`MemoryStore::DEFAULT_CAPACITY`] entries of
    /// [`MemoryStore::DEFAULT_OCTETS`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_default_capacity(Self::DEFAULT_CAPACITY)
    }

    /// An empty store in which every namespace may hold `entries` entries, at most 2²⁸, of
    /// [`MemoryStore::DEFAULT_OCTETS`].
    #[must_use]
    pub fn with_default_capacity(entries: usize) -> Self {
        let default_capacity = Amount { entries: amount(entries), octets: amount(Self::DEFAULT_OCTETS) };
        Self { rooms: DashMap::new(), default_capacity, capacities: HashMap::new() }
    }

    /// The same store in which every namespace may hold so many octets, at most 32 GiB, unless it has a bound of its
    /// own.
    ///
    /// It drops the entries that it held: set capacities while you build a store.
    #[must_use]
    pub fn with_default_octets(mut self, octets: usize) -> Self {
        self.default_capacity.octets = amount(octets);
        self.rooms.clear();
        self
    }

    /// The same store in which `namespace` may hold `entries` entries, at most 2²⁸.
    ///
    /// It drops the entries that it held: set capacities while you build a store.
    #[must_use]
    pub fn with_capacity(self, namespace: Namespace, entries: usize) -> Self {
        let capacity = Amount { entries: amount(entries), ..self.capacity_of(namespace) };
        self.with(namespace, capacity)
    }

    /// The same store in which `namespace` may hold so many octets of keys and values, at most 32 GiB.
    ///
    /// It drops the entries that it held: set capacities while you build a store.
    #[must_use]
    pub fn with_octets(self, namespace: Namespace, octets: usize) -> Self {
        let capacity = Amount { octets: amount(octets), ..self.capacity_of(namespace) };
        self.with(namespace, capacity)
    }

    fn with(mut self, namespace: Namespace, capacity: Amount) -> Self {
        self.capacities.insert(namespace, capacity);
        self.rooms.remove(&namespace);
        self
    }

    fn capacity_of(&self, namespace: Namespace) -> Amount {
        self.capacities.get(&namespace).copied().unwrap_or(self.default_capacity)
    }

    fn room(&self, namespace: Namespace) -> Arc<Room> {
        if let Some(room) = self.rooms.get(&namespace) {
            return Arc::clone(&room);
        }
        let capacity = self.capacity_of(namespace);
        Arc::clone(&self.rooms.entry(namespace).or_insert_with(|| Arc::new(Room::new(namespace, capacity))))
    }
}

fn amount(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        entry.require_storable(now)?;
        self.room(entry.namespace).store(entry, Occupant::Keep, now)
    }

    async fn insert_for(
        &self,
        party: &str,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        require_key(party)?;
        entry.require_storable(now)?;
        self.room(entry.namespace).store_for(Some(party), entry, Occupant::Keep, now)
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        entry.require_storable(now)?;
        let _: Insertion = self.room(entry.namespace).store(entry, Occupant::Replace, now)?;
        Ok(())
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        entry.require_storable(now)?;
        self.room(entry.namespace).replace(entry, expected, now)
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        require_key(key)?;
        Ok(self.room(namespace).get(key, now))
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        require_key(key)?;
        Ok(self.room(namespace).take(key, now))
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        require_key(key)?;
        self.room(namespace).take(key, now);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
