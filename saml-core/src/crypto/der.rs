//! Floor 2: the outer rules of DER, which OpenSSL's reader is lenient about.

/// Deeper nesting occurs in no certificate or key.
const MAX_DEPTH: u32 = 32;

const CONSTRUCTED: u8 = 0x20;
const CLASS_AND_FORM: u8 = 0xe0;
const TAG_NUMBER: u8 = 0x1f;
const SEQUENCE: u8 = 16;
const SET: u8 = 17;

/// Whether `octets` are exactly one value in DER framing, through all constructed levels [X.690 §10].
///
/// Definite lengths in their shortest form, one-octet tags, strings in one piece, and nothing after the end. Two
/// readers of the same octets must see the same certificate, and its octets must not be malleable. The content of
/// primitive values is left to OpenSSL.
pub(super) fn is_der(octets: &[u8]) -> bool {
    matches!(skip_value(octets, MAX_DEPTH), Some([]))
}

/// What follows the first value.
fn skip_value(octets: &[u8], depth: u32) -> Option<&[u8]> {
    let (tag, rest) = octets.split_first()?;
    let (length, rest) = read_length(rest)?;
    let (mut content, rest) = rest.split_at_checked(length)?;
    let constructed = tag & CONSTRUCTED != 0;
    let universal = tag & CLASS_AND_FORM & !CONSTRUCTED == 0;
    let number = tag & TAG_NUMBER;
    let form_allowed = !universal || constructed == matches!(number, SEQUENCE | SET);
    if number == TAG_NUMBER || !form_allowed {
        return None;
    }
    if constructed {
        let inner = depth.checked_sub(1)?;
        while !content.is_empty() {
            content = skip_value(content, inner)?;
        }
    }
    Some(rest)
}

fn read_length(octets: &[u8]) -> Option<(usize, &[u8])> {
    let (first, rest) = octets.split_first()?;
    if *first < 0x80 {
        return Some((usize::from(*first), rest));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 || count > 4 {
        return None;
    }
    let (digits, rest) = rest.split_at_checked(count)?;
    let length = digits.iter().try_fold(0_usize, |value, digit| {
        value.checked_mul(256).and_then(|value| value.checked_add(usize::from(*digit)))
    })?;
    let shortest = digits.first().is_some_and(|digit| *digit != 0) && length >= 0x80;
    shortest.then_some((length, rest))
}
