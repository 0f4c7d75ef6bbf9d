//! One namespace of the memory engine.

use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use dashmap::mapref::entry::{Entry as Slot, OccupiedEntry};

use super::expiry_queue::{ExpiryQueue, Ticket};
use super::party::Parties;
use super::quota::{Amount, Lacking, Quota};
use crate::{Entry, Insertion, Namespace, Replacement, StoreError, StoreInstant};

/// Expired entries that one operation removes at most.
///
/// An operation adds at most one entry, so two would already make any backlog shrink; the cost of a burst that
/// expires all at once is spread over the operations that follow. A backlog can't grow without bound either way: its
/// entries are still reserved.
const REMOVED_PER_OPERATION: usize = 4;

/// A stored version of an entry.
#[derive(Debug)]
struct Stored {
    /// Without spare capacity, for octets are counted.
    value: Box<[u8]>,
    ticket: Ticket,
    /// The party that it counts for.
    party: Option<Arc<str>>,
}

impl Stored {
    fn is_live(&self, now: StoreInstant) -> bool {
        now < self.ticket.expires_at
    }
}

/// What to do with a live entry in the place of a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occupant {
    Keep,
    Replace,
}

/// One namespace: a map, its quota, and the order of expiry.
///
/// Invariants: what an entry takes is reserved of the quota as long as it is in the map, and counted for its party.
/// Every entry in the map has its ticket in the queue, unless a sweep has popped it and is about to remove that very
/// version. The caller that removes a version withdraws its ticket.
///
/// Locks, outermost first: `sweeping`, a shard of `entries`, the parties', the queue's. A sweep releases the queue before
/// it touches the map; no operation holds a shard while it asks for `sweeping` or for another shard.
#[derive(Debug)]
pub(super) struct Room {
    entries: DashMap<Arc<str>, Stored>,
    quota: Quota,
    parties: Parties,
    queue: ExpiryQueue,
    sweeping: Mutex<()>,
}

impl Room {
    pub(super) fn new(namespace: Namespace, capacity: Amount) -> Self {
        Self {
            entries: DashMap::new(),
            quota: Quota::new(namespace, capacity),
            parties: Parties::default(),
            queue: ExpiryQueue::new(),
            sweeping: Mutex::new(()),
        }
    }

    /// Stores the entry; `occupant` says what happens to a live one under its key.
    pub(super) fn store(
        &self,
        entry: Entry<'_>,
        occupant: Occupant,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        self.store_for(None, entry, occupant, now)
    }

    /// Stores the entry on the account of a party.
    pub(super) fn store_for(
        &self,
        party: Option<&str>,
        entry: Entry<'_>,
        occupant: Occupant,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        let key: Arc<str> = Arc::from(entry.key);
        let offer = Offer { value: entry.value.into(), expires_at: entry.expires_at, party };
        self.making_room(offer, now, |offer| self.try_store(&key, offer, occupant, now))
    }

