//! Floor 8: the assertion is for us. [Core §2.5.1.4], [Profiles §4.1.4.2]

use super::Facts;
use crate::assertion::{Assertion, AudienceRestriction};
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("audience", "[Core §2.5.1.4]");

/// At least one restriction; every restriction must hold, and one holds if one of its audiences is us.
pub(super) fn check(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let ours = facts.expectation.service_provider.as_str();
    let restrictions = assertion.conditions.as_ref().map_or(&[][..], |c| c.audience_restrictions.as_slice());
    if restrictions.is_empty() {
        return RULE.fail("audience.missing").expected(ours.to_owned()).absent();
    }
    match restrictions.iter().find(|restriction| !admits(facts, restriction)) {
        None => RULE.pass().found(ours),
        Some(restriction) => {
            let audiences: Vec<&str> = restriction.audiences.iter().map(String::as_str).collect();
            RULE.fail("audience.mismatch")
                .expected(ours.to_owned())
                .found(&audiences.join(", "))
                .hint("the audience at the identity provider and the entity ID configured here must be the same text")
        }
    }
}

fn admits(facts: &Facts<'_>, restriction: &AudienceRestriction) -> bool {
    let expectation = facts.expectation;
    restriction.audiences.iter().any(|audience| {
        audience == expectation.service_provider.as_str() || expectation.further_audiences.contains(audience)
    })
}
