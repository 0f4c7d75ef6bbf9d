//! Floor 1: how old a message may be.

use std::fmt;
use std::time::Duration;

/// How long after its `IssueInstant` an assertion is still taken, whatever `NotOnOrAfter` it states: a day.
///
/// A service provider has to remember each used assertion for as long as it could be presented again [Profiles
/// §4.1.4.5]. This age bounds that time, because nothing that the peer writes does.
pub type AssertionMaxAge = MaxAge<86_400>;

/// How long after its `IssueInstant` an AuthnRequest is still followed: ten minutes.
///
/// A request states no end of its own. Without this age, an old request with its signature could be replayed for ever.
pub type RequestMaxAge = MaxAge<600>;

/// How long after its `IssueInstant` a message is still taken; `DEFAULT` is in seconds. The clock skew comes on top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MaxAge<const DEFAULT: u64>(Duration);

impl<const DEFAULT: u64> MaxAge<DEFAULT> {
    /// The most that can be configured for a peer: 31 days. It bounds how many of the peer's assertions must be
    /// remembered.
    pub const MAX: Duration = Duration::from_secs(31 * 24 * 60 * 60);

    /// An age of `seconds`.
    ///
    /// # Errors
    /// [`MaxAgeOutOfRange`] for 0, which would refuse every message, and above [`MaxAge::MAX`].
    ///
    /// # Security
    /// Above the default, a leaked message can be presented for longer, and more has to be remembered.
    pub const fn from_secs(seconds: u64) -> Result<Self, MaxAgeOutOfRange> {
        if seconds == 0 || seconds > Self::MAX.as_secs() {
            return Err(MaxAgeOutOfRange { seconds });
        }
        Ok(Self(Duration::from_secs(seconds)))
    }

    /// The age as a duration.
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        self.0
    }
}

impl<const DEFAULT: u64> Default for MaxAge<DEFAULT> {
    fn default() -> Self {
        Self(Duration::from_secs(DEFAULT))
    }
}

impl<const DEFAULT: u64> fmt::Display for MaxAge<DEFAULT> {
    /// In the largest unit that divides it: `24 h`, `10 min`, `90 s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        match (seconds % 3600, seconds % 60) {
            (0, _) => write!(f, "{} h", seconds / 3600),
            (_, 0) => write!(f, "{} min", seconds / 60),
            _ => write!(f, "{seconds} s"),
        }
    }
}

/// A configured age of 0 or beyond [`MaxAge::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an age of {seconds} s is not between 1 s and 31 days (2678400 s)")]
pub struct MaxAgeOutOfRange {
    /// What was asked for.
    pub seconds: u64,
}
