//! Points in time as a store compares them.

use std::time::Duration;

/// A point in time in milliseconds since 1970-01-01T00:00:00Z.
///
/// The store never asks what time it is; the caller reads its clock once per exchange and hands the result on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StoreInstant(i64);

impl StoreInstant {
    /// Later than every other instant: an entry that expires here stays until it is removed.
    pub const MAX: Self = Self(i64::MAX);

    /// From milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix_millis(milliseconds: i64) -> Self {
        Self(milliseconds)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// This instant moved forward, stopping at [`StoreInstant::MAX`]; a fraction of a millisecond is dropped.
    #[must_use]
    pub fn saturating_add(self, duration: Duration) -> Self {
        let milliseconds = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(milliseconds))
    }

    /// How long after `earlier` this instant is; zero if it is not.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        let milliseconds = i128::from(self.0) - i128::from(earlier.0);
        Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
    }
}
