//! Which entry expires next.

mod slab;
mod wheels;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::wheels::Wheels;
use crate::StoreInstant;

/// Tickets that a queue holds at most.
///
/// Each needs at most 15 wheels of its own, and the wheels are numbered with 32 bits.
pub(super) const MOST_TICKETS: usize = 1 << 28;

/// One stored version of an entry: when it expires, where its key is filed, and the number that no other version
/// ever has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    pub(super) expires_at: StoreInstant,
    place: u32,
    generation: u64,
}

/// The keys of a namespace in the order in which they expire.
///
/// Each version of an entry has exactly one ticket, which is withdrawn with it. So there are never more tickets than
/// entries, and an entry that is taken or replaced long before it expires leaves nothing behind. Every operation costs
/// a fixed number of steps whatever is stored, and looks at no ticket but its own, that one's neighbours and the first.
/// The earliest deadline is known to the millisecond: due tickets come out at once, and others are not touched. The
/// queue has no clock of its own; a `now` that jumps ahead or goes back finds it as it is.
#[derive(Debug)]
pub(super) struct ExpiryQueue {
    wheels: Mutex<Wheels>,
    /// When the first ticket comes due; lets an operation pass without the lock while nothing is due. May lag behind
    /// by a concurrent change, which only moves a removal to a later operation.
    first_due: AtomicI64,
    #[cfg(test)]
    pub(super) work: std::sync::atomic::AtomicU64,
}

impl ExpiryQueue {
    pub(super) fn new() -> Self {
        Self {
            wheels: Mutex::new(Wheels::new()),
            first_due: AtomicI64::new(i64::MAX),
            #[cfg(test)]
            work: std::sync::atomic::AtomicU64::new(0),
        }
    }

    /// Issues a ticket for a version that is being stored.
    #[must_use]
    pub(super) fn add(&self, expires_at: StoreInstant, key: Arc<str>) -> Ticket {
        let mut wheels = self.lock();
        let (place, generation) = wheels.file(deadline(expires_at), key);
        self.publish(&wheels);
        Ticket { expires_at, place, generation }
    }

    /// Withdraws the ticket of a version that is gone; one that came due meanwhile is already withdrawn.
    pub(super) fn withdraw(&self, ticket: Ticket) {
        let mut wheels = self.lock();
        wheels.withdraw(ticket.place, ticket.generation);
        self.publish(&wheels);
    }

    /// Whether a ticket is due, without waiting for anyone.
    pub(super) fn has_due(&self, now: StoreInstant) -> bool {
        self.first_due.load(Ordering::Acquire) <= now.unix_millis()
    }

    /// Withdraws the first ticket if it is due.
    pub(super) fn pop_due(&self, now: StoreInstant) -> Option<(Ticket, Arc<str>)> {
        let mut wheels = self.lock();
        let (place, filed) = wheels.pop_due(deadline(now))?;
        self.publish(&wheels);
        let ticket = Ticket { expires_at: instant(filed.deadline), place, generation: filed.generation };
        Some((ticket, filed.key))
    }

    fn lock(&self) -> MutexGuard<'_, Wheels> {
        #[cfg(test)]
        self.work.fetch_add(1, Ordering::Relaxed);
        // No code under the lock panics with the wheels half changed, so that a poisoned lock can be used.
        self.wheels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn publish(&self, wheels: &Wheels) {
        let first = wheels.first_deadline().map_or(StoreInstant::MAX, instant);
        self.first_due.store(first.unix_millis(), Ordering::Release);
    }
}

/// The sign of an instant, turned so that unsigned numbers order as the instants do.
const SIGN: u64 = 1 << 63;

const fn deadline(instant: StoreInstant) -> u64 {
    instant.unix_millis().cast_unsigned() ^ SIGN
}

const fn instant(deadline: u64) -> StoreInstant {
    StoreInstant::from_unix_millis((deadline ^ SIGN).cast_signed())
}

#[cfg(test)]
impl ExpiryQueue {
    pub(super) fn len(&self) -> usize {
        self.lock().census().0
    }

    /// Wheels and tickets that were looked at: what expiry has cost so far.
    pub(super) fn steps(&self) -> u64 {
        self.lock().steps()
    }
}

#[cfg(test)]
mod tests;
