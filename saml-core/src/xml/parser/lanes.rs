//! Floor 2: octets looked at sixteen at a time. Imports nothing of this crate.
//!
//! Most names and many attribute values fit into one or two such lanes. The comparisons are those of `wide`, which
//! every processor has: left to the compiler's own idea of vector code, reading the names of a message took 42 000
//! instructions in one build and 70 000 in the next.

use wide::u8x16;

/// Sixteen octets.
pub(super) type Lane = [u8; 16];

/// A bit for each octet of a lane; the first octet is lowest.
type Marks = u32;

/// A bit above those of a lane.
const PAST: Marks = 1 << 16;

/// The sixteen octets at `at`, if there are so many.
#[inline(always)]
pub(super) fn lane_at(octets: &[u8], at: usize) -> Option<&Lane> {
    octets.get(at..).and_then(|rest| rest.first_chunk::<16>())
}

/// Octets before the first that is marked; all sixteen if none is.
#[inline(always)]
pub(super) fn before(marks: Marks) -> usize {
    usize::try_from((marks | PAST).trailing_zeros()).unwrap_or_default()
}

/// The marks before the first of `ends`; all of them if `ends` is empty.
#[inline(always)]
pub(super) const fn until(marks: Marks, ends: Marks) -> Marks {
    let first = ends & ends.wrapping_neg();
    marks & first.wrapping_sub(1)
}

/// Whether there is more than one mark.
#[inline(always)]
pub(super) const fn several(marks: Marks) -> bool {
    marks & marks.wrapping_sub(1) != 0
}

/// Marks what no qualified name in ASCII has: all but letters, digits, `_`, `-`, `.` and `:`.
#[inline(always)]
pub(super) fn ends_of_name(lane: &Lane) -> Marks {
    let octets = u8x16::new(*lane);
    // The colon follows the nine, the full stop the hyphen.
    let name_octets = within(octets | u8x16::splat(0x20), b'a', 26)
        | within(octets, b'0', 11)
        | within(octets, b'-', 2)
        | octets.simd_eq(u8x16::splat(b'_'));
    !name_octets.to_bitmask() & (PAST - 1)
}

/// Whether a qualified name in ASCII can have this octet.
pub(super) const fn is_name_octet(octet: u8) -> bool {
    matches!(octet, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b':' | b'-' | b'.' | b'_')
}

/// Marks colons.
#[inline(always)]
pub(super) fn colons(lane: &Lane) -> Marks {
    u8x16::new(*lane).simd_eq(u8x16::splat(b':')).to_bitmask()
}

/// Marks what ends an attribute value or needs work: the quote, `<`, `&`, and all below U+0020.
#[inline(always)]
pub(super) fn ends_of_value(lane: &Lane, quote: u8) -> Marks {
    let octets = u8x16::new(*lane);
    let ends = within(octets, 0, 0x20)
        | octets.simd_eq(u8x16::splat(quote))
        | octets.simd_eq(u8x16::splat(b'&'))
        | octets.simd_eq(u8x16::splat(b'<'));
    ends.to_bitmask()
}

/// Marks what ends character data: `<` and `&`.
#[inline(always)]
pub(super) fn ends_of_text(lane: &Lane) -> Marks {
    let octets = u8x16::new(*lane);
    (octets.simd_eq(u8x16::splat(b'<')) | octets.simd_eq(u8x16::splat(b'&'))).to_bitmask()
}

/// All bits of each octet that is one of the `count` from `first` on.
#[inline(always)]
fn within(octets: u8x16, first: u8, count: u8) -> u8x16 {
    let distance = octets - u8x16::splat(first);
    distance.min(u8x16::splat(count.wrapping_sub(1))).simd_eq(distance)
}

#[cfg(test)]
mod tests;
