//! A hierarchical timing wheel: items that are filed under an instant, the earliest first, at a fixed cost.
//!
//! A wheel has sixteen slots. There are sixteen levels of wheels, one for each hexadecimal digit of a 64-bit deadline:
//! the slots of the one wheel at the top are 2⁶⁰ ms wide and each holds a wheel of the level below, down to level 0,
//! whose slots are one millisecond wide and hold the tickets of that millisecond as a chain. A wheel exists while
//! something is filed below it, and knows its occupied slots as bits of one word.
//!
//! Why every operation is O(1):
//! - Filing a ticket walks down one wheel per level, 16 in all, and makes those that are missing.
//! - A ticket is withdrawn by its place, with its two neighbours. Where it was the first of its chain the way to its
//!   slot is walked, 16 wheels, and those left empty go.
//! - The earliest ticket is remembered. When it goes, the next one is at the end of the first occupied slots: one
//!   count of trailing zeros per level, 16 in all.
//!
//! Sixteen is the width of an instant; neither how many tickets there are nor how far apart they lie comes into it.
//! This holds for each single operation, except that a new ticket may find the memory of tickets or wheels used up:
//! that doubles then, which is O(1) amortised over the tickets that filled it.
//!
//! The textbook wheel files relative to a cursor that follows the clock, lets far tickets cascade down as it comes
//! nearer, and so moves each ticket up to once per level. Filing by absolute deadline walks these levels at once
//! instead, and needs no cursor. So the wheels need no work when the clock jumps ahead or goes back, no items move when
//! a wide slot opens, and no slot mixes due items with others: whether an item is due is known to the millisecond.
//!
//! Memory is in proportion to the tickets: each has at most 15 wheels of its own, about 70 octets each. With a hundred
//! thousand tickets it has almost none where they lie within minutes, and about three within a month.

use std::sync::Arc;

use super::slab::{NOWHERE, Slab};

/// Hexadecimal digits of a deadline.
pub(super) const LEVELS: u32 = 16;
const DIGIT_BITS: u32 = 4;
const SLOTS: usize = 1 << DIGIT_BITS;
/// The wheel at the top: the first that was made, and never removed.
const TOP: u32 = 0;

/// The tickets in the order of their deadlines; those of one millisecond in any order.
///
/// Holds at most [`super::MOST_TICKETS`].
#[derive(Debug)]
pub(super) struct Wheels {
    wheels: Slab<Wheel>,
    tickets: Slab<Filed>,
    /// The place of a ticket than which none is earlier.
    first: u32,
    generations: u64,
}

/// A filed item: a link of the chain in a slot of level 0.
#[derive(Debug)]
pub(super) struct Filed {
    pub(super) key: Arc<str>,
    pub(super) deadline: u64,
    /// Tells this ticket from all that ever had its place.
    pub(super) generation: u64,
    previous: u32,
    next: u32,
}

/// Sixteen slots: of places of wheels, on level 0 of places of tickets.
#[derive(Debug)]
struct Wheel {
    occupied: u16,
    slots: [u32; SLOTS],
}

impl Wheels {
    pub(super) fn new() -> Self {
        let mut wheels = Slab::new();
        wheels.insert(Wheel::EMPTY);
        Self { wheels, tickets: Slab::new(), first: NOWHERE, generations: 0 }
    }

    /// Files a ticket and tells its place and generation.
    pub(super) fn file(&mut self, deadline: u64, key: Arc<str>) -> (u32, u64) {
        let wheel =
            (1..LEVELS).rev().fold(TOP, |wheel, level| self.lower_wheel(wheel, digit(deadline, level)));
        let slot = digit(deadline, 0);
        let next = self.wheels.get(wheel).and_then(|wheel| wheel.get(slot)).unwrap_or(NOWHERE);
        let generation = self.generations;
        self.generations = generation.wrapping_add(1);
        let place = self.tickets.insert(Filed { key, deadline, generation, previous: NOWHERE, next });
        if let Some(next) = self.tickets.get_mut(next) {
            next.previous = place;
        }
        if let Some(wheel) = self.wheels.get_mut(wheel) {
            wheel.occupy(slot, place);
        }
        if self.first_deadline().is_none_or(|first| deadline < first) {
            self.first = place;
        }
        (place, generation)
    }

