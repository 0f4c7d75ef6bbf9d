//! One namespace of the memory engine.

use std::sync::{Arc, Mutex, PoisonError};

use dashmap::DashMap;
use dashmap::mapref::entry::{Entry as Slot, OccupiedEntry};

use super::expiry_queue::{ExpiryQueue, MOST_TICKETS, Ticket};
use super::party::Parties;
use super::quota::Quota;
use crate::{Entry, Insertion, Namespace, Replacement, StoreError, StoreInstant};

/// Expired entries that one operation removes at most.
///
/// An operation adds at most one entry, so two would already make any backlog shrink; the cost of a burst that
/// expires all at once is spread over the operations that follow. A backlog can't grow without bound either way: its
/// entries still occupy slots of the quota.
const REMOVED_PER_OPERATION: usize = 4;

/// A stored version of an entry.
#[derive(Debug)]
struct Stored {
    value: Vec<u8>,
    ticket: Ticket,
    /// On whose account it is.
    party: Option<Arc<str>>,
}

impl Stored {
    fn is_live(&self, now: StoreInstant) -> bool {
        now < self.ticket.expires_at
    }
}

/// What is to be done with a live entry that stands where a new one is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occupant {
    Keep,
    Replace,
}

/// One namespace: a map, its quota, and the order of expiry.
///
/// Invariants: a slot of the quota is reserved for every entry in the map, and one is counted for its party. Every entry in the map has its ticket in
/// the queue, unless a sweep has popped it and is about to remove that very version. A ticket without its version is
/// withdrawn by whoever removed the version.
///
/// Locks, outermost first: `sweeping`, a shard of `entries`, the parties', the queue's. A sweep releases the queue before it
/// touches the map; no operation holds a shard while it asks for `sweeping` or for another shard.
#[derive(Debug)]
pub(super) struct Room {
    namespace: Namespace,
    entries: DashMap<Arc<str>, Stored>,
    quota: Quota,
    parties: Parties,
    queue: ExpiryQueue,
    sweeping: Mutex<()>,
}

