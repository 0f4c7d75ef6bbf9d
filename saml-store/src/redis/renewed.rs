//! Something that is made again by whoever needs it once it is of no use.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::fault::RedisFault;

/// A value that several tasks use, and that can be lost: a connection, the map of a cluster.
///
/// One task at a time makes it; the others wait for that attempt and share how it ended. So a server that doesn't answer
/// costs each of them about one time-out, and not one after the other.
#[derive(Debug)]
pub(super) struct Renewed<T> {
    current: Mutex<Option<(u64, T)>>,
    /// Attempts that have begun.
    begun: AtomicU64,
    /// How the last attempt failed, and its number. Held while one is made.
    failed: tokio::sync::Mutex<Option<(u64, RedisFault)>>,
}

impl<T: Clone> Renewed<T> {
    pub(super) fn new() -> Self {
        Self { current: Mutex::new(None), begun: AtomicU64::new(0), failed: tokio::sync::Mutex::new(None) }
    }

    /// The value and its number, made by `make` if there is none that is `usable`.
    pub(super) async fn get<F, M>(&self, usable: fn(&T) -> bool, make: M) -> Result<(u64, T), RedisFault>
    where
        M: FnOnce() -> F,
        F: Future<Output = Result<T, RedisFault>>,
    {
        if let Some(found) = self.current(usable) {
            return Ok(found);
        }
        let arrived = self.begun.load(Ordering::Acquire);
        let mut failed = self.failed.lock().await;
        if let Some(found) = self.current(usable) {
            return Ok(found);
        }
        match &*failed {
            Some((number, fault)) if *number > arrived => return Err(fault.clone()),
            Some(_) | None => {}
        }
        let number = self.begun.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        match make().await {
            Ok(made) => {
                *self.locked() = Some((number, made.clone()));
                Ok((number, made))
            }
            Err(fault) => {
                *failed = Some((number, fault.clone()));
                Err(fault)
            }
        }
    }

    /// The value of this number is of no use any more; a later one may be.
    pub(super) fn give_up(&self, number: u64) {
        let mut current = self.locked();
        if current.as_ref().is_some_and(|(held, _)| *held == number) {
            *current = None;
        }
    }

    fn current(&self, usable: fn(&T) -> bool) -> Option<(u64, T)> {
        self.locked().as_ref().filter(|(_, value)| usable(value)).cloned()
    }

    fn locked(&self) -> MutexGuard<'_, Option<(u64, T)>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
