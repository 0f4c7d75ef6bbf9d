//! Which entry expires next.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::StoreInstant;

/// One stored version of an entry: when it expires, and the number that no other version ever has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket {
    pub(super) expires_at: StoreInstant,
    pub(super) generation: u64,
}

/// The keys of a namespace in the order in which they expire.
///
/// An ordered map and not a timing wheel: a wheel that leaves the tickets of removed entries in their buckets until
/// they come due grows with the *rate* of removals (a pending request lives for minutes and is taken after seconds),
/// and one with coarse buckets gives slots back late. Here each version of an entry has exactly one ticket, withdrawn
/// with it, so there are never more tickets than entries; the price is the depth of a B-tree, four nodes for a
/// million entries. No operation looks at an entry that is not its own or not due.
#[derive(Debug)]
pub(super) struct ExpiryQueue {
    tickets: Mutex<BTreeMap<Ticket, Arc<str>>>,
    /// When the first ticket comes due; lets an operation pass without the lock while nothing is due. May lag behind
    /// by a concurrent change, which only moves a removal to a later operation.
    first_due: AtomicI64,
    #[cfg(test)]
    pub(super) work: std::sync::atomic::AtomicU64,
}

impl ExpiryQueue {
    pub(super) const fn new() -> Self {
        Self {
            tickets: Mutex::new(BTreeMap::new()),
            first_due: AtomicI64::new(i64::MAX),
            #[cfg(test)]
            work: std::sync::atomic::AtomicU64::new(0),
        }
    }

    /// Adds the ticket of a version that was just stored.
    pub(super) fn add(&self, ticket: Ticket, key: Arc<str>) {
        let mut tickets = self.lock();
        tickets.insert(ticket, key);
        self.publish(&tickets);
    }

    /// Withdraws the ticket of a version that is gone; one that came due meanwhile is already withdrawn.
    pub(super) fn withdraw(&self, ticket: Ticket) {
        let mut tickets = self.lock();
        tickets.remove(&ticket);
        self.publish(&tickets);
    }

    /// Whether a ticket is due, without waiting for anyone.
    pub(super) fn has_due(&self, now: StoreInstant) -> bool {
        self.first_due.load(Ordering::Acquire) <= now.unix_millis()
    }

    /// Withdraws the first ticket if it is due.
    pub(super) fn pop_due(&self, now: StoreInstant) -> Option<(Ticket, Arc<str>)> {
        let mut tickets = self.lock();
        let first = tickets.first_entry()?;
        if first.key().expires_at > now {
            return None;
        }
        let popped = first.remove_entry();
        self.publish(&tickets);
        Some(popped)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Ticket, Arc<str>>> {
        #[cfg(test)]
        self.work.fetch_add(1, Ordering::Relaxed);
        // No code between lock and unlock can leave the map half changed, so a poisoned lock is as good as any.
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, tickets: &BTreeMap<Ticket, Arc<str>>) {
        let first = tickets.first_key_value().map_or(i64::MAX, |(ticket, _)| ticket.expires_at.unix_millis());
        self.first_due.store(first, Ordering::Release);
    }
}
