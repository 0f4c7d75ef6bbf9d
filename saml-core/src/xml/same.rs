//! Floor 2: short texts compared where they stand. Imports nothing of this crate.

/// Whether two texts are equal, octet by octet.
///
/// For names, prefixes and namespace URIs: a validation compares some eight hundred of them, most of them equal and few
/// longer than forty octets, and calling `memcmp` takes longer than comparing (1.4 % of a validation's instructions, 5
/// % of its time). Not in constant time, so not for secrets.
#[inline]
pub(crate) fn same(one: &str, other: &str) -> bool {
    same_octets(one.as_bytes(), other.as_bytes())
}

/// As [`same`].
#[inline]
pub(super) fn same_octets(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        return false;
    }
    // The last lane overlaps the one before. It comes first: what namespace URIs differ in stands at their end.
    if let (Some(last), Some(other_last)) = (one.last_chunk::<16>(), other.last_chunk::<16>()) {
        let (lanes, other_lanes) = (one.as_chunks::<16>().0, other.as_chunks::<16>().0);
        last == other_last && lanes.iter().zip(other_lanes).all(|(lane, other)| lane == other)
    } else if let (Some(last), Some(other_last)) = (one.last_chunk::<8>(), other.last_chunk::<8>()) {
        last == other_last && one.first_chunk::<8>() == other.first_chunk::<8>()
    } else if let (Some(last), Some(other_last)) = (one.last_chunk::<4>(), other.last_chunk::<4>()) {
        last == other_last && one.first_chunk::<4>() == other.first_chunk::<4>()
    } else {
        one.iter().eq(other)
    }
}

#[cfg(test)]
mod tests;
