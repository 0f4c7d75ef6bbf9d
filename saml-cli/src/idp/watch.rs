//! Metadata that ends while the program runs.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use saml_core::base::{Coded as _, EntityId, SamlInstant};
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
    let peers = |idp: &IdentityProvider| -> Vec<Arc<SpPeer>> {
        idp.snapshot().service_providers().all().map(Arc::clone).collect()
    };
    let near = |peer: &Arc<SpPeer>| (peer.entity_id().clone(), nearness(peer, now));
    let mut told: HashMap<EntityId, Nearness> = peers(&idp).iter().map(near).collect();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(EVERY);
            let Ok(now) = input::instant_or_now(None) else { continue };
            for peer in peers(&idp) {
                let reached = nearness(&peer, now);
                if told.insert(peer.entity_id().clone(), reached).is_some_and(|before| reached > before) {
                    tell(&peer, now);
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
