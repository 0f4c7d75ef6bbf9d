//! Floor 2: where a string of a document lies. Imports nothing of this crate.

use std::ops::Range;

/// A string of a document: a range of its input, or of the side buffer that holds what had to be rewritten.
///
/// Eight octets where a `String` takes twenty-four and a heap block.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Span {
    /// Offset of the first octet; the highest bit says that it counts in the side buffer.
    start: u32,
    /// Octets.
    len: u32,
}

/// Marks a span of the side buffer.
const SIDE: u32 = 1 << 31;

/// The longest input, and the longest side buffer: offsets keep one bit for [`SIDE`].
pub(super) const MAX_OCTETS: usize = 0x7fff_ffff;

impl Span {
    /// The string of no octets.
    pub(super) const EMPTY: Self = Self { start: 0, len: 0 };

    /// A range of the input. The caller has refused inputs above [`MAX_OCTETS`].
    pub(super) fn of_input(start: usize, end: usize) -> Self {
        Self { start: narrow(start), len: narrow(end.saturating_sub(start)) }
    }

    /// A range of the side buffer, which never outgrows the input by more than the bounded context.
    pub(super) fn of_side(start: usize, end: usize) -> Self {
        Self { start: narrow(start) | SIDE, len: narrow(end.saturating_sub(start)) }
    }

    /// Octets in it.
    pub(super) const fn len(self) -> u32 {
        self.len
    }

    /// Whether it has no octets.
    pub(super) const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// Offset of its first octet, if it lies in the input.
    pub(super) fn input_start(self) -> Option<usize> {
        (self.start & SIDE == 0).then(|| widen(self.start))
    }

    /// The octets of the text, for comparing: they take fewer steps to look up than the text.
    pub(super) fn octets<'a>(self, input: &'a str, side: &'a str) -> &'a [u8] {
        let (buffer, range) = self.place(input, side);
        buffer.as_bytes().get(range).unwrap_or_default()
    }

    /// The text, looked up in the two buffers.
    pub(super) fn of<'a>(self, input: &'a str, side: &'a str) -> &'a str {
        let (buffer, range) = self.place(input, side);
        buffer.get(range).unwrap_or_default()
    }

    /// The buffer that it lies in, and where.
    #[inline]
    fn place<'a>(self, input: &'a str, side: &'a str) -> (&'a str, Range<usize>) {
        let (buffer, start) =
            if self.start & SIDE == 0 { (input, self.start) } else { (side, self.start & !SIDE) };
        let start = widen(start);
        (buffer, start..start.saturating_add(widen(self.len)))
    }
}

/// A qualified name in the input, its prefix and its local part.
#[derive(Clone, Copy, Debug)]
pub(super) struct NameSpan {
    /// Offset of the first octet.
    start: u32,
    /// Octets of the prefix; none for no prefix.
    prefix: u16,
    /// Octets of the local part.
    local: u16,
}

impl NameSpan {
    /// The longest name.
    pub(super) const MAX_OCTETS: usize = 0xffff;

    /// A name that begins at `start`. The caller has refused those above [`MAX_OCTETS`](Self::MAX_OCTETS).
    pub(super) fn new(start: usize, prefix: usize, local: usize) -> Self {
        let short = |octets: usize| u16::try_from(octets).unwrap_or(u16::MAX);
        Self { start: narrow(start), prefix: short(prefix), local: short(local) }
    }

    /// Where the prefix lies.
    pub(super) fn prefix(self) -> Span {
        Span { start: self.start, len: u32::from(self.prefix) }
    }

    /// Where the local part lies: past the colon, if there is one.
    pub(super) fn local(self) -> Span {
        let colon = u32::from(self.prefix != 0);
        Span { start: self.start + u32::from(self.prefix) + colon, len: u32::from(self.local) }
    }
}

/// An index as the arena stores it. Inputs are bounded by [`MAX_OCTETS`], so nothing is ever clipped.
pub(super) fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// An index as slices want it.
pub(super) fn widen(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
