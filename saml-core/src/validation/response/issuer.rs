//! Floor 8: the Response comes from the identity provider that was expected. [Profiles §4.1.4.2], [Core §2.2.5]

use super::Facts;
use crate::assertion::{Issuer, NameIdFormat};
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("response_issuer", "[Profiles §4.1.4.2]");

/// `Issuer` may be missing in an unsigned Response. If it is there, it must name the provider.
pub(super) fn check(facts: &Facts<'_>) -> Check {
    match &facts.envelope.issuer {
        Some(issuer) => compare(RULE, "response.issuer_mismatch", issuer, facts.expectation.idp.as_str()),
        // The errata to §4.1.4.2 ask for it in a signed Response. The key and the assertion's own Issuer still bind the
        // signed values to the provider, so that a missing one is a warning and no refusal.
        None if facts.response_is_signed => {
            RULE.warn("response.issuer_missing").expected(facts.expectation.idp.to_string()).absent()
        }
        None => RULE.not_applicable(),
    }
}

/// An issuer is an entity [Core §2.2.5]: compared octet by octet, and of no other format.
pub(super) fn compare(rule: Rule, code: &'static str, issuer: &Issuer, expected: &str) -> Check {
    match &issuer.0.format {
        None | Some(NameIdFormat::Entity | NameIdFormat::Unspecified) => {
            rule.equal(code, expected, issuer.as_str())
        }
        Some(other) => {
            rule.fail("issuer.format").expected(NameIdFormat::Entity.uri().to_owned()).found(other.uri())
        }
    }
}
