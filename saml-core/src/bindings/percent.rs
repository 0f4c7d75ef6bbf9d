//! Floor 7: percent-encoding, strictly. Imports nothing.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// Everything but the unreserved characters of [RFC 3986 §2.3], which no encoder may touch.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A `%` that isn't followed by two hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InvalidEscape;

/// Decodes a form-encoded value: `+` is a space, `%` and two hexadecimal digits of either case are an octet, any
/// other octet is itself. It may be a password: there is one copy of it, and none is left behind where it is refused.
pub(super) fn decode(raw: &[u8]) -> Result<Vec<u8>, InvalidEscape> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(raw.len()));
    let mut rest = raw;
    loop {
        let plain = rest.iter().position(|octet| matches!(octet, b'%' | b'+')).unwrap_or(rest.len());
        let (run, tail) = rest.split_at_checked(plain).ok_or(InvalidEscape)?;
        decoded.extend_from_slice(run);
        rest = match tail {
            [] => return Ok(std::mem::take(&mut *decoded)),
            [b'+', tail @ ..] => {
                decoded.push(b' ');
                tail
            }
            [_, high, low, tail @ ..] => {
                decoded.push(escaped(*high, *low).ok_or(InvalidEscape)?);
                tail
            }
            [_, ..] => return Err(InvalidEscape),
        };
    }
}

/// The octet that two hexadecimal digits name.
pub(super) fn escaped(high: u8, low: u8) -> Option<u8> {
    let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? << 4 | digit(low)?)
}

/// Appends `text` and escapes every octet but the unreserved ones, with upper-case digits. A space becomes `%20`, which
/// readers of URLs and of forms understand alike.
pub(super) fn encode_into(target: &mut String, text: &str) {
    target.extend(utf8_percent_encode(text, RESERVED));
}
