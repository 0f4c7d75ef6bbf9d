//! Floor 8: the Response answers the request that we sent. [Core §3.2.2], [Profiles §4.1.4.5]

use super::Facts;
use crate::base::MessageId;
use crate::base::Relaxation;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("in_response_to", "[Core §3.2.2]");

/// `Response/@InResponseTo`. The signed value in `SubjectConfirmationData` is compared too, by its own check: one
/// of them alone would let an unsolicited response be passed off as solicited, or the reverse (attack 179).
pub(super) fn check(facts: &Facts<'_>) -> Check {
    let found = facts.envelope.in_response_to.as_ref().map(|id| id.as_str());
    match (facts.solicitation.pending(), found) {
        (Some(request), Some(found)) => RULE.equal("in_response_to.mismatch", request.id.as_str(), found),
        (Some(request), None) => {
            RULE.fail("in_response_to.missing").expected(request.id.to_string()).absent()
        }
        (None, Some(found)) => unknown(RULE, "in_response_to.unknown", found),
        (None, None) if facts.expectation.policy.granted().contains(Relaxation::Unsolicited) => {
            RULE.warn("response.unsolicited").found("a login that the identity provider started")
        }
        (None, None) => RULE
            .fail("response.unsolicited_refused")
            .expected("an answer to a request of ours")
            .found("a login that the identity provider started")
            .hint("allow `unsolicited` for this peer if logins may start there"),
    }
}

/// An answer to no request that waits. A text that can't be the ID of a request of ours was never one: some identity
/// providers write a fixed text there where they start a login themselves, against [Profiles §4.1.5] (djangosaml2idp).
pub(super) fn unknown(rule: Rule, code: &'static str, found: &str) -> Check {
    let failed = rule.fail(code).found(found);
    if MessageId::is_like_ours(found) {
        return failed
            .expected("the ID of a request that waits for its answer")
            .hint("the request was answered already, waited too long, or was never ours");
    }
    failed.expected("the ID of a request of ours, or no InResponseTo where nothing was asked for").hint(
        "this is no ID of a request of ours. An identity provider that starts a login itself must leave InResponseTo \
         out; djangosaml2idp writes IdP_Initiated_Login there",
    )
}
