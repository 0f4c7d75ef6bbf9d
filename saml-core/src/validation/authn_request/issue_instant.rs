//! Floor 8: the request was not issued in the future. [Core §3.2.1]

use super::AuthnRequestExpectation;
use crate::protocol::AuthnRequest;
use crate::validation::verdict::{Check, Rule};

const RULE: Rule = Rule::new("request_issue_instant", "[Core §3.2.1]");

pub(super) fn check(request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> Check {
    let latest = expectation.now.saturating_add(expectation.clock_skew.as_duration());
    if request.request.issue_instant > latest {
        RULE.fail("request.issued_in_future")
            .expected(format!("not after {latest}"))
            .found(&request.request.issue_instant.to_string())
    } else {
        RULE.pass()
    }
}
