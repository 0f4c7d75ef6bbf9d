//! How long the metadata of a peer may be used. [Metadata §2.3.2]

use std::time::Duration;

use saml_core::base::SamlInstant;

use super::PeerFault;

/// How long before the end of a peer's metadata the warning begins.
///
/// Two days: most metadata is published anew once a day and never comes that near to its end, and an administrator who
/// is away has a weekend.
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

    /// The fault to report, if the metadata has expired or soon will.
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
