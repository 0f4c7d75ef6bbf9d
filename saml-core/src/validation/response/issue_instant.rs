//! Floor 8: nothing was issued in the future. [Core §2.3.3, §3.2.2]

use super::Facts;
use crate::assertion::Assertion;
use crate::base::SamlInstant;
use crate::validation::verdict::{Check, Rule};

const RESPONSE: Rule = Rule::new("response_issue_instant", "[Core §3.2.2]");
const ASSERTION: Rule = Rule::new("assertion_issue_instant", "[Core §2.3.3]");

pub(super) fn check_response(facts: &Facts<'_>) -> Check {
    check(RESPONSE, "response.issued_in_future", facts.envelope.issue_instant, facts)
}

pub(super) fn check_assertion(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    check(ASSERTION, "assertion.issued_in_future", assertion.issue_instant, facts)
}

fn check(rule: Rule, code: &'static str, issued: SamlInstant, facts: &Facts<'_>) -> Check {
    let latest = facts.expectation.now.saturating_add(facts.expectation.clock_skew.as_duration());
    if issued > latest {
        rule.fail(code)
            .expected(format!("not after {latest}"))
            .found(&issued.to_string())
            .hint("compare the clocks of both sides")
    } else {
        rule.pass()
    }
}
