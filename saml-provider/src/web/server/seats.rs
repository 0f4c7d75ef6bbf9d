//! The connections of a server: how many there may be in all and of one client, and which one ends for another.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Waker};

use tokio::sync::Notify;

use crate::ClientNetwork;

/// How many connections there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// In all.
    pub(super) all: NonZeroUsize,
    /// Of one client, where clients are counted.
    pub(super) of_a_client: Option<NonZeroUsize>,
}

/// The seats of a server, over all its workers: one for each connection that is served.
#[derive(Debug)]
pub(super) struct Seats {
    bounds: Bounds,
    taken: Mutex<Taken>,
    /// Counts how often a connection became idle, so that it is known which one did first.
    turn: AtomicU64,
    waiting: AtomicUsize,
    refused: AtomicU64,
    /// A seat was left, or somebody became idle, while others were waiting.
    changed: Notify,
}

#[derive(Debug, Default)]
struct Taken {
    seats: HashMap<u64, Arc<Sitter>>,
    by_client: HashMap<ClientNetwork, usize>,
    last_number: u64,
}

/// A connection, as the others see it.
#[derive(Debug)]
struct Sitter {
    number: u64,
    client: Option<ClientNetwork>,
    /// [`BUSY`], [`ENDED`], or the turn at which it became idle.
    standing: AtomicU64,
    reader: Mutex<Option<Waker>>,
}

const BUSY: u64 = 0;
const ENDED: u64 = u64::MAX;

/// A client has as many connections as it may have, and all of them are busy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientFull;

impl Seats {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            taken: Mutex::default(),
            turn: AtomicU64::new(BUSY),
            waiting: AtomicUsize::new(0),
            refused: AtomicU64::new(0),
            changed: Notify::new(),
        }
    }

    /// Gives a connection a seat. If there is none left, or none for this client, the connection that has been idle
    /// for the longest time ends, of all or of this client. If none is idle, a client that has its share is refused,
    /// and another one waits.
    pub(super) async fn take(self: &Arc<Self>, client: Option<ClientNetwork>) -> Result<Seat, ClientFull> {
        if let Some(seat) = self.try_take(client)? {
            return Ok(seat);
        }
        let _waiting = Waiting::begin(self);
        loop {
            // Made before it is looked again: a change in between is not missed.
            let changed = self.changed.notified();
            if let Some(seat) = self.try_take(client)? {
                return Ok(seat);
            }
            changed.await;
        }
    }

    /// Counts a connection that was refused; how many there were.
    pub(super) fn count_refused(&self) -> u64 {
        self.refused.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    fn try_take(self: &Arc<Self>, client: Option<ClientNetwork>) -> Result<Option<Seat>, ClientFull> {
        let mut taken = self.taken();
        if let (Some(client), Some(most)) = (client, self.bounds.of_a_client)
            && taken.of(client) >= most.get()
            && !taken.end_longest_idle(|sitter| sitter.client == Some(client))
        {
            return Err(ClientFull);
        }
        if taken.seats.len() >= self.bounds.all.get() && !taken.end_longest_idle(|_anybody| true) {
            return Ok(None);
        }
        let sitter = taken.seat(client, self.next_turn());
        Ok(Some(Seat { seats: Arc::clone(self), sitter }))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_turn(&self) -> u64 {
        self.turn.fetch_add(1, Ordering::SeqCst).saturating_add(1)
    }

    fn tell_one_who_waits(&self) {
        if self.waiting.load(Ordering::SeqCst) > 0 {
            self.changed.notify_one();
        }
    }
}

impl Taken {
    fn of(&self, client: ClientNetwork) -> usize {
        self.by_client.get(&client).copied().unwrap_or_default()
    }

    fn seat(&mut self, client: Option<ClientNetwork>, turn: u64) -> Arc<Sitter> {
        self.last_number = self.last_number.wrapping_add(1);
        let number = self.last_number;
        let standing = AtomicU64::new(turn);
        let sitter = Arc::new(Sitter { number, client, standing, reader: Mutex::new(None) });
        self.seats.insert(number, Arc::clone(&sitter));
        if let Some(client) = client {
            let count = self.by_client.entry(client).or_default();
            *count = count.saturating_add(1);
        }
        sitter
    }

    /// Whether one could be ended. Walks all connections, which only happens while there are as many as there may be.
    fn end_longest_idle(&mut self, among: impl Fn(&Sitter) -> bool) -> bool {
        loop {
            let idle = self.seats.values().filter(|sitter| among(sitter)).filter_map(|sitter| {
                let standing = sitter.standing.load(Ordering::SeqCst);
                (standing != BUSY && standing != ENDED).then_some((standing, sitter))
            });
            let Some((standing, sitter)) = idle.min_by_key(|(standing, _)| *standing) else { return false };
            let sitter = Arc::clone(sitter);
            // It may have become busy in between: then another one.
            if sitter.change(standing, ENDED) {
                self.remove(&sitter);
                sitter.wake();
                return true;
            }
        }
    }

    fn remove(&mut self, sitter: &Sitter) {
        if self.seats.remove(&sitter.number).is_none() {
            return;
        }
        if let Some(client) = sitter.client
            && let Some(count) = self.by_client.get_mut(&client)
        {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.by_client.remove(&client);
            }
        }
    }
}

impl Sitter {
    fn change(&self, from: u64, to: u64) -> bool {
        self.standing.compare_exchange(from, to, Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    fn wake(&self) {
        if let Some(reader) = self.reader.lock().unwrap_or_else(PoisonError::into_inner).take() {
            reader.wake();
        }
    }
}

/// One who waits for a seat.
struct Waiting<'a>(&'a Seats);

impl<'a> Waiting<'a> {
    fn begin(seats: &'a Seats) -> Self {
        seats.waiting.fetch_add(1, Ordering::SeqCst);
        Self(seats)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
        // Whoever was told, and does not wait any more, tells the next one.
        self.0.tell_one_who_waits();
    }
}

/// What a connection has while it is served. It is idle until it is said to be busy.
#[derive(Debug)]
pub(super) struct Seat {
    seats: Arc<Seats>,
    sitter: Arc<Sitter>,
}

impl Seat {
    /// Whether another connection has got it.
    pub(super) fn has_ended(&self) -> bool {
        self.sitter.standing.load(Ordering::SeqCst) == ENDED
    }

    /// The connection waits for its peer, and has nothing to do: it may end for another one. The task is woken then.
    pub(super) fn be_idle(&self, context: &Context<'_>) {
        let waker = Some(context.waker().clone());
        *self.sitter.reader.lock().unwrap_or_else(PoisonError::into_inner) = waker;
        if self.sitter.standing.load(Ordering::SeqCst) == BUSY
            && self.sitter.change(BUSY, self.seats.next_turn())
        {
            self.seats.tell_one_who_waits();
        }
    }

    /// A request has come: the connection does not end for another one until it is answered.
    pub(super) fn be_busy(&self) {
        let standing = self.sitter.standing.load(Ordering::SeqCst);
        if standing != ENDED {
            // If it fails, another connection has got the seat just now; what was asked is answered even so.
            let _changed = self.sitter.change(standing, BUSY);
        }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.seats.taken().remove(&self.sitter);
        self.seats.tell_one_who_waits();
    }
}

#[cfg(test)]
#[path = "seats/tests.rs"]
mod tests;
