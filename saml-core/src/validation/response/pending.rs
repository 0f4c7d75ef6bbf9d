//! Floor 8: the answer belongs to a request that still waits, at the provider that was asked. [Profiles §4.1.4.3]

use super::Facts;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("pending_request", "[Profiles §4.1.4.3]");

pub(super) fn check(facts: &Facts<'_>) -> Check {
    let Some(request) = facts.solicitation.pending() else {
        return RULE.not_applicable();
    };
    if request.idp != *facts.expectation.idp {
        return RULE
            .fail("request.idp_mismatch")
            .expected(request.idp.to_string())
            .found(facts.expectation.idp.as_str())
            .hint("a login was started at one identity provider and answered by another");
    }
    if facts.expectation.now >= request.expires_at {
        return RULE
            .fail("request.expired")
            .expected(format!("an answer before {}", request.expires_at))
            .found(&facts.expectation.now.to_string())
            .hint("the person took too long at the identity provider; let them start again");
    }
    RULE.pass().found(request.id.as_str())
}
