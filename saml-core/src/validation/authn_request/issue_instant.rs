//! Floor 8: the request was issued just now: not in the future, and not long ago. [Core §3.2.1]

use super::AuthnRequestExpectation;
use crate::protocol::AuthnRequest;
use crate::validation::check::{Check, Rule};
use crate::validation::issue_instant::{Clocks, not_in_future, not_too_old};

const RULE: Rule = Rule::new("request_issue_instant", "[Core §3.2.1]");
const AGE: Rule = Rule::new("request_age", "[Core §3.2.1]");

pub(super) fn check(request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> Check {
    not_in_future(RULE, "request.issued_in_future", request.request.issue_instant, clocks(expectation))
}

/// A request has no end of its own: a copy of a signed one would be good for years.
pub(super) fn check_age(request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> Check {
    let issued = request.request.issue_instant;
    not_too_old(AGE, "request.too_old", issued, expectation.request_max_age, clocks(expectation))
}

const fn clocks(expectation: &AuthnRequestExpectation<'_>) -> Clocks {
    Clocks { now: expectation.now, skew: expectation.clock_skew }
}
