//! Floor 1: points in time as SAML writes them.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};

/// A point in time in UTC, to the nanosecond [Core §1.3.3].
///
/// Read strictly: `YYYY-MM-DDThh:mm:ss`, an optional fraction of at most 32 digits (those beyond nine are
/// ignored), and `Z`. A value without a time zone is refused: SAML instants are UTC, and a reader that guesses
/// is wrong for someone. A numeric offset of `+00:00` is UTC and accepted; any other is converted. `24:00:00` is the
/// first instant of the next day [XML Schema 2 §3.2.7.1].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SamlInstant(DateTime<Utc>);

impl SamlInstant {
    /// From a `chrono` instant.
    #[must_use]
    pub const fn new(instant: DateTime<Utc>) -> Self {
        Self(instant)
    }

    /// From seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Option<Self> {
        DateTime::from_timestamp(seconds, 0).map(Self)
    }

    /// From milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn from_unix_millis(milliseconds: i64) -> Option<Self> {
        DateTime::from_timestamp_millis(milliseconds).map(Self)
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0.timestamp()
    }

    /// Milliseconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// This instant moved forward; `None` beyond the calendar.
    #[must_use]
    pub fn checked_add(self, duration: Duration) -> Option<Self> {
        self.0.checked_add_signed(TimeDelta::from_std(duration).ok()?).map(Self)
    }

    /// This instant moved back; `None` before the calendar.
    #[must_use]
    pub fn checked_sub(self, duration: Duration) -> Option<Self> {
        self.0.checked_sub_signed(TimeDelta::from_std(duration).ok()?).map(Self)
    }

    /// This instant moved forward, stopping at the end of the calendar.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        self.checked_add(duration).unwrap_or(Self(DateTime::<Utc>::MAX_UTC))
    }

    /// This instant moved back, stopping at the beginning of the calendar.
    #[must_use]
    pub fn saturating_sub(self, duration: Duration) -> Self {
        self.checked_sub(duration).unwrap_or(Self(DateTime::<Utc>::MIN_UTC))
    }

    /// How long after `earlier` this instant is; zero if it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        self.0.signed_duration_since(earlier.0).to_std().unwrap_or(Duration::ZERO)
    }

    /// This instant without its fraction of a second.
    #[must_use]
    pub fn truncated_to_seconds(self) -> Self {
        Self::from_unix(self.unix()).unwrap_or(self)
    }
}

impl TryFrom<&str> for SamlInstant {
    type Error = InvalidInstant;

    /// # Errors
    /// Not the form above, not a date of the calendar, or without a time zone.
    fn try_from(text: &str) -> Result<Self, InvalidInstant> {
        parse(text).ok_or(InvalidInstant)
    }
}

impl fmt::Display for SamlInstant {
    /// `2026-11-20T12:00:00Z`, with milliseconds only if there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let format =
            if self.0.timestamp_subsec_millis() == 0 { SecondsFormat::Secs } else { SecondsFormat::Millis };
        f.write_str(&self.0.to_rfc3339_opts(format, true))
    }
}

/// The text is not an instant as [Core §1.3.3] wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an xs:dateTime in UTC")]
pub struct InvalidInstant;

/// The most fraction digits that are looked at; more is noise or an attack.
const MAX_FRACTION_DIGITS: usize = 32;

fn parse(text: &str) -> Option<SamlInstant> {
    let mut cursor = Cursor { rest: text.as_bytes() };
    let year = cursor.number(4)?;
    cursor.octet(b'-')?;
    let month = cursor.number(2)?;
    cursor.octet(b'-')?;
    let day = cursor.number(2)?;
    cursor.octet(b'T')?;
    let hour = cursor.number(2)?;
    cursor.octet(b':')?;
    let minute = cursor.number(2)?;
    cursor.octet(b':')?;
    let second = cursor.number(2)?;
    let nanosecond = cursor.fraction()?;
    let offset = cursor.zone()?;
    if year == 0 {
        return None;
    }
    // chrono would take second 60 as a leap second only through nanoseconds; here it is simply out of range.
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let local = match (hour, minute, second, nanosecond) {
        (24, 0, 0, 0) => date.succ_opt()?.and_hms_opt(0, 0, 0)?,
        _ => date.and_hms_nano_opt(hour, minute, second, nanosecond)?,
    };
    local.checked_sub_signed(TimeDelta::minutes(offset)).map(|utc| SamlInstant(utc.and_utc()))
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl Cursor<'_> {
    fn octet(&mut self, wanted: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        (*first == wanted).then(|| self.rest = rest)
    }

    fn number(&mut self, digits: usize) -> Option<u32> {
        let (number, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        number.iter().try_fold(0_u32, |value, o| o.is_ascii_digit().then(|| value * 10 + u32::from(o - b'0')))
    }

    fn fraction(&mut self) -> Option<u32> {
        if self.octet(b'.').is_none() {
            return Some(0);
        }
        let count = self.rest.iter().take_while(|o| o.is_ascii_digit()).count();
        if count == 0 || count > MAX_FRACTION_DIGITS {
            return None;
        }
        let (digits, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(9);
        Some(padded.fold(0, |value, o| value * 10 + u32::from(o - b'0')))
    }

    /// Minutes east of UTC.
    fn zone(&mut self) -> Option<i64> {
        if self.rest == b"Z" {
            return Some(0);
        }
        let sign = if self.octet(b'+').is_some() {
            1
        } else {
            self.octet(b'-')?;
            -1
        };
        let hours = i64::from(self.number(2)?);
        self.octet(b':')?;
        let minutes = i64::from(self.number(2)?);
        let in_range = (hours < 14 && minutes < 60) || (hours == 14 && minutes == 0);
        (in_range && self.rest.is_empty()).then_some(sign * (hours * 60 + minutes))
    }
}
