//! What each party holds of a namespace.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::quota::{Amount, Lacking, Quota};
use crate::SHARE;

/// [`SHARE`], to count with.
const TIMES: u64 = {
    assert!(SHARE == 4, "the two are one number");
    4
};

/// The parties that hold something. One that holds nothing is not there.
#[derive(Debug, Default)]
pub(super) struct Parties(Mutex<HashMap<Arc<str>, Amount>>);

impl Parties {
    /// Reserves an entry of `octets` octets of the quota for the party. Returns the party's name, which all its entries
    /// share.
    ///
    /// # Errors
    /// The namespace is full, or the party has its share; nothing is reserved then.
    pub(super) fn reserve(&self, party: &str, octets: u64, quota: &Quota) -> Result<Arc<str>, Lacking> {
        let mut parties = self.locked();
        let held = parties.get(party).copied().unwrap_or_default();
        let wanted = Amount::of(octets);
        quota.reserve(wanted, |free| {
            // The party holds less than `SHARE` times the free entries exactly if more are free than the integer part
            // of the quotient.
            if free.entries <= held.entries / TIMES {
                return Err(Lacking::EntriesForParty);
            }
            require_share_of_octets(held, free, octets)
        })?;
        let known = parties.get_key_value(party);
        let name = known.map_or_else(|| Arc::from(party), |(name, _)| Arc::clone(name));
        parties.insert(Arc::clone(&name), held.plus(wanted));
        Ok(name)
    }

    /// Reserves `octets` more of the quota for an entry that the party has.
    ///
    /// # Errors
    /// As [`Parties::reserve`].
    pub(super) fn grow(&self, party: &Arc<str>, octets: u64, quota: &Quota) -> Result<(), Lacking> {
        let mut parties = self.locked();
        let held = parties.get(party).copied().unwrap_or_default();
        let wanted = Amount { entries: 0, octets };
        quota.reserve(wanted, |free| require_share_of_octets(held, free, octets))?;
        parties.insert(Arc::clone(party), held.plus(wanted));
        Ok(())
    }

    /// The party holds so much less.
    pub(super) fn release(&self, party: &str, less: Amount) {
        let mut parties = self.locked();
        let left = parties.get(party).copied().unwrap_or_default().minus(less);
        match parties.get_mut(party) {
            Some(held) if left.entries > 0 => *held = left,
            Some(_) | None => {
                parties.remove(party);
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<Arc<str>, Amount>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    #[cfg(test)]
    pub(super) fn held(&self, party: &str) -> Amount {
        self.locked().get(party).copied().unwrap_or_default()
    }
}

/// With `octets` more, a party may hold at most [`SHARE`] times the octets that are then free.
const fn require_share_of_octets(held: Amount, free: Amount, octets: u64) -> Result<(), Lacking> {
    let left = free.octets.saturating_sub(octets);
    if held.octets.saturating_add(octets) <= left.saturating_mul(TIMES) {
        Ok(())
    } else {
        Err(Lacking::OctetsForParty)
    }
}
