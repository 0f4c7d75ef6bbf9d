//! Metadata that ends while the program runs.

use std::time::Duration;

use saml_core::base::{Coded as _, SamlInstant};
use saml_idp::{IdentityProvider, PeerFault, SpPeer};

use crate::input;

/// How often the ends are looked at.
const EVERY: Duration = Duration::from_secs(60);
/// The last warning before the end.
const LAST: Duration = Duration::from_secs(60 * 60);

/// How near the end of a peer's metadata is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// So far away that nobody is told.
    Far,
    /// Days.
    Soon,
    /// An hour.
    Last,
    /// It is over.
    Over,
}

/// How near it is.
pub(super) fn nearness(peer: &SpPeer, now: SamlInstant) -> Nearness {
    match peer.expiry(now).map(|error| error.fault) {
        None => Nearness::Far,
        Some(PeerFault::ExpiresSoon { valid_until }) if valid_until > now.saturating_add(LAST) => {
            Nearness::Soon
        }
        Some(PeerFault::ExpiresSoon { .. }) => Nearness::Last,
        Some(_) => Nearness::Over,
    }
}

/// Writes a line to the log whenever the end of a service provider's metadata has come nearer, from now on and in the
/// background.
pub(super) fn begin(idp: IdentityProvider, now: SamlInstant) {
    let mut told: Vec<Nearness> = idp.service_providers().iter().map(|peer| nearness(peer, now)).collect();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(EVERY);
            let Ok(now) = input::instant_or_now(None) else { continue };
            for (peer, told) in idp.service_providers().iter().zip(&mut told) {
                let reached = nearness(peer, now);
                if reached > *told {
                    *told = reached;
                    tell(peer, now);
                }
            }
        }
    });
}

fn tell(peer: &SpPeer, now: SamlInstant) {
    if let Some(error) = peer.expiry(now) {
        let (code, peer) = (error.code().as_str(), peer.entity_id().as_str());
        tracing::warn!(code, peer, found = error.found(), "the metadata of a service provider ends");
    }
}
