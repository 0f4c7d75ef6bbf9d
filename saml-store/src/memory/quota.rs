//! How many entries a namespace may hold.

use std::sync::atomic::{AtomicUsize, Ordering};

/// A counter that never exceeds its capacity, under any concurrency.
///
/// A slot is reserved before an entry goes into the map and released after it has left, so the map never holds more
/// entries than there are slots.
#[derive(Debug)]
pub(super) struct Quota {
    capacity: usize,
    reserved: AtomicUsize,
}

impl Quota {
    pub(super) const fn new(capacity: usize) -> Self {
        Self { capacity, reserved: AtomicUsize::new(0) }
    }

    pub(super) const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Reserves a slot, or tells that there is none.
    #[must_use]
    pub(super) fn reserve(&self) -> bool {
        let more = |reserved| (reserved < self.capacity).then_some(reserved + 1);
        self.reserved.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).is_ok()
    }

    /// Reserves a slot while more than `needed` are free, or tells that there are not so many.
    #[must_use]
    pub(super) fn reserve_of_more_than(&self, needed: usize) -> bool {
        let more = |reserved| (self.capacity.saturating_sub(reserved) > needed).then_some(reserved + 1);
        self.reserved.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).is_ok()
    }

    /// Whether no slot is free.
    pub(super) fn is_exhausted(&self) -> bool {
        self.reserved.load(Ordering::Acquire) >= self.capacity
    }

    /// Gives back a slot that [`Quota::reserve`] gave.
    pub(super) fn release(&self) {
        self.reserved.fetch_sub(1, Ordering::AcqRel);
    }

    #[cfg(test)]
    pub(super) fn reserved(&self) -> usize {
        self.reserved.load(Ordering::Acquire)
    }
}
