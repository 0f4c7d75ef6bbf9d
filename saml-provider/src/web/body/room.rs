//! What all bodies that are being read hold together.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{BodyError, REQUEST_OCTETS, SMALL_OCTETS};

/// What bodies of each size may hold together, in octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Those of at most [`SMALL_OCTETS`].
    pub small: usize,
    /// Those that are larger.
    pub larger: usize,
    /// What only those of at most [`REQUEST_OCTETS`] may use of the latter.
    pub kept_for_requests: usize,
}

/// What a number of bodies may hold together. A body counts by the size that it has so far.
#[derive(Debug)]
pub struct Room {
    shares: Shares,
    small: AtomicUsize,
    larger: AtomicUsize,
}

impl Room {
    /// Room for this much.
    #[must_use]
    pub const fn new(shares: Shares) -> Self {
        Self { shares, small: AtomicUsize::new(0), larger: AtomicUsize::new(0) }
    }

    /// How it is shared.
    #[must_use]
    pub const fn shares(&self) -> Shares {
        self.shares
    }

    /// What is held at this moment.
    #[must_use]
    pub fn held(&self) -> usize {
        self.small.load(Ordering::Relaxed).saturating_add(self.larger.load(Ordering::Relaxed))
    }

    /// Where a body of this size counts, and how much all that count there may hold when it comes.
    fn share(&self, octets: usize) -> (&AtomicUsize, usize) {
        let Shares { small, larger, kept_for_requests } = self.shares;
        if octets <= SMALL_OCTETS {
            (&self.small, small)
        } else if octets <= REQUEST_OCTETS {
            (&self.larger, larger)
        } else {
            (&self.larger, larger.saturating_sub(kept_for_requests))
        }
    }
}

/// What one body holds of a room.
#[derive(Debug)]
pub(super) struct Place {
    room: &'static Room,
    octets: usize,
}

impl Place {
    pub(super) const fn nothing_in(room: &'static Room) -> Self {
        Self { room, octets: 0 }
    }

    pub(super) fn grow_to(&mut self, octets: usize) -> Result<(), BodyError> {
        let (before, _most) = self.room.share(self.octets);
        let (held, most) = self.room.share(octets);
        let grows_there = std::ptr::eq(before, held);
        let more = if grows_there { octets.saturating_sub(self.octets) } else { octets };
        let grown = |held: usize| held.checked_add(more).filter(|held| *held <= most);
        held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, grown).map_err(|_held| BodyError::NoRoom)?;
        if !grows_there {
            before.fetch_sub(self.octets, Ordering::Relaxed);
        }
        self.octets = octets;
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (held, _most) = self.room.share(self.octets);
        held.fetch_sub(self.octets, Ordering::Relaxed);
    }
}
