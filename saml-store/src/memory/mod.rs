//! The memory engine: one process, forgets everything when it ends.

mod expiry_queue;
mod party;
mod quota;
mod room;

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use dashmap::DashMap;

use self::room::{Occupant, Room};
use crate::{Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant, require_key};

/// A [`Store`] in this process's memory.
///
/// Operations never wait for anything but each other, and touch only entries that are their own or expired. Expiry
/// adds a fixed number of steps to an operation, whatever is stored and however far the clock went since the last
/// one; nothing is ever scanned. Each namespace has a capacity; a full one refuses new entries and keeps the live
/// ones. It is full only if no entry in it has expired: those that have give way first, to the millisecond. The
/// entries in memory never exceed the capacity, expired ones included. No party may take all of it: see
/// [`Store::insert_for`].
///
/// Does not survive the process, and is not shared between processes.
#[derive(Debug)]
pub struct MemoryStore {
    rooms: DashMap<Namespace, Arc<Room>>,
    default_capacity: usize,
    capacities: HashMap<Namespace, usize>,
}

impl MemoryStore {
    /// Entries that a namespace may hold where nothing else was said.
    pub const DEFAULT_CAPACITY: usize = 100_000;

    /// An empty store in which every namespace may hold [`MemoryStore::DEFAULT_CAPACITY`] entries.
    #[must_use]
    pub fn new() -> Self {
        Self::with_default_capacity(Self::DEFAULT_CAPACITY)
    }

    /// An empty store in which every namespace may hold `entries` entries, at most 2²⁸.
    #[must_use]
    pub fn with_default_capacity(entries: usize) -> Self {
        Self { rooms: DashMap::new(), default_capacity: entries, capacities: HashMap::new() }
    }

    /// The same store in which `namespace` may hold `entries` entries, at most 2²⁸.
    ///
    /// What it held is forgotten: capacities are set while a store is being built.
    #[must_use]
    pub fn with_capacity(mut self, namespace: Namespace, entries: usize) -> Self {
        self.capacities.insert(namespace, entries);
        self.rooms.remove(&namespace);
        self
    }

    fn room(&self, namespace: Namespace) -> Arc<Room> {
        if let Some(room) = self.rooms.get(&namespace) {
            return Arc::clone(&room);
        }
        let capacity = self.capacities.get(&namespace).copied().unwrap_or(self.default_capacity);
        Arc::clone(&self.rooms.entry(namespace).or_insert_with(|| Arc::new(Room::new(namespace, capacity))))
    }
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
        Ok(self.room(entry.namespace).replace(entry, expected, now))
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
