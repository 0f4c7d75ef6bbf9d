//! Floor 2: octets looked at sixteen at a time. Imports nothing of this crate.
//!
//! Most names and many attribute values fit into one or two such lanes. Each function is written octet by octet
//! without a branch, so that the compiler makes a few vector instructions of it.

/// Sixteen octets.
pub(super) type Lane = [u8; 16];

/// A mark for each octet of a lane: all its bits, or none. The first octet is lowest.
type Marks = u128;

/// The sixteen octets at `at`, if there are so many.
#[inline(always)]
pub(super) fn lane_at(octets: &[u8], at: usize) -> Option<&Lane> {
    octets.get(at..).and_then(|rest| rest.first_chunk::<16>())
}

/// Octets before the first that is marked; all sixteen if none is.
#[inline(always)]
pub(super) fn before(marks: Marks) -> usize {
    usize::try_from(marks.trailing_zeros() >> 3).unwrap_or_default()
}

/// The marks that stand before the first of `ends`; all if there is none.
#[inline(always)]
pub(super) const fn until(marks: Marks, ends: Marks) -> Marks {
    let first = ends & ends.wrapping_neg();
    marks & first.wrapping_sub(1)
}

/// Whether there is more than one mark.
#[inline(always)]
pub(super) const fn several(marks: Marks) -> bool {
    // Below the lowest bit of the first mark there is nothing; above its eighth there is another mark.
    marks.wrapping_shr(marks.trailing_zeros()) > 0xFF
}

/// Marks what no qualified name in ASCII has: all but letters, digits, `_`, `-`, `.` and `:`.
#[inline(always)]
pub(super) fn ends_of_name(lane: &Lane) -> Marks {
    marks(lane, |octet| !is_name_octet(octet))
}

/// Whether a qualified name in ASCII can have this octet.
#[inline(always)]
pub(super) const fn is_name_octet(octet: u8) -> bool {
    // The colon follows the nine, the full stop the hyphen.
    ((octet | 0x20).wrapping_sub(b'a') < 26)
        | (octet.wrapping_sub(b'0') < 11)
        | (octet.wrapping_sub(b'-') < 2)
        | (octet == b'_')
}

/// Marks colons.
#[inline(always)]
pub(super) fn colons(lane: &Lane) -> Marks {
    marks(lane, |octet| octet == b':')
}

/// Marks what ends an attribute value or needs work: the quote, `<`, `&`, and all below U+0020.
#[inline(always)]
pub(super) fn ends_of_value(lane: &Lane, quote: u8) -> Marks {
    marks(lane, |octet| (octet < 0x20) | (octet == quote) | (octet == b'&') | (octet == b'<'))
}

#[inline(always)]
fn marks(lane: &Lane, wanted: impl Fn(u8) -> bool) -> Marks {
    let mut marks = [0; 16];
    for (mark, octet) in marks.iter_mut().zip(lane) {
        *mark = if wanted(*octet) { 0xFF } else { 0 };
    }
    Marks::from_le_bytes(marks)
}
