//! Floor 5: how long metadata may be kept. May import `xml`.

use std::fmt;
use std::time::Duration;

use crate::xml::trimmed;

/// An `xs:duration` that is not negative, as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheDuration {
    text: String,
    seconds: u64,
}

impl CacheDuration {
    /// The longest text. Each entity repeats what the group around it says, and zeros have no end.
    pub const MAX_OCTETS: usize = 64;

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its length, fractions of a second left out, a month taken for 30 days and a year for 365.
    #[must_use]
    pub const fn as_duration(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

impl TryFrom<&str> for CacheDuration {
    type Error = InvalidCacheDuration;

    /// # Errors
    /// Not an `xs:duration`, a negative one, or one of more than [`CacheDuration::MAX_OCTETS`].
    fn try_from(text: &str) -> Result<Self, InvalidCacheDuration> {
        let short = Some(text).filter(|text| text.len() <= Self::MAX_OCTETS);
        let seconds = short.and_then(seconds).ok_or(InvalidCacheDuration)?;
        Ok(Self { text: text.to_owned(), seconds })
    }
}

impl fmt::Display for CacheDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The text is not a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an xs:duration")]
pub struct InvalidCacheDuration;

const DATE_UNITS: [(char, u64); 3] = [('Y', 31_536_000), ('M', 2_592_000), ('D', 86_400)];
const TIME_UNITS: [(char, u64); 3] = [('H', 3600), ('M', 60), ('S', 1)];

/// `PnYnMnDTnHnMnS`, at least one part of it, and one at least after a `T`.
fn seconds(text: &str) -> Option<u64> {
    let parts = text.strip_prefix('P')?;
    match parts.split_once('T') {
        Some((_, "")) => None,
        Some((date, time)) => Some(sum(date, &DATE_UNITS)?.saturating_add(sum(time, &TIME_UNITS)?)),
        None if parts.is_empty() => None,
        None => sum(parts, &DATE_UNITS),
    }
}

/// Numbers with their units, each unit at most once and in this order.
fn sum(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut units = units.iter();
    let mut total = 0_u64;
    while !text.is_empty() {
        let (number, rest) = digits(text)?;
        let (whole, rest) = match rest.strip_prefix('.') {
            Some(fraction) => (false, digits(fraction)?.1),
            None => (true, rest),
        };
        let mut chars = rest.chars();
        let unit = chars.next()?;
        // Only seconds have a fraction.
        let (_, factor) = units.find(|(name, _)| *name == unit && (whole || unit == 'S'))?;
        total = total.saturating_add(number.saturating_mul(*factor));
        text = chars.as_str();
    }
    Some(total)
}

/// The number that the text begins with, and what follows it.
fn digits(text: &str) -> Option<(u64, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(count)?;
    let value = number.bytes().fold(0_u64, |value, digit| {
        value.saturating_mul(10).saturating_add(u64::from(digit.saturating_sub(b'0')))
    });
    (count > 0).then_some((value, rest))
}

/// The reading of a `cacheDuration` attribute.
pub(crate) fn cache_duration(text: &str) -> Option<CacheDuration> {
    CacheDuration::try_from(trimmed(text)).ok()
}
