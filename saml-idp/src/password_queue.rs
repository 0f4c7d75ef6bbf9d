//! A bounded queue for passwords: looking at one takes a core for tens of milliseconds, on purpose.

mod shares;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use self::shares::{Share, Shares};

/// How many tries wait at a time for others of the same count that are being looked at.
const WAITING: usize = 256;

/// How many places one account has, however long the queue is.
const MOST_OF_AN_ACCOUNT: usize = 4;

/// The places in this process at which passwords are looked at, or wait for it.
///
/// Whoever finds none is told to come back, so that the queue is short and everything else keeps being served. A quarter as
/// many are kept for browsers in which the account has signed in before: a flood of made-up names leaves those alone.
///
/// # Shares
/// No account and no network has more than a part of the places, whether its passwords are right or wrong; its next try
/// waits. Tries of known browsers and others have separate shares, so that a stranger who guesses makes nobody wait in
/// their own browser.
///
/// | of the default 64 and 16 | account | network |
/// | --- | --- | --- |
/// | known browsers | 4 | 8 |
/// | others | 4 | 16 |
///
/// So all that is kept takes four accounts that sign in from two networks, and everything else takes sixteen accounts and
/// four networks. What is counted here is a network of IPv4's one address and of IPv6's /48.
#[derive(Clone, Debug)]
pub(crate) struct PasswordQueue {
    places: u16,
    open: Arc<Semaphore>,
    kept: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    shares: Shares,
}

/// Whose shares a try takes a place of.
#[derive(Clone, Debug)]
pub(crate) struct Sharers {
    pub(crate) browser: Browser,
    pub(crate) account: String,
    pub(crate) network: String,
}

/// The turn of a try among those of its account and its network, until it is dropped.
#[derive(Debug)]
#[must_use]
pub(crate) struct Turn {
    _account: Share,
    _network: Share,
    /// How long it has waited.
    pub(crate) waited: Duration,
    /// Its place among those that wait, if it had to.
    pub(crate) waits: Option<Seat>,
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
            shares: Shares::default(),
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

    /// The turn of a try, once its account and its network have fewer places than they may. `None` if too many wait
    /// already, or none came in time.
    pub(crate) async fn turn(&self, sharers: &Sharers, patience: Duration) -> Option<Turn> {
        let Sharers { browser, account, network } = sharers;
        let (of_account, of_network) = self.most(*browser);
        let mut account = self.shares.enter(&format!("{browser:?} account {account}"), of_account);
        let mut network = self.shares.enter(&format!("{browser:?} network {network}"), of_network);
        if account.try_sit() && network.try_sit() {
            return Some(Turn { _account: account, _network: network, waited: Duration::ZERO, waits: None });
        }
        let waits = Some(self.waiting()?);
        let since = Instant::now();
        // Always in this order: nobody who has a place of a network waits for one of an account.
        let seated = timeout(patience, async {
            account.sit().await;
            network.sit().await;
        });
        seated.await.ok()?;
        Some(Turn { _account: account, _network: network, waited: since.elapsed(), waits })
    }

    /// How many places an account has at most, and a network.
    fn most(&self, browser: Browser) -> (usize, usize) {
        let open = usize::from(self.places);
        let kept = open.div_ceil(4);
        let of_account = (kept / 4).clamp(1, MOST_OF_AN_ACCOUNT);
        let of_network = match browser {
            Browser::Known => kept.div_ceil(2),
            Browser::Unknown => open.div_ceil(4),
        };
        (of_account, of_network)
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
