//! Floor 2: what two parties call a key that they share.

use std::fmt;

/// The name of a shared key, the text of `ds:KeyName` [XMLDSig §4.5.1].
///
/// Compared octet by octet. White space is significant in a key name, but some products lose it. So a name has none at
/// its ends. It has only what XML can write, so that whatever has a name can be sealed under it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyName(String);

impl KeyName {
    /// The longest name, in octets.
    pub const MAX_OCTETS: usize = 256;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for KeyName {
    type Error = InvalidKeyName;

    /// # Errors
    /// Empty, longer than [`KeyName::MAX_OCTETS`], with control characters or others that XML has not [XML §2.2], or
    /// with white space at an end.
    fn try_from(text: &str) -> Result<Self, InvalidKeyName> {
        let is_plain = !text.is_empty()
            && text.len() <= Self::MAX_OCTETS
            && text.trim() == text
            && !text.chars().any(|c| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}'));
        if is_plain { Ok(Self(text.to_owned())) } else { Err(InvalidKeyName) }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A text that is no name of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a key name has 1 to 256 octets, no control characters or noncharacters, and no white space at its ends"
)]
pub struct InvalidKeyName;
