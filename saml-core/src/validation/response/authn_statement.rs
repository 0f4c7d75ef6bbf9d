//! Floor 8: the assertion says that somebody authenticated. [Profiles §4.1.4.2]

use crate::assertion::Assertion;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("authn_statement", "[Profiles §4.1.4.2]");

pub(super) fn check(assertion: &Assertion) -> Check {
    if assertion.authn_statements().next().is_some() {
        RULE.pass()
    } else {
        RULE.fail("authn_statement.missing").expected("an AuthnStatement").absent()
    }
}
