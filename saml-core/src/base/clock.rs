//! Floor 1: how far two clocks may differ.

use std::time::Duration;

/// The tolerance applied to every comparison of a peer's instant with ours.
///
/// [IIP-G01] asks for three to five minutes by default; ours is three. Comparisons stay exclusive where the
/// specification says so (`NotOnOrAfter`), [Core §2.5.1.2].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockSkew(Duration);

impl ClockSkew {
    /// The largest tolerance that can be configured: beyond it, short-lived assertions stop being short-lived.
    pub const MAX: Duration = Duration::from_secs(600);

    /// No tolerance at all.
    pub const ZERO: Self = Self(Duration::ZERO);

    /// A tolerance of `seconds`.
    ///
    /// # Errors
    /// [`ClockSkewOutOfRange`] above [`ClockSkew::MAX`].
    pub const fn from_secs(seconds: u64) -> Result<Self, ClockSkewOutOfRange> {
        if seconds > Self::MAX.as_secs() {
            return Err(ClockSkewOutOfRange { seconds });
        }
        Ok(Self(Duration::from_secs(seconds)))
    }

    /// The tolerance as a duration.
    #[must_use]
    pub const fn as_duration(self) -> Duration {
        self.0
    }
}

impl Default for ClockSkew {
    fn default() -> Self {
        Self(Duration::from_secs(180))
    }
}

/// A configured clock skew beyond [`ClockSkew::MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a clock skew of {seconds} s is above the limit of 600 s")]
pub struct ClockSkewOutOfRange {
    /// What was asked for.
    pub seconds: u64,
}