    /// Withdraws the ticket that was given this place and generation, if it is still there.
    pub(super) fn withdraw(&mut self, place: u32, generation: u64) -> Option<Filed> {
        self.tickets.get(place).filter(|filed| filed.generation == generation)?;
        self.remove(place)
    }

    /// Withdraws the first ticket if its deadline is not after `now`, and tells its place.
    pub(super) fn pop_due(&mut self, now: u64) -> Option<(u32, Filed)> {
        let first = self.first;
        self.first_deadline().filter(|deadline| *deadline <= now)?;
        Some((first, self.remove(first)?))
    }

    pub(super) fn first_deadline(&self) -> Option<u64> {
        Some(self.tickets.get(self.first)?.deadline)
    }

    fn remove(&mut self, place: u32) -> Option<Filed> {
        let filed = self.tickets.remove(place)?;
        if let Some(next) = self.tickets.get_mut(filed.next) {
            next.previous = filed.previous;
        }
        match self.tickets.get_mut(filed.previous) {
            Some(previous) => previous.next = filed.next,
            None => {
                self.rehang(TOP, LEVELS - 1, filed.deadline, filed.next);
            }
        }
        if place == self.first {
            self.first = self.find_first();
        }
        Some(filed)
    }

    /// The wheel in a slot of another, made if the slot is vacant.
    fn lower_wheel(&mut self, wheel: u32, slot: usize) -> u32 {
        if let Some(lower) = self.wheels.get(wheel).and_then(|wheel| wheel.get(slot)) {
            return lower;
        }
        let lower = self.wheels.insert(Wheel::EMPTY);
        if let Some(wheel) = self.wheels.get_mut(wheel) {
            wheel.occupy(slot, lower);
        }
        lower
    }

    /// Puts the rest of a chain, possibly none, in the place of its first ticket. Returns whether `wheel` is empty now.
    /// Lower wheels that are empty are removed.
    fn rehang(&mut self, wheel: u32, level: u32, deadline: u64, rest: u32) -> bool {
        let slot = digit(deadline, level);
        if let Some(lower_level) = level.checked_sub(1) {
            let Some(lower) = self.wheels.get(wheel).and_then(|wheel| wheel.get(slot)) else { return false };
            if !self.rehang(lower, lower_level, deadline, rest) {
                return false;
            }
            self.wheels.remove(lower);
        }
        self.wheels.get_mut(wheel).is_some_and(|wheel| wheel.replace(slot, rest))
    }

    /// Follows the first occupied slots from the top down to a ticket.
    fn find_first(&self) -> u32 {
        let first = |place, _| self.wheels.get(place).and_then(Wheel::first).unwrap_or(NOWHERE);
        (0..LEVELS).fold(TOP, first)
    }
}

impl Wheel {
    const EMPTY: Self = Self { occupied: 0, slots: [NOWHERE; SLOTS] };

    fn get(&self, slot: usize) -> Option<u32> {
        self.slots.get(slot).copied().filter(|place| *place != NOWHERE)
    }

    fn first(&self) -> Option<u32> {
        self.get(usize::try_from(self.occupied.trailing_zeros()).ok()?)
    }

    fn occupy(&mut self, slot: usize, place: u32) {
        if let Some(vacant) = self.slots.get_mut(slot) {
            *vacant = place;
            self.occupied |= 1 << slot;
        }
    }

    /// Puts a place or nothing into a slot, and tells whether the wheel is empty now.
    fn replace(&mut self, slot: usize, place: u32) -> bool {
        self.occupy(slot, place);
        if place == NOWHERE {
            self.occupied &= !(1 << slot);
        }
        self.occupied == 0
    }
}

/// The slot of a deadline in a wheel of this level.
fn digit(deadline: u64, level: u32) -> usize {
    // Masked to four bits, it fits.
    usize::try_from((deadline >> (level * DIGIT_BITS)) & 0xF).unwrap_or(0)
}

#[cfg(test)]
impl Wheels {
    /// Wheels and tickets that were looked at.
    pub(super) fn steps(&self) -> u64 {
        self.wheels.steps() + self.tickets.steps()
    }

    /// Tickets that are filed, and wheels that exist.
    pub(super) fn census(&self) -> (usize, usize) {
        (self.tickets.len(), self.wheels.len())
    }

    /// The most tickets and wheels that there ever were at one time.
    pub(super) fn most(&self) -> (usize, usize) {
        (self.tickets.most(), self.wheels.most())
    }
}
