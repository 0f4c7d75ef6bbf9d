//! The scene of whatever is forged.

use saml_core::base::SamlInstant;
use saml_testkit::forge::Scene;

use crate::randomness::Counter;

/// One login at made-up parties, the same in every run.
///
/// # Panics
/// Never.
#[must_use]
pub fn scene() -> Scene {
    Scene::new(SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap(), &mut Counter(0)).unwrap()
}
