//! Floor 8: the assertion comes from the identity provider whose key signed it. [Profiles §4.1.4.2]

use super::{Facts, issuer};
use crate::assertion::Assertion;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("assertion_issuer", "[Profiles §4.1.4.2]");

pub(super) fn check(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    issuer::compare(RULE, "assertion.issuer_mismatch", &assertion.issuer, facts.expectation.idp.as_str())
        .hint("the identity provider's entity ID must be configured exactly as it writes it, slash by slash")
}
