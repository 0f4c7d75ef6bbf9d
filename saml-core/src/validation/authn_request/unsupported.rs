//! Floor 8: optional content that we can't honour is refused, not ignored. [Core §3.4.1], [IIP-SSO07]

use crate::protocol::AuthnRequest;
use crate::validation::verdict::{Check, Rule};

const RULE: Rule = Rule::new("request_content", "[Core §3.4.1]");

/// A requested subject or conditions bind the assertion; to ignore them would be to answer another question.
/// `Scoping` speaks to proxies and does not bind one who authenticates people itself.
pub(super) fn check(request: &AuthnRequest) -> Check {
    if request.subject.is_some() {
        RULE.fail("request.subject_unsupported").expected("no Subject").found("a Subject")
    } else if request.conditions.is_some() {
        RULE.fail("request.conditions_unsupported").expected("no Conditions").found("Conditions")
    } else {
        RULE.pass()
    }
}
