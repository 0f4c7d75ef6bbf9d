//! Floor 2: names in tags. May import `base`.

use super::lanes::{before, colons, ends_of_name, is_name_octet, lane_at, several, until};
use crate::base::is_nc_name;
use crate::xml::span::Span;

/// A qualified name in the input: a prefix (empty for none) and a local part.
#[derive(Clone, Copy, Debug)]
pub(super) struct QualifiedName<'i> {
    pub(super) prefix: &'i str,
    pub(super) local: &'i str,
    /// See [`prefix_key`].
    pub(super) key: u64,
    /// Offset of its first octet.
    pub(super) start: usize,
    /// Offset past its last.
    pub(super) end: usize,
}

impl QualifiedName<'_> {
    /// Where the prefix lies.
    pub(super) fn prefix_span(&self) -> Span {
        Span::of_input(self.start, self.start + self.prefix.len())
    }

    /// Where the local part lies.
    pub(super) fn local_span(&self) -> Span {
        Span::of_input(self.end - self.local.len(), self.end)
    }

    /// Octets in it.
    pub(super) const fn len(&self) -> usize {
        self.end - self.start
    }
}

/// The key of every prefix that is too long to have its own.
pub(super) const LONG_PREFIX: u64 = u64::MAX;

/// A prefix of at most eight octets as a number, to compare it in one step; zero for none. No name has an octet of
/// zero or 0xFF, so no two have the same, and [`LONG_PREFIX`] is no other's.
pub(super) const fn prefix_key(prefix: &str) -> u64 {
    let mut octets = prefix.as_bytes();
    if octets.len() > 8 {
        return LONG_PREFIX;
    }
    let mut key = 0;
    while let Some((last, others)) = octets.split_last() {
        key = (key << 8) | u64::from_le_bytes([*last, 0, 0, 0, 0, 0, 0, 0]);
        octets = others;
    }
    key
}

/// Reads the qualified name that begins at `start`; none if there is no well-formed one.
///
/// `QName` of [XML Namespaces §4]: one colon at most, an `NCName` on either side. The caller looks at what follows it.
#[inline]
pub(super) fn qualified_name(input: &str, start: usize) -> Option<QualifiedName<'_>> {
    let octets = input.as_bytes();
    let mut end = start;
    let mut colon = None;
    while let Some(lane) = lane_at(octets, end) {
        let ends = ends_of_name(lane);
        let colons = until(colons(lane), ends);
        if colons != 0 {
            if colon.is_some() || several(colons) {
                return None;
            }
            colon = Some(end + before(colons));
        }
        end += before(ends);
        if ends != 0 {
            if !octets.get(end)?.is_ascii() {
                break;
            }
            return ascii_name(input, start, colon, end);
        }
    }
    long_way(input, start)
}

/// Parts a name of which every octet is in its place but perhaps the first of either side.
#[inline]
fn ascii_name(input: &str, start: usize, colon: Option<usize>, end: usize) -> Option<QualifiedName<'_>> {
    let octets = input.as_bytes();
    let begins =
        |at: usize| octets.get(at).is_some_and(|octet| octet.is_ascii_alphabetic() || *octet == b'_');
    if !begins(start) {
        return None;
    }
    let Some(colon) = colon else {
        return Some(QualifiedName { prefix: "", local: input.get(start..end)?, key: 0, start, end });
    };
    if !begins(colon + 1) {
        return None;
    }
    let (prefix, local) = (input.get(start..colon)?, input.get(colon + 1..end)?);
    let key = match lane_at(octets, start).and_then(|lane| lane.first_chunk::<8>()) {
        Some(word) if prefix.len() < 8 => u64::from_le_bytes(*word) & ((1 << (8 * prefix.len())) - 1),
        _ => prefix_key(prefix),
    };
    Some(QualifiedName { prefix, local, key, start, end })
}

/// As [`qualified_name`]: for characters beyond ASCII, and for the last few octets of the input.
#[cold]
fn long_way(input: &str, start: usize) -> Option<QualifiedName<'_>> {
    let rest = input.get(start..)?;
    let length =
        rest.bytes().position(|octet| octet.is_ascii() && !is_name_octet(octet)).unwrap_or(rest.len());
    let name = rest.get(..length)?;
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    if !is_nc_name(local) || (prefix.len() + local.len() != name.len() && !is_nc_name(prefix)) {
        return None;
    }
    Some(QualifiedName { prefix, local, key: prefix_key(prefix), start, end: start + length })
}
