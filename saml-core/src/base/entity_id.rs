//! Floor 1: the name of a SAML entity.

use std::fmt;

/// The unique name of a SAML entity, an absolute URI of at most 1024 characters [Metadata §2.2.1].
///
/// Compared octet by octet: no case folding, no trailing-slash repair, no percent-decoding. The scheme is not
/// restricted; real peers use `http:`, `https:`, `urn:`, `spn:` and bare names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityId(String);

impl EntityId {
    /// The longest accepted name, in characters [Metadata §2.2.1].
    pub const MAX_CHARS: usize = 1024;

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for EntityId {
    type Error = InvalidEntityId;

    /// # Errors
    /// Empty, longer than [`EntityId::MAX_CHARS`], or with white space or control characters.
    fn try_from(text: &str) -> Result<Self, InvalidEntityId> {
        if text.is_empty() {
            return Err(InvalidEntityId::Empty);
        }
        if text.chars().count() > Self::MAX_CHARS {
            return Err(InvalidEntityId::TooLong);
        }
        if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(InvalidEntityId::WhiteSpaceOrControl);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for EntityId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Why a text is not an entity name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidEntityId {
    /// No characters.
    #[error("an entity ID is empty")]
    Empty,
    /// More than [`EntityId::MAX_CHARS`].
    #[error("an entity ID is longer than 1024 characters")]
    TooLong,
    /// Not a URI in any reading.
    #[error("an entity ID contains white space or control characters")]
    WhiteSpaceOrControl,
}
