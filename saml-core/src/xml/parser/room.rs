//! Floor 2: how much room the entries of a document need. Imports nothing of this crate.

/// How many entries to make room for beyond `len`. `done` of `octets` have been read, and no entry takes fewer than
/// `fewest` octets. The estimate assumes that the rest is like the part that was read, and adds a few.
///
/// A vector that grows by itself doubles, and holds its old and its new place while it moves. That is three times its
/// content, and the entries are several times as large as the markup that they stand for.
#[cold]
pub(super) fn more_entries(len: usize, done: usize, octets: usize, fewest: usize) -> usize {
    let left = octets.saturating_sub(done);
    let alike = len.saturating_mul(left) / done.max(1);
    let some_more = alike.saturating_add(len) / 16;
    alike.saturating_add(some_more).saturating_add(8).min(left / fewest + 8)
}
