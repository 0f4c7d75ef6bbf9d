//! Which demands the one way of authentication meets.

use saml_core::assertion::AuthnContextClassRef;
use saml_core::protocol::AuthnContextComparison::{self, Better, Exact, Maximum, Minimum};

use super::*;

const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password";
const PROTECTED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified";
const X509: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509";

fn demand(comparison: AuthnContextComparison, wanted: &[&str]) -> ContextDemand {
    let class_refs = wanted.iter().map(|uri| AuthnContextClassRef::from_uri(uri)).collect();
    ContextDemand::of(Some(&RequestedContext { comparison, class_refs }), PROTECTED)
}

#[test]
fn what_is_asked_for_is_met_as_its_comparison_says() {
    // In the order of the classes below: each alone, then each behind one that is not ours.
    let classes = [PROTECTED, PASSWORD, UNSPECIFIED, X509];
    for (comparison, alone, behind) in [
        (Exact, [true, false, false, false], [true, false, false, false]),
        (Maximum, [true, false, false, false], [true, false, false, false]),
        (Minimum, [true, true, true, false], [true, true, true, false]),
        (Better, [false, true, true, false], [false, false, false, false]),
    ] {
        for (class, (alone, behind)) in classes.into_iter().zip(alone.into_iter().zip(behind)) {
            let is_met = |wanted: &[&str]| demand(comparison, wanted) == ContextDemand::Met;
            assert_eq!(is_met(&[class]), alone, "{comparison:?} {class}");
            assert_eq!(is_met(&[X509, class]), behind, "{comparison:?} {X509}, {class}");
        }
        assert_eq!(
            demand(comparison, &[PASSWORD, UNSPECIFIED]) == ContextDemand::Met,
            matches!(comparison, Minimum | Better)
        );
    }
    assert_eq!(ContextDemand::of(None, PROTECTED), ContextDemand::Met);
}

#[test]
fn what_was_asked_for_in_vain_is_told_in_short() {
    let told = |comparison, wanted: &[&str]| match demand(comparison, wanted) {
        ContextDemand::Unmet { asked } => asked,
        ContextDemand::Met => panic!("{wanted:?}"),
    };
    assert_eq!(told(Exact, &[X509]), format!("exactly {X509}"));
    assert_eq!(told(Minimum, &[X509]), format!("at least {X509}"));
    assert_eq!(told(Maximum, &[X509]), format!("at most {X509}"));
    assert_eq!(told(Better, &[X509]), format!("better than {X509}"));
    assert_eq!(told(Exact, &[]), "exactly a declaration");
    assert_eq!(told(Exact, &["a", "b", "c", "d"]), "exactly a, b, c, d");
    assert_eq!(told(Exact, &["a", "b", "c", "d", "e", "f"]), "exactly a, b, c, d, 2 more");
    assert_eq!(told(Exact, &[&"x".repeat(200)]), format!("exactly {}", "x".repeat(128)));
}
