//! Floor 8: the set of attributes that is asked for is one of the requester's metadata. [Core §3.4.1]

use super::AuthnRequestExpectation;
use crate::protocol::AuthnRequest;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("attribute_consuming_service", "[Core §3.4.1]");

/// What it holds decides nothing: which attributes are released is for our policy to say. But an index that means nothing
/// is a fault, and not the wish for what comes without one.
pub(super) fn check(request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> Check {
    let Some(index) = request.attribute_consuming_service_index else {
        return RULE.not_applicable();
    };
    let services = &expectation.service_provider.attribute_consuming_services;
    if services.iter().any(|service| service.index == index) {
        return RULE.pass().found(&index.to_string());
    }
    let listed: Vec<String> = services.iter().map(|service| service.index.to_string()).collect();
    let expected = if listed.is_empty() {
        "no index: the metadata has no AttributeConsumingService".to_owned()
    } else {
        format!("an index of the metadata: {}", listed.join(", "))
    };
    RULE.fail("attribute_consuming_service.index_not_in_metadata")
        .expected(expected)
        .found(&index.to_string())
}
