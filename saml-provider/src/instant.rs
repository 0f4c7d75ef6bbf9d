//! The same instant on two scales.

use saml_core::base::SamlInstant;
use saml_store::StoreInstant;

/// The instant on the store's scale, which counts milliseconds.
#[must_use]
pub fn store_instant(instant: SamlInstant) -> StoreInstant {
    StoreInstant::from_unix_millis(instant.unix_millis())
}
