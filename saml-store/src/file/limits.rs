//! How much each namespace may hold in the file.

use std::collections::HashMap;

use crate::{Namespace, SHARE, StoreError};

/// Entries or records, and octets of their names and values; also a difference of two amounts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Amount {
    pub(super) entries: i64,
    pub(super) octets: i64,
}

impl Amount {
    pub(super) const fn plus(self, more: Self) -> Self {
        Self {
            entries: self.entries.saturating_add(more.entries),
            octets: self.octets.saturating_add(more.octets),
        }
    }

    pub(super) const fn negated(self) -> Self {
        Self { entries: self.entries.saturating_neg(), octets: self.octets.saturating_neg() }
    }
}

/// The capacity of each namespace.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    pub(super) default: Amount,
    pub(super) named: HashMap<Namespace, Amount>,
    /// How many records a namespace may hold, beside the entries.
    pub(super) records: Amount,
}

impl Limits {
    /// The same for each namespace.
    pub(super) fn new(default: Amount, records: Amount) -> Self {
        Self { default, named: HashMap::new(), records }
    }

    pub(super) fn of(&self, namespace: Namespace) -> Amount {
        self.named.get(&namespace).copied().unwrap_or(self.default)
    }
}

/// Whether the namespace has room for all alike.
pub(super) fn require_room(
    namespace: Namespace,
    capacity: Amount,
    free: Amount,
    wanted: Amount,
) -> Result<(), StoreError> {
    if wanted.entries > 0 && free.entries < wanted.entries {
        return Err(StoreError::Full { namespace, capacity: whole(capacity.entries) });
    }
    if wanted.octets > 0 && free.octets < wanted.octets {
        return Err(StoreError::FullOfOctets { namespace, octets: whole(capacity.octets) });
    }
    Ok(())
}

/// Whether a party that holds `held` may have more: see [`crate::Store::insert_for`].
pub(super) fn require_share(
    namespace: Namespace,
    capacity: Amount,
    free: Amount,
    held: Amount,
    wanted: Amount,
) -> Result<(), StoreError> {
    let share = i64::try_from(SHARE).unwrap_or(i64::MAX);
    if wanted.entries > 0 && held.entries >= free.entries.saturating_mul(share) {
        return Err(StoreError::PartyFull { namespace, capacity: whole(capacity.entries) });
    }
    let left = free.octets.saturating_sub(wanted.octets);
    if held.octets.saturating_add(wanted.octets) > left.saturating_mul(share) {
        return Err(StoreError::PartyFullOfOctets { namespace, octets: whole(capacity.octets) });
    }
    Ok(())
}

fn whole(amount: i64) -> usize {
    usize::try_from(amount).unwrap_or(0)
}
