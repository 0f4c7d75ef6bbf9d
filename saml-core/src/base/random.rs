//! Floor 1: where unpredictable octets come from. The source itself lives outside this crate.

/// A cryptographically secure source of octets, supplied by the caller.
///
/// `saml-core` has no source of its own, so that a test can reproduce every value that it makes.
pub trait SecureRandom {
    /// Fills all of `octets`.
    ///
    /// # Errors
    /// The source failed; `octets` must then not be used.
    ///
    /// # Security
    /// An implementation must be unpredictable to an attacker who has seen all earlier output.
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable>;
}

/// The random source gave no octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the random source is unavailable")]
pub struct RandomUnavailable;
