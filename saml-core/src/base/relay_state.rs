//! Floor 1: the value that a binding carries back untouched.

use std::fmt;

/// A `RelayState` of our own: 1 to 80 octets of printable ASCII [Bindings §3.4.3].
///
/// What a *peer* sends may be longer ([`RelayState::MAX_RECEIVED_OCTETS`]) and is echoed as it came; it is
/// opaque, never a URL to follow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RelayState(String);

impl RelayState {
    /// The limit of the specification for what is sent.
    pub const MAX_OCTETS: usize = 80;
    /// The most that is accepted from a peer; real ones exceed 80 (OKTA-09).
    pub const MAX_RECEIVED_OCTETS: usize = 1024;

    /// Takes what a peer sent, to be echoed. The empty value means none (AUTH0-02).
    ///
    /// # Errors
    /// Longer than [`RelayState::MAX_RECEIVED_OCTETS`], or with control characters.
    pub fn received(text: &str) -> Result<Option<Self>, InvalidRelayState> {
        if text.is_empty() {
            return Ok(None);
        }
        if text.len() > Self::MAX_RECEIVED_OCTETS {
            return Err(InvalidRelayState::TooLong { octets: text.len() });
        }
        if text.chars().any(char::is_control) {
            return Err(InvalidRelayState::ControlCharacter);
        }
        Ok(Some(Self(text.to_owned())))
    }

    /// The value as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for RelayState {
    type Error = InvalidRelayState;

    /// # Errors
    /// Empty, longer than [`RelayState::MAX_OCTETS`], or not printable ASCII.
    fn try_from(text: &str) -> Result<Self, InvalidRelayState> {
        if text.is_empty() {
            return Err(InvalidRelayState::Empty);
        }
        if text.len() > Self::MAX_OCTETS {
            return Err(InvalidRelayState::TooLong { octets: text.len() });
        }
        if !text.bytes().all(|o| (0x20..0x7f).contains(&o)) {
            return Err(InvalidRelayState::ControlCharacter);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for RelayState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text can't be a `RelayState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRelayState {
    /// No octets.
    #[error("a RelayState is empty")]
    Empty,
    /// Too many octets.
    #[error("a RelayState of {octets} octets is too long")]
    TooLong {
        /// How many there were.
        octets: usize,
    },
    /// Control characters, or non-ASCII in one of our own.
    #[error("a RelayState contains characters that are not allowed")]
    ControlCharacter,
}
