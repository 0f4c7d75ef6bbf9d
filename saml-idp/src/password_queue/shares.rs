//! How many seats one account or one network has, and those who wait for one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openssl::sha::sha256;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The shares of those who have a seat or wait for one, and of nobody else: each goes with the last of its users, so that
/// there are no more shares than requests under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares(Arc<Mutex<BTreeMap<Name, Users>>>);

/// By a hash: a long name takes no more memory than a short one.
type Name = [u8; 32];

#[derive(Debug)]
struct Users {
    number: usize,
    seats: Arc<Semaphore>,
}

/// One user of a share: has a seat of it, or wants one. It leaves when it is dropped, also while it waits.
#[derive(Debug)]
pub(super) struct Share {
    shares: Shares,
    name: Name,
    seats: Arc<Semaphore>,
    seat: Option<OwnedSemaphorePermit>,
}

impl Shares {
    /// Becomes a user of the share of this name, which has so many seats if nobody uses it yet.
    pub(super) fn enter(&self, name: &str, seats: usize) -> Share {
        let name = sha256(name.as_bytes());
        let mut all = self.lock();
        let users =
            all.entry(name).or_insert_with(|| Users { number: 0, seats: Arc::new(Semaphore::new(seats)) });
        users.number = users.number.saturating_add(1);
        let seats = Arc::clone(&users.seats);
        Share { shares: self.clone(), name, seats, seat: None }
    }

    fn leave(&self, name: &Name) {
        let mut all = self.lock();
        let Some(users) = all.get_mut(name) else { return };
        users.number = users.number.saturating_sub(1);
        if users.number == 0 {
            all.remove(name);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Name, Users>> {
        // Nothing in here is left half done by a panic.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// Takes a seat if one is free; `false` if none is.
    pub(super) fn try_sit(&mut self) -> bool {
        self.seat = self.seat.take().or_else(|| Arc::clone(&self.seats).try_acquire_owned().ok());
        self.seat.is_some()
    }

    /// Takes a seat once one is free, in the order of those who wait.
    pub(super) async fn sit(&mut self) {
        if self.seat.is_none() {
            // The semaphore is never closed.
            self.seat = Arc::clone(&self.seats).acquire_owned().await.ok();
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        // The seat first: who enters after the last user has left gets a share of its own.
        drop(self.seat.take());
        self.shares.leave(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_its_seats_and_goes_with_the_last_who_uses_it() {
        let shares = Shares::default();
        let mut users: Vec<_> = (0..3).map(|_| shares.enter("ada", 2)).collect();
        let sitting: Vec<_> = users.iter_mut().map(Share::try_sit).collect();
        assert_eq!(sitting, [true, true, false]);
        assert!(shares.enter("bob", 2).try_sit(), "somebody else's");
        assert_eq!(shares.lock().len(), 1);
        users.remove(0);
        assert!(users.last_mut().unwrap().try_sit());
        assert!(!shares.enter("ada", 2).try_sit());
        drop(users);
        assert!(shares.lock().is_empty());
    }

    #[tokio::test]
    async fn who_goes_away_while_waiting_leaves_nothing_behind() {
        let shares = Shares::default();
        let mut sitting = shares.enter("ada", 1);
        assert!(sitting.try_sit());
        let mut waiting = shares.enter("ada", 1);
        let waits = tokio::spawn(async move { waiting.sit().await });
        tokio::task::yield_now().await;
        waits.abort();
        assert!(waits.await.unwrap_err().is_cancelled());
        drop(sitting);
        assert!(shares.lock().is_empty());
    }
}
