//! Floor 8: may this AuthnRequest be answered, and where? [Profiles §4.1.4.1], [Core §3.4.1]

mod assertion_consumer_service;
mod attribute_consuming_service;
mod destination;
mod expectation;
mod issue_instant;
mod issuer;
mod name_id_policy;
mod signature;
mod subject;

pub use expectation::{AuthnRequestExpectation, NameIdPolicySupport, RequestRefusal, RoutedAuthnRequest};
pub use subject::RequestedSubject;

use super::check::{Basis, Check};
use super::{Outcome, PeerRole, Verdict, cross_check, metadata_validity, relaxations};
use crate::protocol::{AuthnRequest, Status, StatusCode};
use crate::trust::{ReceivedMessage, RefusedRequest};

/// Judges a request and finds the endpoint that its answer goes to.
///
/// The endpoint comes from the service provider's metadata, never from the message: a URL in the message only
/// chooses among those (attacks 203, 206). That holds for unsigned requests too, which is why they are harmless.
///
/// # Errors
/// [`RequestRefusal`]. Where the requester and its endpoint are beyond doubt, it says how to answer with an error
/// status; otherwise nothing may be sent to anybody.
pub fn route_authn_request(
    received: Result<ReceivedMessage<AuthnRequest>, RefusedRequest<AuthnRequest>>,
    expectation: &AuthnRequestExpectation<'_>,
) -> Result<RoutedAuthnRequest, RequestRefusal> {
    let received = received.map_err(|refused| refuse(evaluate_claims(&refused, expectation)))?;
    let request = received.claims().map_err(|error| refuse(vec![signature::unreadable(&error)]))?;
    let mut checks = vec![signature::check(received.is_verified(), expectation)];
    if let ReceivedMessage::Verified(request) = &received {
        checks.extend(cross_check::check(std::iter::once(request.provenance())));
    }
    checks.push(relaxations::check(received.relaxations_used()));
    checks.extend(validity(expectation));
    let endpoint = evaluate(&request, received.is_verified(), expectation, &mut checks);
    let basis = if received.is_verified() { Basis::Verified } else { Basis::Claimed };
    let mut verdict = Verdict::new(checks.into_iter().map(|check| check.on(basis)).collect());
    let Some(acs_url) = endpoint.filter(|_| verdict.is_accepted()) else {
        content(&request, expectation).into_iter().for_each(|check| verdict.push(check.on(basis)));
        return Err(RequestRefusal { verdict, answer: None });
    };
    finish(request, acs_url, verdict, expectation)
}

/// The rules about who asks and where the answer goes, in the order of the specification; and the endpoint.
fn evaluate(
    request: &AuthnRequest,
    is_verified: bool,
    expectation: &AuthnRequestExpectation<'_>,
    checks: &mut Vec<Check>,
) -> Option<String> {
    checks.extend([
        issuer::check(request, expectation),
        issue_instant::check(request, expectation),
        issue_instant::check_age(request, expectation),
        destination::check(request, is_verified, expectation),
    ]);
    match assertion_consumer_service::choose(request, expectation) {
        Ok((check, endpoint)) => {
            checks.push(check);
            Some(endpoint)
        }
        Err(check) => {
            checks.push(check);
            None
        }
    }
}

/// The checks that can be made of a request whose signature does not hold.
fn evaluate_claims(
    refused: &RefusedRequest<AuthnRequest>,
    expectation: &AuthnRequestExpectation<'_>,
) -> Vec<Check> {
    let mut checks = vec![signature::refused(&refused.error)];
    checks.extend(validity(expectation));
    if let Some(request) = refused.claims() {
        let mut claimed = Vec::new();
        let _endpoint = evaluate(&request, false, expectation, &mut claimed);
        claimed.extend(content(&request, expectation));
        checks.extend(claimed.into_iter().map(|check| check.on(Basis::Claimed)));
    }
    checks
}

