//! Metadata that ends while a program runs.

use std::collections::HashMap;
use std::time::Duration;

use saml_core::base::{Coded as _, EntityId, SamlInstant};

use super::{PeerError, PeerFault, Validity};

/// How often a program should look. The last warning comes an hour before the end.
pub const LOOK_EVERY: Duration = Duration::from_secs(60);

/// The last warning before the end.
const LAST: Duration = Duration::from_secs(60 * 60);

/// How near the end of a peer's metadata is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    /// Not so near that anybody is told.
    Far,
    /// Days.
    Soon,
    /// An hour.
    Last,
    /// It is over.
    Over,
}

/// Tells once of each peer that the end of its metadata has come near: two days before, an hour before, and when it is
/// over. Metadata that was taken anew is told of again.
#[derive(Debug, Default)]
pub struct ExpiryWatch {
    told: HashMap<EntityId, Nearness>,
}

impl ExpiryWatch {
    /// A watch that has told nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The peers of which the end has come nearer since the last time. Peers that are not there any more are forgotten.
    #[must_use]
    pub fn nearer<'a>(
        &mut self,
        peers: impl IntoIterator<Item = (&'a EntityId, Validity)>,
        now: SamlInstant,
    ) -> Vec<PeerError> {
        let before = std::mem::take(&mut self.told);
        let mut nearer = Vec::new();
        for (peer, validity) in peers {
            let fault = validity.fault(now);
            let reached = nearness(fault.as_ref(), now);
            if before.get(peer).is_none_or(|told| reached > *told)
                && let Some(fault) = fault
            {
                nearer.push(PeerError::of(peer, fault));
            }
            self.told.insert(peer.clone(), reached);
        }
        nearer
    }

    /// Writes a line to the log for each of them.
    pub fn tell<'a>(&mut self, peers: impl IntoIterator<Item = (&'a EntityId, Validity)>, now: SamlInstant) {
        for error in self.nearer(peers, now) {
            let (code, peer) = (error.code().as_str(), error.entity.as_ref().map(EntityId::as_str));
            tracing::warn!(event = "metadata-ends", code, peer, found = error.found(), "metadata-ends");
        }
    }
}

fn nearness(fault: Option<&PeerFault>, now: SamlInstant) -> Nearness {
    match fault {
        None => Nearness::Far,
        Some(PeerFault::ExpiresSoon { valid_until }) if *valid_until > now.saturating_add(LAST) => {
            Nearness::Soon
        }
        Some(PeerFault::ExpiresSoon { .. }) => Nearness::Last,
        Some(_) => Nearness::Over,
    }
}

#[cfg(test)]
mod tests;
