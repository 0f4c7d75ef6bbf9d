//! How long what is known of a peer may be used. [Metadata §2.3.2]

use std::time::Duration;

use saml_core::base::SamlInstant;

use super::PeerFault;

/// The time before the end of a peer's metadata from which on it is told.
///
/// Two days: what is published anew once a day, as most is, never gets that near, and who is on holiday has a weekend.
const SOON: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// When a peer's metadata ends, if ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity(pub Option<SamlInstant>);

impl Validity {
    /// Whether it may still be used. Expired metadata means unknown keys.
    #[must_use]
    pub fn is_current(self, now: SamlInstant) -> bool {
        self.0.is_none_or(|end| now < end)
    }

    /// What is to be told of it: that it has expired, or soon will.
    #[must_use]
    pub fn fault(self, now: SamlInstant) -> Option<PeerFault> {
        let valid_until = self.0?;
        if !self.is_current(now) {
            Some(PeerFault::Expired { valid_until })
        } else if valid_until <= now.saturating_add(SOON) {
            Some(PeerFault::ExpiresSoon { valid_until })
        } else {
            None
        }
    }
}
