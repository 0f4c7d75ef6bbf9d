//! How much each namespace may hold.

use std::collections::HashMap;

use crate::{Namespace, StoreError};

/// Entries or records, and octets of their names and values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Amount {
    pub(super) entries: usize,
    pub(super) octets: usize,
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
    pub(super) fn of(&self, namespace: Namespace) -> Amount {
        self.named.get(&namespace).copied().unwrap_or(self.default)
    }

    /// The error for what the script says is lacking; nothing for a number that it never says.
    pub(super) fn lacking(&self, namespace: Namespace, number: i64) -> Option<StoreError> {
        let Amount { entries: capacity, octets } = self.of(namespace);
        match number {
            -1 => Some(StoreError::Full { namespace, capacity }),
            -2 => Some(StoreError::FullOfOctets { namespace, octets }),
            -3 => Some(StoreError::PartyFull { namespace, capacity }),
            -4 => Some(StoreError::PartyFullOfOctets { namespace, octets }),
            _ => None,
        }
    }
}
