//! Floor 2: names in tags. May import `base`.

use super::lanes::{before, colons, ends_of_name, is_name_octet, lane_at, several, until};
use crate::base::is_nc_name;
use crate::xml::span::{NameSpan, Span};

/// A qualified name in the input: a prefix, perhaps none, and a local part.
#[derive(Clone, Copy, Debug)]
pub(super) struct QualifiedName {
    /// See [`prefix_key`].
    pub(super) key: u64,
    /// Offset of its first octet.
    pub(super) start: usize,
    /// Offset of the first octet of its local part: past the colon, if there is one.
    local: usize,
    /// Offset past its last.
    pub(super) end: usize,
}

impl QualifiedName {
    /// Its prefix; empty for none.
    pub(super) fn prefix<'i>(&self, input: &'i str) -> &'i str {
        input.get(self.start..self.prefix_end()).unwrap_or_default()
    }

    /// Its local part.
    pub(super) fn local<'i>(&self, input: &'i str) -> &'i str {
        input.get(self.local..self.end).unwrap_or_default()
    }

    /// The octets of its local part, for comparing.
    pub(super) fn local_octets<'i>(&self, input: &'i str) -> &'i [u8] {
        input.as_bytes().get(self.local..self.end).unwrap_or_default()
    }

    /// Where both lie.
    pub(super) fn span(&self) -> NameSpan {
        NameSpan::new(self.start, self.prefix_end() - self.start, self.end - self.local)
    }

    /// Where the prefix lies.
    pub(super) fn prefix_span(&self) -> Span {
        Span::of_input(self.start, self.prefix_end())
    }

    /// Where the local part lies.
    pub(super) fn local_span(&self) -> Span {
        Span::of_input(self.local, self.end)
    }

    /// Octets in it.
    pub(super) const fn len(&self) -> usize {
        self.end - self.start
    }

    /// At the colon, if there is one.
    const fn prefix_end(&self) -> usize {
        if self.local > self.start { self.local - 1 } else { self.start }
    }
}

/// The key of every prefix that is too long to have its own.
pub(super) const LONG_PREFIX: u64 = u64::MAX;

/// A prefix of at most eight octets as a number, to compare it in one step; zero for none. No name has an octet of zero
/// or 0xFF, so that no two prefixes share a key and none has [`LONG_PREFIX`].
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
#[inline(always)]
pub(super) fn qualified_name(input: &str, start: usize) -> Option<QualifiedName> {
    let octets = input.as_bytes();
    let mut end = start;
    let mut local = start;
    while let Some(lane) = lane_at(octets, end) {
        let ends = ends_of_name(lane);
        let colons = until(colons(lane), ends);
        if colons != 0 {
            if local != start || several(colons) {
                return None;
            }
            local = end + before(colons) + 1;
        }
        end += before(ends);
        if ends != 0 {
            if !octets.get(end)?.is_ascii() {
                break;
            }
            return ascii_name(input, start, local, end);
        }
    }
    long_way(input, start)
}

/// Splits a name whose octets are all valid, except perhaps the first octet of the prefix or of the local part.
#[inline(always)]
fn ascii_name(input: &str, start: usize, local: usize, end: usize) -> Option<QualifiedName> {
    let octets = input.as_bytes();
    // Of the octets of a name, only letters and the low line stand past this one.
    let begins = |at: usize| at < end && octets.get(at).is_some_and(|octet| *octet >= b'A');
    if !begins(start) || !begins(local) {
        return None;
    }
    if local == start {
        return Some(QualifiedName { key: 0, start, local, end });
    }
    let prefix_octets = local - 1 - start;
    let key = match lane_at(octets, start).and_then(|lane| lane.first_chunk::<8>()) {
        Some(word) if prefix_octets < 8 => u64::from_le_bytes(*word) & ((1 << (8 * prefix_octets)) - 1),
        _ => prefix_key(input.get(start..local - 1)?),
    };
    Some(QualifiedName { key, start, local, end })
}

/// As [`qualified_name`]: for characters beyond ASCII, and for the last few octets of the input.
#[cold]
fn long_way(input: &str, start: usize) -> Option<QualifiedName> {
    let rest = input.get(start..)?;
    let length =
        rest.bytes().position(|octet| octet.is_ascii() && !is_name_octet(octet)).unwrap_or(rest.len());
    let name = rest.get(..length)?;
    let end = start + length;
    let Some((prefix, local)) = name.split_once(':') else {
        return is_nc_name(name).then_some(QualifiedName { key: 0, start, local: start, end });
    };
    let local_start = end - local.len();
    (is_nc_name(prefix) && is_nc_name(local)).then(|| QualifiedName {
        key: prefix_key(prefix),
        start,
        local: local_start,
        end,
    })
}
