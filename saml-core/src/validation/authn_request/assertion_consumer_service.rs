//! Floor 8: the endpoint for the answer is one of the requester's metadata. [Core §3.4.1], [Profiles §4.1.4.1]

use super::AuthnRequestExpectation;
use crate::base::Binding;
use crate::metadata::IndexedEndpoint;
use crate::protocol::{AssertionConsumerServiceChoice, AuthnRequest};
use crate::validation::check::{Check, Rule};
use crate::validation::check_assertion_consumer_service;

const RULE: Rule = Rule::new("assertion_consumer_service", "[Core §3.4.1]");

/// By URL, by index or by default, always among the HTTP POST endpoints that metadata lists, octet by octet.
pub(super) fn choose(
    request: &AuthnRequest,
    expectation: &AuthnRequestExpectation<'_>,
) -> Result<(Check, String), Check> {
    let choice = &request.assertion_consumer_service;
    if let AssertionConsumerServiceChoice::ProtocolBinding(binding)
    | AssertionConsumerServiceChoice::Url { protocol_binding: Some(binding), .. } = choice
        && *binding != Binding::HttpPost
    {
        return Err(RULE
            .fail("acs.binding_unsupported")
            .expected(Binding::HttpPost.uri().to_owned())
            .found(binding.uri()));
    }
    let post = || post_endpoints(expectation);
    let listed = || post().map(|service| service.endpoint.location.as_str()).collect::<Vec<_>>().join(", ");
    let chosen = match choice {
        AssertionConsumerServiceChoice::Url { url, .. } => {
            let chosen = post().find(|service| service.endpoint.location == *url);
            chosen.ok_or_else(|| RULE.fail("acs.url_not_in_metadata").expected(listed()).found(url))?
        }
        AssertionConsumerServiceChoice::Index(index) => {
            let chosen = post().find(|service| service.index == *index);
            chosen.ok_or_else(|| {
                RULE.fail("acs.index_not_in_metadata").expected(listed()).found(&index.to_string())
            })?
        }
        AssertionConsumerServiceChoice::Default | AssertionConsumerServiceChoice::ProtocolBinding(_) => {
            return choose_default(expectation);
        }
    };
    admit(chosen, expectation)
}

/// The endpoint of a request that names none, and of a login that nobody asked for.
pub(super) fn choose_default(expectation: &AuthnRequestExpectation<'_>) -> Result<(Check, String), Check> {
    let chosen = IndexedEndpoint::default_of(post_endpoints(expectation));
    let none = || RULE.fail("acs.none_in_metadata").expected("an HTTP-POST endpoint").absent();
    admit(chosen.ok_or_else(none)?, expectation)
}

fn post_endpoints<'a>(
    expectation: &AuthnRequestExpectation<'a>,
) -> impl Iterator<Item = &'a IndexedEndpoint> {
    let services = &expectation.service_provider.assertion_consumer_services;
    services.iter().filter(|service| service.endpoint.binding == Binding::HttpPost)
}

/// Checks that don't depend on the request.
fn admit(
    chosen: &IndexedEndpoint,
    expectation: &AuthnRequestExpectation<'_>,
) -> Result<(Check, String), Check> {
    let location = &chosen.endpoint.location;
    let needed = check_assertion_consumer_service(location, expectation.relaxations)
        .map_err(|fault| RULE.fail_with(&fault))?;
    let check =
        if needed.is_empty() { RULE.pass() } else { RULE.warn("acs.plain_http").expected("an https URL") };
    Ok((check.found(location), location.clone()))
}
