//! Floor 8: the request names the service provider whose metadata is used. [Profiles §4.1.4.1]

use super::AuthnRequestExpectation;
use crate::assertion::NameIdFormat;
use crate::protocol::AuthnRequest;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("request_issuer", "[Profiles §4.1.4.1]");

pub(super) fn check(request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> Check {
    let expected = expectation.service_provider_id.as_str();
    match &request.request.issuer {
        None => RULE.fail("request.issuer_missing").expected(expected.to_owned()).absent(),
        Some(issuer) => match &issuer.0.format {
            None | Some(NameIdFormat::Entity | NameIdFormat::Unspecified) => {
                RULE.equal("request.issuer_mismatch", expected, issuer.as_str())
            }
            Some(other) => {
                RULE.fail("issuer.format").expected(NameIdFormat::Entity.uri().to_owned()).found(other.uri())
            }
        },
    }
}
