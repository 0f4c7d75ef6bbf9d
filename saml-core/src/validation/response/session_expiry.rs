//! Floor 8: the session that the assertion offers has not ended yet. [Core §2.7.2]

use super::Facts;
use crate::assertion::Assertion;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("session_not_on_or_after", "[Core §2.7.2]");

pub(super) fn check(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let now = facts.expectation.now;
    let skew = facts.expectation.clock_skew.as_duration();
    match assertion.authn_statements().filter_map(|s| s.session_not_on_or_after).min() {
        None => RULE.not_applicable(),
        Some(end) if now >= end.saturating_add(skew) => RULE
            .fail("session.expired")
            .expected(format!("now ({now}) before SessionNotOnOrAfter"))
            .found(&end.to_string()),
        Some(end) => RULE.pass().found(&end.to_string()),
    }
}
