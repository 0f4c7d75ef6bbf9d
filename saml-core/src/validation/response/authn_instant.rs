//! Floor 8: when the person authenticated. [Core §2.7.2, §3.4.1]

use super::Facts;
use crate::assertion::Assertion;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("authn_instant", "[Core §2.7.2]");

/// The instant is not in the future, and not before a request that asked for a fresh proof (attack 199).
pub(super) fn check(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let skew = facts.expectation.clock_skew.as_duration();
    let latest = facts.expectation.now.saturating_add(skew);
    let fresh_since = facts
        .solicitation
        .pending()
        .filter(|request| request.force_authn)
        .map(|request| request.issued_at.saturating_sub(skew));
    for statement in assertion.authn_statements() {
        let found = statement.authn_instant;
        if found > latest {
            return RULE
                .fail("authn_instant.in_future")
                .expected(format!("not after {latest}"))
                .found(&found.to_string());
        }
        if let Some(earliest) = fresh_since
            && found < earliest
        {
            return RULE
                .fail("authn_instant.not_fresh")
                .expected(format!("not before {earliest}, for the request had ForceAuthn"))
                .found(&found.to_string())
                .hint("the identity provider did not ask the person again though it was told to");
        }
    }
    RULE.pass()
}
