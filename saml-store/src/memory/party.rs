//! What each party holds of a namespace.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::quota::Quota;
use crate::SHARE;

/// The parties that hold something, with the number of their entries. One that holds nothing is not there.
#[derive(Debug, Default)]
pub(super) struct Parties(Mutex<HashMap<Arc<str>, usize>>);

impl Parties {
    /// Reserves a slot of the quota for the party, which then holds one more; or tells that it has its share. What it
    /// gets is its name, shared by all entries that have it.
    #[must_use]
    pub(super) fn reserve(&self, party: &str, quota: &Quota) -> Option<Arc<str>> {
        let mut parties = self.locked();
        let held = parties.get(party).copied().unwrap_or(0);
        // Less than `SHARE` times what is free: more is free than the integer part of the quotient.
        if !quota.reserve_of_more_than(held / SHARE) {
            return None;
        }
        let name =
            parties.get_key_value(party).map_or_else(|| Arc::from(party), |(name, _)| Arc::clone(name));
        parties.insert(Arc::clone(&name), held + 1);
        Some(name)
    }

    /// The party holds one entry less.
    pub(super) fn release(&self, party: &str) {
        let mut parties = self.locked();
        match parties.get_mut(party) {
            Some(held) if *held > 1 => *held -= 1,
            Some(_) | None => {
                parties.remove(party);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Arc<str>, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn held(&self, party: &str) -> usize {
        self.locked().get(party).copied().unwrap_or(0)
    }
}
