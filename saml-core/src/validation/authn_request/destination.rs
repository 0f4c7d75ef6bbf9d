//! Floor 8: the request was sent to this endpoint. [Bindings §3.4.5.2, §3.5.5.2]

use super::AuthnRequestExpectation;
use crate::protocol::AuthnRequest;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("request_destination", "[Bindings §3.4.5.2]");

/// Must be ours if it is there, and must be there if the request is signed.
pub(super) fn check(
    request: &AuthnRequest,
    is_verified: bool,
    expectation: &AuthnRequestExpectation<'_>,
) -> Check {
    match request.request.destination.as_deref() {
        Some(found) => RULE.equal("request.destination_mismatch", expectation.sso_url, found),
        None if is_verified => {
            RULE.fail("request.destination_missing").expected(expectation.sso_url.to_owned()).absent()
        }
        None => RULE.not_applicable(),
    }
}
