//! A bounded queue for passwords: looking at one takes a core for tens of milliseconds, on purpose.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How many tries wait at a time for others of the same count that are being looked at.
const WAITING: usize = 256;

/// The places in this process at which passwords are looked at, or wait for it.
///
/// Whoever finds none is told to come back, so that the queue is short and everything else keeps being served. A quarter as
/// many are kept for browsers in which the account has signed in before: a flood of made-up names leaves those alone.
#[derive(Clone, Debug)]
pub(crate) struct PasswordQueue {
    places: u16,
    open: Arc<Semaphore>,
    kept: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    _permit: OwnedSemaphorePermit,
}

/// Whether the account has signed in in this browser before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Browser {
    Known,
    Unknown,
}

impl PasswordQueue {
    pub(crate) fn new(places: u16) -> Self {
        Self {
            places,
            open: Arc::new(Semaphore::new(usize::from(places))),
            kept: Arc::new(Semaphore::new(usize::from(places.div_ceil(4)))),
            waiting: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// This queue, with those who are in it, unless another length is wanted.
    pub(crate) fn or_of(&self, places: u16) -> Self {
        if self.places == places { self.clone() } else { Self::new(places) }
    }

    /// A place, if one is free.
    pub(crate) fn seat(&self, browser: Browser) -> Option<Seat> {
        let open = || taken(&self.open);
        match browser {
            Browser::Unknown => open(),
            Browser::Known => taken(&self.kept).or_else(open),
        }
    }

    /// Whether there is none now: a look before anything else is done for a try.
    pub(crate) fn is_full(&self, browser: Browser) -> bool {
        let is_open = self.open.available_permits() > 0;
        let is_kept = browser == Browser::Known && self.kept.available_permits() > 0;
        !is_open && !is_kept
    }

    /// A place among those that wait for others of the same count, if one is free.
    pub(crate) fn waiting(&self) -> Option<Seat> {
        taken(&self.waiting)
    }
}

fn taken(places: &Arc<Semaphore>) -> Option<Seat> {
    Arc::clone(places).try_acquire_owned().ok().map(|permit| Seat { _permit: permit })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_more_is_kept_for_known_browsers() {
        let queue = PasswordQueue::new(4);
        let seats: Vec<_> = (0..4).map(|_| queue.seat(Browser::Unknown).unwrap()).collect();
        assert!(queue.is_full(Browser::Unknown) && queue.seat(Browser::Unknown).is_none());
        assert!(!queue.is_full(Browser::Known));
        let known = queue.seat(Browser::Known).unwrap();
        assert!(queue.is_full(Browser::Known) && queue.seat(Browser::Known).is_none());
        drop(seats);
        // Known browsers may have the others, too.
        let all: Vec<_> = (0..4).map(|_| queue.seat(Browser::Known).unwrap()).collect();
        assert!(queue.seat(Browser::Unknown).is_none() && queue.seat(Browser::Known).is_none());
        drop((known, all));
        assert!(queue.seat(Browser::Unknown).is_some());
    }

    #[test]
    fn a_queue_of_the_same_length_is_the_same_queue() {
        let queue = PasswordQueue::new(1);
        let _seat = queue.seat(Browser::Unknown).unwrap();
        assert!(queue.or_of(1).is_full(Browser::Unknown));
        assert!(!queue.or_of(2).is_full(Browser::Unknown));
    }
}
