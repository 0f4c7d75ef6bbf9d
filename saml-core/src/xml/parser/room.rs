//! Floor 2: how much room the entries of a document need. Imports nothing of this crate.

/// How many entries to make room for beyond `len`, where `done` of so many `octets` are read and none takes less than
/// `fewest`: as many as the rest holds if it is like what was read, and a few more.
///
/// A vector left to itself doubles, and has both its old and its new place while it moves: three times what it holds,
/// of entries that are several times as large as what they stand for.
#[cold]
pub(super) fn more_entries(len: usize, done: usize, octets: usize, fewest: usize) -> usize {
    let left = octets.saturating_sub(done);
    let alike = len.saturating_mul(left) / done.max(1);
    let some_more = alike.saturating_add(len) / 16;
    alike.saturating_add(some_more).saturating_add(8).min(left / fewest + 8)
}
