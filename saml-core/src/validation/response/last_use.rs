//! Floor 8: how long an accepted assertion could be presented again. [Profiles §4.1.4.5]

use std::time::Duration;

use super::Facts;
use crate::assertion::{Assertion, ConfirmationMethod, SubjectConfirmationData};
use crate::base::SamlInstant;

/// The instant from which the assertion can't be accepted again by any receiver with our settings. Until then it must
/// be remembered as used (attack 183).
///
/// An assertion that was asked for, and that no confirmation lets be used for anything but that request, is over with
/// the request. Any other one is over with the last bearer confirmation that is for us. What others may do with it, at
/// their endpoints or by other methods, is not ours to remember; and nothing is over later than its age allows.
pub(super) fn end(facts: &Facts<'_>, assertion: &Assertion) -> SamlInstant {
    let expectation = facts.expectation;
    let ceiling = assertion.issue_instant.saturating_add(expectation.assertion_max_age.as_duration());
    let last = usable(facts, assertion).filter_map(|data| data.not_on_or_after).max();
    let by_confirmation = last.map_or(ceiling, |last| last.min(ceiling));
    let end = match facts.solicitation.pending() {
        Some(request)
            if usable(facts, assertion).all(|data| data.in_response_to.as_ref() == Some(&request.id)) =>
        {
            by_confirmation.min(request.expires_at)
        }
        Some(_) | None => by_confirmation,
    };
    // One second more: the age is taken inclusively, and stores count in milliseconds.
    end.saturating_add(expectation.clock_skew.as_duration()).saturating_add(Duration::from_secs(1))
}

/// The bearer confirmations that could ever count at our endpoint.
fn usable<'a>(
    facts: &Facts<'a>,
    assertion: &'a Assertion,
) -> impl Iterator<Item = &'a SubjectConfirmationData> {
    let acs_url = facts.expectation.acs_url;
    assertion
        .subject
        .iter()
        .flat_map(|subject| &subject.confirmations)
        .filter(|confirmation| confirmation.method == ConfirmationMethod::Bearer)
        .filter_map(|confirmation| confirmation.data.as_ref())
        .filter(move |data| data.recipient.as_deref() == Some(acs_url))
}
