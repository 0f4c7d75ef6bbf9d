//! Where a connection stands: what its reader, its writer and its exchange know of one another.

use std::cell::{Cell, RefCell};
use std::task::{Context, Waker};
use std::time::Instant;

use super::seats::Seat;

/// What is awaited from the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The head of a request, since this instant.
    Head(Instant),
    /// The body of the request that is being answered: this many octets, if it says so.
    Body(Option<u64>),
    /// Nothing: a complete request is being answered.
    Nothing,
}

/// The state of one connection.
#[derive(Debug)]
pub(super) struct Flow {
    awaited: Cell<Awaited>,
    /// Whether the peer has stopped reading.
    blocked: Cell<bool>,
    reader: RefCell<Option<Waker>>,
    seat: Seat,
}

impl Flow {
    pub(super) fn new(seat: Seat) -> Self {
        let awaited = Cell::new(Awaited::Head(Instant::now()));
        Self { awaited, blocked: Cell::new(false), reader: RefCell::new(None), seat }
    }

    pub(super) fn seat(&self) -> &Seat {
        &self.seat
    }

    /// Whether another connection has got the seat of this one, which has nothing to do.
    pub(super) fn has_to_go(&self, awaited: Awaited) -> bool {
        match awaited {
            Awaited::Head(_) => self.seat.has_ended(),
            Awaited::Body(_) | Awaited::Nothing => false,
        }
    }

    pub(super) fn awaited(&self) -> Awaited {
        self.awaited.get()
    }

    /// How many octets may be read now; none while the peer doesn't read, or a complete request is being answered. The
    /// reader is woken when that changes.
    pub(super) fn readable(&self, context: &Context<'_>) -> Option<Awaited> {
        match self.awaited.get() {
            Awaited::Nothing => {}
            awaited @ (Awaited::Head(_) | Awaited::Body(_)) if !self.blocked.get() => return Some(awaited),
            Awaited::Head(_) | Awaited::Body(_) => {}
        }
        self.reader.replace(Some(context.waker().clone()));
        None
    }

    pub(super) fn set_awaited(&self, awaited: Awaited) {
        self.awaited.set(awaited);
        self.wake_reader();
    }

    pub(super) fn set_blocked(&self, blocked: bool) {
        if self.blocked.replace(blocked) && !blocked {
            self.wake_reader();
        }
    }

    /// Counts received octets of the awaited part.
    pub(super) fn count(&self, read: usize) {
        if let Awaited::Body(Some(left)) = self.awaited.get() {
            let read = u64::try_from(read).unwrap_or(u64::MAX);
            self.awaited.set(Awaited::Body(Some(left.saturating_sub(read))));
        }
    }

    fn wake_reader(&self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}
