//! Floor 8: the request succeeded. [Core §3.2.2.2]

use super::Facts;
use crate::base::VerdictCode;
use crate::protocol::StatusCode;
use crate::validation::Verdict;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("status", "[Core §3.2.2.2]");

/// Whether nothing is wrong but that the peer said no.
pub(super) fn is_all(verdict: &Verdict) -> bool {
    let mut failures = verdict.failures();
    let said_no =
        failures.next().is_some_and(|check| check.code() == Some(VerdictCode::new("status.not_success")));
    said_no && failures.next().is_none()
}

/// The top-level code decides; a nested `Success` means nothing (attack 187).
pub(super) fn check(facts: &Facts<'_>) -> Check {
    let status = &facts.envelope.status;
    if status.code == StatusCode::Success {
        return match facts.assertion {
            Some(_) => RULE.pass(),
            None if facts.assertion_is_closed => RULE.pass(),
            None => RULE.fail("assertion.count").expected("one Assertion").absent(),
        };
    }
    let codes = std::iter::once(&status.code).chain(&status.sub_codes);
    let mut found = codes.map(StatusCode::uri).collect::<Vec<_>>().join(" / ");
    if let Some(message) = &status.message {
        found.push_str(": ");
        found.push_str(message);
    }
    let refused =
        RULE.fail("status.not_success").expected(StatusCode::Success.uri().to_owned()).found(&found);
    refused.hint(if facts.response_is_signed {
        "the identity provider refused; its own log says why"
    } else {
        "this answer is not signed, as error answers often are not: nothing proves that the identity provider wrote it. \
         If it did, its own log says why"
    })
}