/// The rules about the content of the request. A failure is told to the service provider.
///
/// `Conditions` bind nobody, [Core §3.4.1] lets a responder change them: ours are an assertion for this service and for
/// minutes, whatever is asked for. `Scoping` speaks to proxies and not to one who authenticates people itself.
fn content(request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> [Check; 3] {
    Demand::ALL.map(|demand| demand.check(request, expectation))
}

/// A rule about what is asked for.
#[derive(Clone, Copy)]
enum Demand {
    Subject,
    NameIdPolicy,
    AttributeConsumingService,
}

impl Demand {
    /// In the order of the specification.
    const ALL: [Self; 3] = [Self::Subject, Self::NameIdPolicy, Self::AttributeConsumingService];

    fn check(self, request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> Check {
        match self {
            Self::Subject => subject::check(request),
            Self::NameIdPolicy => name_id_policy::check(request, expectation),
            Self::AttributeConsumingService => attribute_consuming_service::check(request, expectation),
        }
    }

    /// What the service provider is told, below `Requester`, if the rule is broken.
    const fn status(self) -> StatusCode {
        match self {
            Self::NameIdPolicy => StatusCode::InvalidNameIdPolicy,
            Self::Subject | Self::AttributeConsumingService => StatusCode::RequestUnsupported,
        }
    }
}

/// Routes a login that starts at the identity provider, to the service provider's default endpoint. [Profiles §4.1.5]
///
/// Whether the service provider wants such logins is for the caller to know.
///
/// # Errors
/// [`RequestRefusal`] without an answer: there is no endpoint that an assertion may go to, or the service provider's
/// metadata has expired.
pub fn route_unsolicited(
    expectation: &AuthnRequestExpectation<'_>,
) -> Result<RoutedAuthnRequest, RequestRefusal> {
    let mut checks: Vec<Check> = validity(expectation).into_iter().collect();
    let acs_url = match assertion_consumer_service::choose_default(expectation) {
        Ok((check, acs_url)) => {
            checks.push(check);
            Some(acs_url)
        }
        Err(check) => {
            checks.push(check);
            None
        }
    };
    let verdict = Verdict::new(checks);
    let Some(acs_url) = acs_url.filter(|_| verdict.is_accepted()) else {
        return Err(RequestRefusal { verdict, answer: None });
    };
    Ok(RoutedAuthnRequest::unsolicited(expectation.service_provider_id.clone(), acs_url, verdict))
}

/// A request that is followed, or answered with an error.
fn finish(
    request: AuthnRequest,
    acs_url: String,
    mut verdict: Verdict,
    expectation: &AuthnRequestExpectation<'_>,
) -> Result<RoutedAuthnRequest, RequestRefusal> {
    let checks = content(&request, expectation);
    let failed = Demand::ALL.iter().zip(&checks).find(|(_rule, check)| check.outcome() == Outcome::Fail);
    let refused = failed.map(|(rule, check)| Status {
        sub_codes: vec![rule.status()],
        message: Some(told(check)),
        ..Status::new(StatusCode::Requester)
    });
    checks.into_iter().for_each(|check| verdict.push(check));
    let routed = RoutedAuthnRequest::new(request, expectation.service_provider_id.clone(), acs_url, verdict);
    match refused {
        None => Ok(routed),
        Some(status) => Err(routed.refused(status)),
    }
}

/// The text that tells the service provider's operator of a broken rule: the code and the expected value, which comes
/// from our settings or is the service provider's own name.
fn told(check: &Check) -> String {
    let code = check.code().map_or(check.name(), |code| code.as_str());
    match check.expected_value() {
        None => code.to_owned(),
        Some(expected) => format!("{code}: expected {expected}"),
    }
}

fn validity(expectation: &AuthnRequestExpectation<'_>) -> Option<Check> {
    let AuthnRequestExpectation { metadata_valid_until, now, relaxations, .. } = *expectation;
    metadata_validity(PeerRole::ServiceProvider, metadata_valid_until, now, relaxations)
}

fn refuse(checks: Vec<Check>) -> RequestRefusal {
    RequestRefusal { verdict: Verdict::new(checks), answer: None }
}