    /// Stores the entry where a live one has the expected value, and takes over what that one holds.
    pub(super) fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        let key: Arc<str> = Arc::from(entry.key);
        let offer = Offer { value: entry.value.into(), expires_at: entry.expires_at, party: None };
        self.making_room(offer, now, |offer| self.try_replace(&key, offer, expected, now))
    }

    /// Tries to store the offer until there is room, or until no expired entry is left to remove.
    fn making_room<'a, T>(
        &self,
        offer: Offer<'a>,
        now: StoreInstant,
        attempt: impl Fn(Offer<'a>) -> Attempt<'a, T>,
    ) -> Result<T, StoreError> {
        self.sweep_some(now);
        let mut refused = match attempt(offer) {
            Attempt::Done(outcome) => return Ok(outcome),
            Attempt::NoRoom(offer, _why) => offer,
        };
        // Full of what? Expired entries are removed first. Each round removes at least one of them, and one is only
        // ever removed once, so this is paid for by the insertions that put them there.
        while self.sweep_waiting(now) {
            refused = match attempt(refused) {
                Attempt::Done(outcome) => return Ok(outcome),
                Attempt::NoRoom(offer, _why) => offer,
            };
        }
        // No entry is due any more, but another thread's sweep may have made room while this one waited.
        match attempt(refused) {
            Attempt::Done(outcome) => Ok(outcome),
            Attempt::NoRoom(_offer, why) => Err(self.quota.error(why)),
        }
    }

    pub(super) fn get(&self, key: &str, now: StoreInstant) -> Option<Vec<u8>> {
        self.sweep_some(now);
        let stored = self.entries.get(key)?;
        stored.is_live(now).then(|| stored.value.to_vec())
    }

    pub(super) fn take(&self, key: &str, now: StoreInstant) -> Option<Vec<u8>> {
        self.sweep_some(now);
        let (key, stored) = self.entries.remove(key)?;
        self.release(&key, &stored);
        self.queue.withdraw(stored.ticket);
        stored.is_live(now).then(|| stored.value.into_vec())
    }

    /// Gives back the reservation of a version that has left the map.
    fn release(&self, key: &str, stored: &Stored) {
        self.give_back(stored.party.as_deref(), Amount::of(octets(key, &stored.value)));
    }

    fn give_back(&self, party: Option<&str>, less: Amount) {
        self.quota.release(less);
        if let Some(party) = party {
            self.parties.release(party, less);
        }
    }

    /// Reserves the amount of a new entry, for all and for the party.
    fn reserve(&self, party: Option<&str>, octets: u64) -> Result<Option<Arc<str>>, Lacking> {
        match party {
            None => self.quota.reserve(Amount::of(octets), |_free| Ok(())).map(|()| None),
            Some(party) => self.parties.reserve(party, octets, &self.quota).map(Some),
        }
    }

    /// Reserves what an entry needs in addition, or gives back what it no longer needs.
    fn resize(&self, party: Option<&Arc<str>>, before: u64, after: u64) -> Result<(), Lacking> {
        let (more, less) = (after.saturating_sub(before), before.saturating_sub(after));
        match party {
            _ if more == 0 && less == 0 => Ok(()),
            _ if more == 0 => {
                self.give_back(party.map(|party| &**party), Amount { entries: 0, octets: less });
                Ok(())
            }
            None => self.quota.reserve(Amount { entries: 0, octets: more }, |_free| Ok(())),
            Some(party) => self.parties.grow(party, more, &self.quota),
        }
    }

    /// One attempt under the lock of the key's shard.
    fn try_store<'a>(
        &self,
        key: &Arc<str>,
        offer: Offer<'a>,
        occupant: Occupant,
        now: StoreInstant,
    ) -> Attempt<'a, Insertion> {
        match self.entries.entry(Arc::clone(key)) {
            Slot::Occupied(present) if !present.get().is_live(now) => {
                // The expired version gives back its reservation; the new one must be admitted like any other.
                let previous = present.remove();
                self.release(key, &previous);
                self.queue.withdraw(previous.ticket);
                self.try_store(key, offer, occupant, now)
            }
            Slot::Occupied(_) if occupant == Occupant::Keep => Attempt::Done(Insertion::AlreadyPresent),
            Slot::Occupied(present) => self.succeed(present, offer, key).map(|()| Insertion::Inserted),
            Slot::Vacant(vacant) => match self.reserve(offer.party, octets(key, &offer.value)) {
                Err(why) => Attempt::NoRoom(offer, why),
                Ok(party) => {
                    vacant.insert(self.admit(offer, key, party));
                    Attempt::Done(Insertion::Inserted)
                }
            },
        }
    }

    fn try_replace<'a>(
        &self,
        key: &Arc<str>,
        offer: Offer<'a>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Attempt<'a, Replacement> {
        match self.entries.entry(Arc::clone(key)) {
            Slot::Occupied(present) if present.get().is_live(now) && *present.get().value == *expected => {
                self.succeed(present, offer, key).map(|()| Replacement::Replaced)
            }
            Slot::Occupied(_) | Slot::Vacant(_) => Attempt::Done(Replacement::Changed),
        }
    }

    /// The reservation and the party of the old version pass to the new one. There must be room for the octets that the
    /// new one has more. If a sweep holds the old ticket, it finds another generation here and leaves it alone.
    fn succeed<'a>(
        &self,
        mut present: OccupiedEntry<'_, Arc<str>, Stored>,
        offer: Offer<'a>,
        key: &Arc<str>,
    ) -> Attempt<'a, ()> {
        let (before, after) = (octets(key, &present.get().value), octets(key, &offer.value));
        let party = present.get().party.clone();
        if let Err(why) = self.resize(party.as_ref(), before, after) {
            return Attempt::NoRoom(offer, why);
        }
        let previous = present.insert(self.admit(offer, key, party));
        self.queue.withdraw(previous.ticket);
        Attempt::Done(())
    }

    /// Removes a few expired entries, unless someone else is at it.
    fn sweep_some(&self, now: StoreInstant) {
        if !self.queue.has_due(now) {
            return;
        }
        if let Ok(_guard) = self.sweeping.try_lock() {
            self.sweep(now);
        }
    }

    /// Waits until no other thread removes expired entries, then removes a few. Returns whether there were any.
    fn sweep_waiting(&self, now: StoreInstant) -> bool {
        let _guard = self.sweeping.lock().unwrap_or_else(PoisonError::into_inner);
        self.sweep(now)
    }

    fn sweep(&self, now: StoreInstant) -> bool {
        let mut any = false;
        for _ in 0..REMOVED_PER_OPERATION {
            let Some((ticket, key)) = self.queue.pop_due(now) else { break };
            any = true;
            // Removes only the version that the ticket was issued for, because the key may hold a newer one by now.
            if let Some((key, stored)) = self.entries.remove_if(&key, |_, stored| stored.ticket == ticket) {
                self.release(&key, &stored);
            }
        }
        any
    }

    /// Makes a version that goes into the map at once: the caller holds the shard, so a sweep that pops the ticket
    /// before that waits for it.
    fn admit(&self, offer: Offer<'_>, key: &Arc<str>, party: Option<Arc<str>>) -> Stored {
        Stored { value: offer.value, ticket: self.queue.add(offer.expires_at, Arc::clone(key)), party }
    }
}

