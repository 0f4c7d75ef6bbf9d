//! Floor 8: is this Response a login for us, now? [Profiles §4.1.4], [Core §2 and §3].

mod assertion_issuer;
mod audience_restriction;
mod authn_instant;
mod authn_statement;
mod conditions;
mod destination;
mod expectation;
mod in_response_to;
mod issue_instant;
mod issuer;
mod last_use;
mod misbound_prefix;
mod name_id;
mod pending;
mod requested_authn_context;
mod session_expiry;
mod signature;
mod status;
mod subject_confirmation;

pub use expectation::{ResponseExpectation, SignatureDemand, Solicitation};
pub use requested_authn_context::requested_authn_context;

use super::check::{Basis, Check};
use super::issue_instant::Clocks;
use super::{Accepted, PeerRole, Rejected, Verdict, metadata_validity};
use crate::assertion::Assertion;
use crate::base::SamlInstant;
use crate::protocol::{Response, ResponseAssertion, StatusResponse};
use crate::trust::{ReceivedResponse, Unverified, Verified};

/// Verifies a Response, applies every rule of the Web Browser SSO profile, and yields its assertion.
///
/// The Response and the pending request are used up, whatever the outcome.
///
/// Guarantees of an [`Accepted`]: signed by a pinned key of the expected identity provider; for us, for this
/// endpoint, for this request; within its times at `expectation.now`. *Not* guaranteed: that the assertion was never
/// used before, which only a store can know.
///
/// # Errors
/// [`Rejected`] with all checks that could be evaluated. If the signature does not hold, the other checks are
/// evaluated on what the message merely claims, marked as such.
pub fn accept_response(
    message: Unverified<Response>,
    expectation: &ResponseExpectation<'_>,
    solicitation: Solicitation,
) -> Result<Accepted<Assertion>, Rejected> {
    match message.verify_once(&expectation.verification()) {
        Ok(received) => judge(received, expectation, &solicitation),
        Err((error, message)) => {
            let mut checks = vec![signature::refused(&error)];
            checks.extend(validity(expectation));
            if let Some(Ok(claims)) = message.map(|message| message.judged_claims()) {
                let assertion = claims.assertions.iter().find_map(ResponseAssertion::as_assertion);
                let facts = Facts {
                    envelope: &claims.status_response,
                    assertion,
                    assertion_is_closed: assertion.is_none() && !claims.assertions.is_empty(),
                    expectation,
                    solicitation: &solicitation,
                    response_is_signed: false,
                };
                let mut claimed = Vec::with_capacity(CHECKS);
                evaluate(&facts, &mut claimed);
                checks.extend(claimed.into_iter().map(|check| check.on(Basis::Claimed)));
            }
            Err(Rejected { verdict: Verdict::new(checks), status: None })
        }
    }
}

fn validity(expectation: &ResponseExpectation<'_>) -> Option<Check> {
    let ResponseExpectation { metadata_valid_until, now, policy, .. } = *expectation;
    metadata_validity(PeerRole::IdentityProvider, metadata_valid_until, now, policy.granted())
}

/// The values that the checks look at.
#[derive(Clone, Copy)]
struct Facts<'a> {
    envelope: &'a StatusResponse,
    assertion: Option<&'a Assertion>,
    /// There is one, but it is encrypted and was not opened.
    assertion_is_closed: bool,
    expectation: &'a ResponseExpectation<'a>,
    solicitation: &'a Solicitation,
    response_is_signed: bool,
}

impl Facts<'_> {
    const fn clocks(&self) -> Clocks {
        Clocks { now: self.expectation.now, skew: self.expectation.clock_skew }
    }
}

/// Room for the checks of a usual response: a few more than there are rules.
const CHECKS: usize = 30;

fn judge(
    received: ReceivedResponse,
    expectation: &ResponseExpectation<'_>,
    solicitation: &Solicitation,
) -> Result<Accepted<Assertion>, Rejected> {
    let mut checks = Vec::with_capacity(CHECKS);
    signature::verified(&received, expectation, &mut checks);
    checks.extend(misbound_prefix::check(&received));
    checks.extend(validity(expectation));
    let judged = checks.len();
    let facts = Facts {
        envelope: received.envelope.claims(),
        assertion: received.assertion.as_deref(),
        assertion_is_closed: false,
        expectation,
        solicitation,
        response_is_signed: received.envelope.is_verified(),
    };
    evaluate(&facts, &mut checks);
    if received.is_unsigned() {
        let claimed = checks.split_off(judged);
        checks.extend(claimed.into_iter().map(|check| check.on(Basis::Claimed)));
    }
    let verdict = Verdict::new(checks);
    let end =
        facts.assertion.filter(|_| verdict.is_accepted()).map(|assertion| last_use::end(&facts, assertion));
    let said_no = facts.response_is_signed && facts.assertion.is_none() && status::is_all(&verdict);
    let status = said_no.then(|| Box::new(facts.envelope.status.clone()));
    match (received.assertion, end) {
        (Some(assertion), Some(end)) => Ok(accepted(assertion, expectation, end, verdict)),
        (Some(_) | None, _) => Err(Rejected { verdict, status }),
    }
}

fn accepted(
    assertion: Verified<Assertion>,
    expectation: &ResponseExpectation<'_>,
    replayable_until: SamlInstant,
    verdict: Verdict,
) -> Accepted<Assertion> {
    Accepted {
        value: assertion.into_inner(),
        issuer: expectation.idp.clone(),
        at: expectation.now,
        replayable_until,
        relaxations: expectation.policy.granted(),
        verdict,
    }
}

/// All rules but the signature's, in the order of the specification.
fn evaluate(facts: &Facts<'_>, checks: &mut Vec<Check>) {
    checks.push(issuer::check(facts));
    checks.push(pending::check(facts));
    checks.push(destination::check(facts));
    checks.push(in_response_to::check(facts));
    checks.push(issue_instant::check_response(facts));
    checks.push(status::check(facts));
    let Some(assertion) = facts.assertion else { return };
    checks.push(assertion_issuer::check(facts, assertion));
    checks.push(issue_instant::check_assertion(facts, assertion));
    checks.push(name_id::check(facts, assertion));
    checks.push(name_id::check_qualifier(facts, assertion));
    subject_confirmation::check(facts, assertion, checks);
    checks.push(conditions::check_times(facts, assertion));
    checks.push(audience_restriction::check(facts, assertion));
    checks.push(conditions::check_understood(assertion));
    checks.push(authn_statement::check(assertion));
    checks.push(authn_instant::check(facts, assertion));
    checks.push(session_expiry::check(facts, assertion));
    checks.push(requested_authn_context::check(facts, assertion));
    // This is our own bound, so that it comes after the peer's own statements about time.
    checks.push(issue_instant::check_age(facts, assertion));
}