impl Room {
    pub(super) fn new(namespace: Namespace, capacity: usize) -> Self {
        Self {
            namespace,
            entries: DashMap::new(),
            quota: Quota::new(capacity.min(MOST_TICKETS)),
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
        self.sweep_some(now);
        let key: Arc<str> = Arc::from(entry.key);
        let offer = Offer { value: entry.value, expires_at: entry.expires_at, party };
        let mut refused = match self.try_store(&key, offer, occupant, now) {
            Attempt::Done(insertion) => return Ok(insertion),
            Attempt::NoSlot(offer) => offer,
        };
        // Full of what? Expired entries give their slots back first. Each round removes at least one of them, and
        // one is only ever removed once, so this is paid for by the insertions that put them there.
        while self.sweep_waiting(now) {
            refused = match self.try_store(&key, refused, occupant, now) {
                Attempt::Done(insertion) => return Ok(insertion),
                Attempt::NoSlot(offer) => offer,
            };
        }
        // Nothing is due any more, but a sweep by another thread may have given slots back while this one waited.
        match self.try_store(&key, refused, occupant, now) {
            Attempt::Done(insertion) => Ok(insertion),
            Attempt::NoSlot(_) => Err(self.no_room()),
        }
    }

    fn no_room(&self) -> StoreError {
        let (namespace, capacity) = (self.namespace, self.quota.capacity());
        if self.quota.is_exhausted() {
            StoreError::Full { namespace, capacity }
        } else {
            StoreError::PartyFull { namespace, capacity }
        }
    }

    /// Stores the entry where a live one has the expected value. It takes over that one's slot of the quota.
    pub(super) fn replace(&self, entry: Entry<'_>, expected: &[u8], now: StoreInstant) -> Replacement {
        self.sweep_some(now);
        let key: Arc<str> = Arc::from(entry.key);
        let Slot::Occupied(mut present) = self.entries.entry(Arc::clone(&key)) else {
            return Replacement::Changed;
        };
        if !present.get().is_live(now) || present.get().value != expected {
            return Replacement::Changed;
        }
        let offer = Offer { value: entry.value, expires_at: entry.expires_at, party: None };
        self.succeed(&mut present, offer, &key);
        Replacement::Replaced
    }

    pub(super) fn get(&self, key: &str, now: StoreInstant) -> Option<Vec<u8>> {
        self.sweep_some(now);
        let stored = self.entries.get(key)?;
        stored.is_live(now).then(|| stored.value.clone())
    }

    pub(super) fn take(&self, key: &str, now: StoreInstant) -> Option<Vec<u8>> {
        self.sweep_some(now);
        let (_, stored) = self.entries.remove(key)?;
        self.release(&stored);
        self.queue.withdraw(stored.ticket);
        stored.is_live(now).then_some(stored.value)
    }

    /// Gives back what was reserved for a version that has left the map.
    fn release(&self, stored: &Stored) {
        self.quota.release();
        if let Some(party) = &stored.party {
            self.parties.release(party);
        }
    }

    /// One attempt under the lock of the key's shard.
    fn try_store<'a>(
        &self,
        key: &Arc<str>,
        offer: Offer<'a>,
        occupant: Occupant,
        now: StoreInstant,
    ) -> Attempt<'a> {
        match self.entries.entry(Arc::clone(key)) {
            Slot::Occupied(present) if present.get().is_live(now) && occupant == Occupant::Keep => {
                Attempt::Done(Insertion::AlreadyPresent)
            }
            // What has expired is not succeeded on the account of a party, or by one: a party is admitted, or not.
            Slot::Occupied(present)
                if !present.get().is_live(now)
                    && (present.get().party.is_some() || offer.party.is_some()) =>
            {
                let previous = present.remove();
                self.release(&previous);
                self.queue.withdraw(previous.ticket);
                self.try_store(key, offer, occupant, now)
            }
            Slot::Occupied(mut present) => {
                self.succeed(&mut present, offer, key);
                Attempt::Done(Insertion::Inserted)
            }
            Slot::Vacant(vacant) => match self.reserve(offer.party) {
                Reserved::None => Attempt::NoSlot(offer),
                Reserved::Slot(party) => {
                    vacant.insert(self.admit(offer, key, party));
                    Attempt::Done(Insertion::Inserted)
                }
            },
        }
    }

    /// The slot of the quota passes from the old version to the new one, and so does the party. If a sweep holds the old
    /// ticket, it finds another generation here and leaves it alone.
    fn succeed(&self, present: &mut OccupiedEntry<'_, Arc<str>, Stored>, offer: Offer<'_>, key: &Arc<str>) {
        let party = present.get_mut().party.take();
        let previous = present.insert(self.admit(offer, key, party));
        self.queue.withdraw(previous.ticket);
    }

    /// A slot, for all and for the party.
    fn reserve(&self, party: Option<&str>) -> Reserved {
        match party {
            None if self.quota.reserve() => Reserved::Slot(None),
            None => Reserved::None,
            Some(party) => match self.parties.reserve(party, &self.quota) {
                Some(party) => Reserved::Slot(Some(party)),
                None => Reserved::None,
            },
        }
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

    /// Waits for whoever is removing expired entries, then removes a few; tells whether there were any.
    fn sweep_waiting(&self, now: StoreInstant) -> bool {
        let _guard = self.sweeping.lock().unwrap_or_else(PoisonError::into_inner);
        self.sweep(now)
    }

    fn sweep(&self, now: StoreInstant) -> bool {
        let mut any = false;
        for _ in 0..REMOVED_PER_OPERATION {
            let Some((ticket, key)) = self.queue.pop_due(now) else { break };
            any = true;
            // Only the version that the ticket was issued for: the key may hold a newer one by now.
            if let Some((_, stored)) = self.entries.remove_if(&key, |_, stored| stored.ticket == ticket) {
                self.release(&stored);
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

/// What is to be stored, if there is a slot for it.
struct Offer<'a> {
    value: Vec<u8>,
    expires_at: StoreInstant,
    party: Option<&'a str>,
}

/// How an attempt to store ended; an offer that found no slot comes back.
enum Attempt<'a> {
    Done(Insertion),
    NoSlot(Offer<'a>),
}

/// What was reserved for a new entry.
enum Reserved {
    None,
    /// A slot, counted for this party.
    Slot(Option<Arc<str>>),
}

#[cfg(test)]
impl Room {
    /// Entries, tickets and reserved slots.
    pub(super) fn census(&self) -> (usize, usize, usize) {
        (self.entries.len(), self.queue.len(), self.quota.reserved())
    }

    /// What a party holds.
    pub(super) fn held(&self, party: &str) -> usize {
        self.parties.held(party)
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