/// What an entry is counted as: the octets of its key and its value. The number of entries bounds the memory of the map
/// and the queue beside these octets.
fn octets(key: &str, value: &[u8]) -> u64 {
    u64::try_from(key.len().saturating_add(value.len())).unwrap_or(u64::MAX)
}

/// An entry to be stored, if there is room.
struct Offer<'a> {
    value: Box<[u8]>,
    expires_at: StoreInstant,
    party: Option<&'a str>,
}

/// How an attempt to store ended; an offer that found no room comes back.
enum Attempt<'a, T> {
    Done(T),
    NoRoom(Offer<'a>, Lacking),
}

impl<'a, T> Attempt<'a, T> {
    fn map<U>(self, outcome: impl FnOnce(T) -> U) -> Attempt<'a, U> {
        match self {
            Self::Done(done) => Attempt::Done(outcome(done)),
            Self::NoRoom(offer, why) => Attempt::NoRoom(offer, why),
        }
    }
}

#[cfg(test)]
impl Room {
    /// Entries, tickets and reserved entries.
    pub(super) fn census(&self) -> (usize, usize, usize) {
        let reserved = usize::try_from(self.quota.reserved().entries).unwrap();
        (self.entries.len(), self.queue.len(), reserved)
    }

    /// Octets that are there, and octets that are reserved.
    pub(super) fn octets(&self) -> (u64, u64) {
        let there = self.entries.iter().map(|entry| octets(entry.key(), &entry.value)).sum();
        (there, self.quota.reserved().octets)
    }

    /// Entries that a party holds.
    pub(super) fn held(&self, party: &str) -> usize {
        usize::try_from(self.parties.held(party).entries).unwrap()
    }

    /// Octets that a party holds.
    pub(super) fn held_octets(&self, party: &str) -> u64 {
        self.parties.held(party).octets
    }

    /// Leaves a ticket for a version of `key` that is not the stored one, as a sweep holds it while the key gets a
    /// new version.
    pub(super) fn leave_stale_ticket(&self, key: &str, expires_at: StoreInstant) {
        let _: Ticket = self.queue.add(expires_at, Arc::from(key));
    }

    /// Times that the queue was locked.
    pub(super) fn work(&self) -> u64 {
        self.queue.work.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// Steps that expiry has cost so far.
    pub(super) fn steps(&self) -> u64 {
        self.queue.steps()
    }
}
