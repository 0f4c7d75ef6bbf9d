//! The clock of the handlers. The functions that they call get the time as an argument.

use chrono::Utc;
use saml_core::base::SamlInstant;

/// The instant of this exchange. Read it once for each, so that all its checks have the same one.
#[must_use]
pub fn now() -> SamlInstant {
    SamlInstant::new(Utc::now())
}
