//! Floor 8: the person authenticated as we asked. [Core §3.3.2.2.1]

use super::Facts;
use crate::assertion::{Assertion, AuthnContextClassRef};
use crate::protocol::AuthnContextComparison;
use crate::validation::RequestedContext;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("requested_authn_context", "[Core §3.3.2.2.1]");

pub(super) fn check(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let Some(requested) = facts.solicitation.pending().and_then(|r| r.requested_context.as_ref()) else {
        return RULE.not_applicable();
    };
    let statements = assertion.authn_statements();
    requested_authn_context(requested, statements.filter_map(|s| s.authn_context.class_ref.as_ref()))
}

/// Judges how a person authenticated, by the classes of an accepted assertion, against what was asked for.
///
/// For a role that learns only after [`accept_response`](super::accept_response) what it had asked for, and gave no
/// [`PendingRequest::requested_context`](crate::validation::PendingRequest::requested_context): nobody is to be signed in before
/// this check holds.
///
/// `exact` is compared here (attack 198). The other comparisons need an order among contexts that only the identity
/// provider knows; its answer is taken and a remark is left. An answer without any class doesn't meet the request.
#[must_use]
pub fn requested_authn_context<'a>(
    requested: &RequestedContext,
    found: impl IntoIterator<Item = &'a AuthnContextClassRef>,
) -> Check {
    let found: Vec<&str> = found.into_iter().map(|class_ref| class_ref.uri()).collect();
    let wanted: Vec<&str> = requested.class_refs.iter().map(|class_ref| class_ref.uri()).collect();
    if found.is_empty() {
        return RULE.fail("authn_context.missing").expected(wanted.join(", ")).absent();
    }
    let listed = found.iter().any(|class_ref| wanted.contains(class_ref));
    match (requested.comparison, listed) {
        (
            AuthnContextComparison::Exact | AuthnContextComparison::Minimum | AuthnContextComparison::Maximum,
            true,
        ) => RULE.pass().found(&found.join(", ")),
        (AuthnContextComparison::Exact, false) | (AuthnContextComparison::Better, true) => {
            RULE.fail("authn_context.mismatch").expected(wanted.join(", ")).found(&found.join(", "))
        }
        (
            AuthnContextComparison::Minimum
            | AuthnContextComparison::Maximum
            | AuthnContextComparison::Better,
            false,
        ) => RULE.warn("authn_context.not_compared").expected(wanted.join(", ")).found(&found.join(", ")),
    }
}
