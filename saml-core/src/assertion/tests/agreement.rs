//! The readers refuse what the schema refuses, and nothing else.

use super::examples::assertion;
use super::mutation::require_agreement;
use super::round_trip::written;
use super::source::Source;
use crate::assertion::Assertion;

/// Documents that the schema admits and the specification forbids.
pub(crate) fn stricter(change: &str) -> bool {
    // [Core §2.5.1.5], [Core §2.5.1.6]
    matches!(change, "Conditions with OneTimeUse twice" | "Conditions with ProxyRestriction twice")
}

#[test]
fn refuses_what_the_schema_refuses() {
    for turn in 0..2 {
        let value = assertion(&mut Source::full(turn));
        let document = written(|writer| value.write(writer)).into_octets();
        let read = |element: crate::xml::Element<'_>| Assertion::read(element).map(drop);
        require_agreement(&format!("assertion-{turn}"), &document, 400, read, stricter);
    }
}
