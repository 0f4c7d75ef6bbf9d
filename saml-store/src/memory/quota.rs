//! How much a namespace may hold, and how much it does.

use std::sync::atomic::{AtomicU64, Ordering};

use super::expiry_queue::MOST_TICKETS;
use crate::{Namespace, StoreError};

/// Bits of the counter that have the octets; the rest has the entries.
const OCTET_BITS: u32 = 35;
/// The most octets that are counted: 32 GiB.
const MOST_OCTETS: u64 = (1 << OCTET_BITS) - 1;

/// Entries, and octets of their keys and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) entries: u64,
    pub(super) octets: u64,
}

impl Amount {
    /// One entry of this many octets.
    pub(super) const fn of(octets: u64) -> Self {
        Self { entries: 1, octets }
    }

    pub(super) const fn plus(self, more: Self) -> Self {
        Self {
            entries: self.entries.saturating_add(more.entries),
            octets: self.octets.saturating_add(more.octets),
        }
    }

    pub(super) const fn minus(self, less: Self) -> Self {
        Self {
            entries: self.entries.saturating_sub(less.entries),
            octets: self.octets.saturating_sub(less.octets),
        }
    }
}

/// What there is too little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lacking {
    Entries,
    Octets,
    /// There would be enough, but not for this party.
    EntriesForParty,
    OctetsForParty,
}

/// A counter that never exceeds its capacity, under any concurrency.
///
/// What an entry takes is reserved before it goes into the map and released after it has left, so the map never holds
/// more than is reserved. Entries and octets stand in one number and are reserved in one moment. So nobody is refused
/// because somebody else reserved a part and gave it back.
#[derive(Debug)]
pub(super) struct Quota {
    namespace: Namespace,
    capacity: Amount,
    reserved: AtomicU64,
}

impl Quota {
    /// At most 2²⁸ entries are admitted, and 32 GiB.
    pub(super) fn new(namespace: Namespace, capacity: Amount) -> Self {
        let most_entries = u64::try_from(MOST_TICKETS).unwrap_or(u64::MAX);
        let capacity =
            Amount { entries: capacity.entries.min(most_entries), octets: capacity.octets.min(MOST_OCTETS) };
        Self { namespace, capacity, reserved: AtomicU64::new(0) }
    }

    /// Reserves an amount if it is free, and if `admits` accepts the amount that is free before.
    ///
    /// # Errors
    /// What is lacking; nothing is reserved then.
    pub(super) fn reserve(
        &self,
        wanted: Amount,
        admits: impl Fn(Amount) -> Result<(), Lacking>,
    ) -> Result<(), Lacking> {
        let mut lacking = Lacking::Entries;
        let more = |packed| {
            let free = self.capacity.minus(unpacked(packed));
            let decided = if free.entries < wanted.entries {
                Err(Lacking::Entries)
            } else if free.octets < wanted.octets {
                Err(Lacking::Octets)
            } else {
                admits(free)
            };
            match decided {
                Ok(()) => Some(packed.wrapping_add(packed_of(wanted))),
                Err(why) => {
                    lacking = why;
                    None
                }
            }
        };
        let reserved = self.reserved.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        reserved.map(|_before| ()).map_err(|_full| lacking)
    }

    /// Gives back what [`Quota::reserve`] gave.
    pub(super) fn release(&self, reserved: Amount) {
        self.reserved.fetch_sub(packed_of(reserved), Ordering::AcqRel);
    }

    /// The error for a caller that found too little.
    pub(super) fn error(&self, lacking: Lacking) -> StoreError {
        let namespace = self.namespace;
        let whole = |amount: u64| usize::try_from(amount).unwrap_or(usize::MAX);
        let (capacity, octets) = (whole(self.capacity.entries), whole(self.capacity.octets));
        match lacking {
            Lacking::Entries => StoreError::Full { namespace, capacity },
            Lacking::Octets => StoreError::FullOfOctets { namespace, octets },
            Lacking::EntriesForParty => StoreError::PartyFull { namespace, capacity },
            Lacking::OctetsForParty => StoreError::PartyFullOfOctets { namespace, octets },
        }
    }

    #[cfg(test)]
    pub(super) fn reserved(&self) -> Amount {
        unpacked(self.reserved.load(Ordering::Acquire))
    }
}

const fn packed_of(amount: Amount) -> u64 {
    (amount.entries << OCTET_BITS) | amount.octets
}

const fn unpacked(packed: u64) -> Amount {
    Amount { entries: packed >> OCTET_BITS, octets: packed & MOST_OCTETS }
}
