//! Floor 1: identifiers of messages and assertions.

use std::fmt;
use std::ops::RangeInclusive;

use super::random::{RandomUnavailable, SecureRandom};

/// The value of an `ID` attribute: an `NCName` [Core §1.3.4], at most 256 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId(String);

impl MessageId {
    /// The longest accepted identifier, in characters ([IIP-G02]).
    pub const MAX_CHARS: usize = 256;

    /// Random octets in an identifier of ours: 160 bits, as [Core §1.3.4] recommends.
    const RANDOM_OCTETS: usize = 20;

    /// The fewest and the most octets in an identifier of ours: [`MessageId::generate`] makes the shortest, and what a role
    /// says in an identifier besides random octets makes it longer.
    const OWN_OCTETS: RangeInclusive<usize> = Self::RANDOM_OCTETS..=49;

    /// A fresh identifier: `_` and 160 random bits in lower-case hexadecimal.
    ///
    /// # Errors
    /// The random source failed; no identifier is made from less entropy.
    pub fn generate(random: &mut dyn SecureRandom) -> Result<Self, RandomUnavailable> {
        let mut octets = [0_u8; Self::RANDOM_OCTETS];
        random.fill(&mut octets)?;
        Ok(Self::of_octets(&octets))
    }

    /// The identifier that says these octets: `_` and their lower-case hexadecimal form, which is the only one. Nobody may
    /// be able to guess it, so that at least 128 bits of it should be random [Core §1.3.4].
    #[must_use]
    pub fn of_octets<const N: usize>(octets: &[u8; N]) -> Self {
        const { assert!(2 * N < Self::MAX_CHARS, "no identifier is as long") };
        let mut text = String::with_capacity(1 + 2 * N);
        text.push('_');
        for octet in octets {
            for digit in [octet >> 4, octet & 0x0f] {
                text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
            }
        }
        Self(text)
    }

    /// Whether a text has the form of the identifiers that are made here: `_` and lower-case hexadecimal digits, as many as
    /// ours have. It doesn't prove that we made it.
    #[must_use]
    pub fn is_like_ours(text: &str) -> bool {
        text.strip_prefix('_').is_some_and(|digits| {
            digits.len().is_multiple_of(2)
                && Self::OWN_OCTETS.contains(&(digits.len() / 2))
                && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
        })
    }

    /// The identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for MessageId {
    type Error = InvalidMessageId;

    /// # Errors
    /// Not an `NCName`, or longer than [`MessageId::MAX_CHARS`].
    fn try_from(text: &str) -> Result<Self, InvalidMessageId> {
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidMessageId::TooLong);
        }
        if !is_nc_name(text) {
            return Err(InvalidMessageId::NotAnNcName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for MessageId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Why a text is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidMessageId {
    /// The characters are not those of an `NCName`.
    #[error("an ID is not an NCName")]
    NotAnNcName,
    /// More than [`MessageId::MAX_CHARS`].
    #[error("an ID is longer than 256 characters")]
    TooLong,
}

/// Whether `text` matches the `NCName` production [XML Namespaces §3].
#[must_use]
pub fn is_nc_name(text: &str) -> bool {
    let octets = text.as_bytes();
    let starts = octets.first().is_some_and(|first| first.is_ascii_alphabetic() || *first == b'_');
    if starts && octets.iter().all(|octet| is_ascii_name_char(*octet)) {
        return true;
    }
    let mut chars = text.chars();
    chars.next().is_some_and(is_name_start) && chars.all(is_name_char)
}

/// [`is_name_char`] for ASCII; `false` for every octet beyond ASCII. A table, because each octet of each written name
/// is looked up.
fn is_ascii_name_char(octet: u8) -> bool {
    static NAME_CHARS: [bool; 256] = ascii_name_chars();
    NAME_CHARS.get(usize::from(octet)).copied().unwrap_or(false)
}

const fn ascii_name_chars() -> [bool; 256] {
    let mut table = [false; 256];
    let mut rest: &mut [bool] = &mut table;
    let mut octet = 0_u8;
    while let Some((entry, tail)) = rest.split_first_mut() {
        *entry = octet.is_ascii_alphanumeric() || matches!(octet, b'_' | b'-' | b'.');
        octet = octet.wrapping_add(1);
        rest = tail;
    }
    table
}

/// `NameStartChar` of [XML §2.3] without the colon.
fn is_name_start(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z'
        | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
        | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}'
        | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// `NameChar` of [XML §2.3] without the colon.
fn is_name_char(c: char) -> bool {
    is_name_start(c)
        || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
}
