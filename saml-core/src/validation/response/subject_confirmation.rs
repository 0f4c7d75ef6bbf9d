//! Floor 8: the bearer of the assertion may use it here, now, for this request. [Profiles §3.3, §4.1.4.2–3]

use super::{Facts, in_response_to};
use crate::assertion::{Assertion, ConfirmationMethod, SubjectConfirmation, SubjectConfirmationData};
use crate::validation::check::{Check, Outcome, Rule};

const METHOD: Rule = Rule::new("subject_confirmation_method", "[Profiles §4.1.4.2]");
const RECIPIENT: Rule = Rule::new("subject_confirmation_recipient", "[Profiles §4.1.4.2]");
const EXPIRY: Rule = Rule::new("subject_confirmation_not_on_or_after", "[Profiles §4.1.4.2]");
const NOT_BEFORE: Rule = Rule::new("subject_confirmation_not_before", "[Profiles §4.1.4.2]");
const IN_RESPONSE_TO: Rule = Rule::new("subject_confirmation_in_response_to", "[Profiles §4.1.4.3]");

/// One bearer confirmation that holds in every respect is enough; parts of several don't add up (attack 177).
pub(super) fn check(facts: &Facts<'_>, assertion: &Assertion, checks: &mut Vec<Check>) {
    let confirmations = assertion.subject.as_ref().map_or(&[][..], |s| s.confirmations.as_slice());
    let mut first_failing = None;
    for confirmation in confirmations.iter().filter(|c| c.method == ConfirmationMethod::Bearer) {
        let found = check_bearer(facts, confirmation);
        if found.iter().all(|check| check.outcome() != Outcome::Fail) {
            checks.extend(found);
            return;
        }
        first_failing.get_or_insert(found);
    }
    checks.extend(first_failing.unwrap_or_else(|| vec![no_bearer(confirmations)]));
}

fn no_bearer(confirmations: &[SubjectConfirmation]) -> Check {
    let methods: Vec<&str> = confirmations.iter().map(|c| c.method.uri()).collect();
    let check = METHOD
        .fail("subject_confirmation.bearer_missing")
        .expected(ConfirmationMethod::Bearer.uri().to_owned());
    if methods.is_empty() { check.absent() } else { check.found(&methods.join(", ")) }
}

fn check_bearer(facts: &Facts<'_>, confirmation: &SubjectConfirmation) -> Vec<Check> {
    let Some(data) = &confirmation.data else {
        return vec![
            METHOD.fail("subject_confirmation.data_missing").expected("SubjectConfirmationData").absent(),
        ];
    };
    vec![
        METHOD.pass(),
        check_recipient(facts, data),
        check_expiry(facts, data),
        check_not_before(data),
        check_in_response_to(facts, data),
    ]
}

fn check_recipient(facts: &Facts<'_>, data: &SubjectConfirmationData) -> Check {
    let ours = facts.expectation.acs_url;
    match data.recipient.as_deref() {
        Some(found) => RECIPIENT.equal("subject_confirmation.recipient_mismatch", ours, found),
        None => RECIPIENT.fail("subject_confirmation.recipient_missing").expected(ours.to_owned()).absent(),
    }
}

/// Exclusive, as its name says; the skew extends it.
fn check_expiry(facts: &Facts<'_>, data: &SubjectConfirmationData) -> Check {
    let now = facts.expectation.now;
    match data.not_on_or_after {
        None => EXPIRY.fail("subject_confirmation.expiry_missing").expected("NotOnOrAfter").absent(),
        Some(end) if now >= end.saturating_add(facts.expectation.clock_skew.as_duration()) => EXPIRY
            .fail("subject_confirmation.expired")
            .expected(format!("now ({now}) before NotOnOrAfter"))
            .found(&end.to_string())
            .hint("compare the clocks of both sides; an old response can't be used again"),
        Some(end) => EXPIRY.pass().found(&end.to_string()),
    }
}

/// The profile forbids it for a bearer.
fn check_not_before(data: &SubjectConfirmationData) -> Check {
    match data.not_before {
        None => NOT_BEFORE.pass(),
        Some(found) => NOT_BEFORE
            .fail("subject_confirmation.not_before_present")
            .expected("no NotBefore")
            .found(&found.to_string()),
    }
}

fn check_in_response_to(facts: &Facts<'_>, data: &SubjectConfirmationData) -> Check {
    let found = data.in_response_to.as_ref().map(|id| id.as_str());
    match (facts.solicitation.pending(), found) {
        (Some(request), Some(found)) => {
            IN_RESPONSE_TO.equal("subject_confirmation.in_response_to_mismatch", request.id.as_str(), found)
        }
        (Some(request), None) => IN_RESPONSE_TO
            .fail("subject_confirmation.in_response_to_missing")
            .expected(request.id.to_string())
            .absent(),
        (None, Some(found)) => {
            in_response_to::unknown(IN_RESPONSE_TO, "subject_confirmation.in_response_to_unknown", found)
        }
        (None, None) => IN_RESPONSE_TO.not_applicable(),
    }
}
