//! Floor 8: nothing was issued in the future, and the assertion not too long ago. [Core §2.3.3, §3.2.2]

use super::Facts;
use crate::assertion::Assertion;
use crate::validation::check::{Check, Rule};
use crate::validation::issue_instant::{not_in_future, not_too_old};

const RESPONSE: Rule = Rule::new("response_issue_instant", "[Core §3.2.2]");
const ASSERTION: Rule = Rule::new("assertion_issue_instant", "[Core §2.3.3]");
const AGE: Rule = Rule::new("assertion_age", "[Profiles §4.1.4.5]");

pub(super) fn check_response(facts: &Facts<'_>) -> Check {
    not_in_future(RESPONSE, "response.issued_in_future", facts.envelope.issue_instant, facts.clocks())
}

pub(super) fn check_assertion(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    not_in_future(ASSERTION, "assertion.issued_in_future", assertion.issue_instant, facts.clocks())
}

/// The age bounds how long a used assertion must be remembered, whatever its `NotOnOrAfter` says. So a long validity is
/// no reason to refuse, and doesn't fill the store.
pub(super) fn check_age(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let max_age = facts.expectation.assertion_max_age;
    not_too_old(AGE, "assertion.too_old", assertion.issue_instant, max_age, facts.clocks())
}
