//! Metadata that ends while the program runs.

use saml_core::base::SamlInstant;
use saml_idp::{ExpiryWatch, IdentityProvider, LOOK_EVERY};

use crate::input;

/// Writes a line to the log whenever the end of a service provider's metadata has come nearer, from now on and in the
/// background.
pub(super) fn begin(idp: IdentityProvider, now: SamlInstant) {
    let mut watch = ExpiryWatch::new();
    idp.snapshot().tell_of_expiry(&mut watch, now);
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(LOOK_EVERY);
            if let Ok(now) = input::instant_or_now(None) {
                idp.snapshot().tell_of_expiry(&mut watch, now);
            }
        }
    });
}
