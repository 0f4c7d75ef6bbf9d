//! Floor 8: the assertion may be used now, and all its conditions are understood. [Core §2.5.1]

use super::Facts;
use crate::assertion::Assertion;
use crate::assertion::kind_of;
use crate::validation::check::{Check, Rule};

const TIMES: Rule = Rule::new("conditions_validity", "[Core §2.5.1.2]");
const UNDERSTOOD: Rule = Rule::new("conditions_understood", "[Core §2.5.1]");

/// `NotBefore` is inclusive, `NotOnOrAfter` exclusive; the skew widens both ends.
pub(super) fn check_times(facts: &Facts<'_>, assertion: &Assertion) -> Check {
    let Some(conditions) = &assertion.conditions else {
        return TIMES.fail("conditions.missing").expected("Conditions with an AudienceRestriction").absent();
    };
    let now = facts.expectation.now;
    let skew = facts.expectation.clock_skew.as_duration();
    let (not_before, not_on_or_after) = (conditions.not_before, conditions.not_on_or_after);
    if let (Some(begin), Some(end)) = (not_before, not_on_or_after)
        && begin >= end
    {
        return TIMES
            .fail("conditions.empty_window")
            .expected("NotBefore earlier than NotOnOrAfter")
            .found(&format!("{begin} and {end}"));
    }
    if let Some(begin) = not_before
        && now < begin.saturating_sub(skew)
    {
        return TIMES
            .fail("conditions.not_yet_valid")
            .expected(format!("now ({now}) not before NotBefore"))
            .found(&begin.to_string())
            .hint("compare the clocks of both sides");
    }
    match not_on_or_after {
        Some(end) if now >= end.saturating_add(skew) => TIMES
            .fail("conditions.expired")
            .expected(format!("now ({now}) before NotOnOrAfter"))
            .found(&end.to_string())
            .hint("compare the clocks of both sides; an old response can't be used again"),
        Some(_) | None => TIMES.pass(),
    }
}

/// A condition that isn't understood makes the assertion's validity indeterminate, so it is not valid for us.
///
/// `OneTimeUse` always holds here: an assertion is used once, whatever it says. `ProxyRestriction` binds a service
/// that issues assertions of its own on this one's strength, not the use of this one.
pub(super) fn check_understood(assertion: &Assertion) -> Check {
    let unknown = assertion.conditions.as_ref().and_then(|conditions| conditions.other.first());
    match unknown {
        None => UNDERSTOOD.pass(),
        Some(condition) => UNDERSTOOD
            .fail("conditions.unknown")
            .expected("AudienceRestriction, OneTimeUse or ProxyRestriction")
            .found(&kind_of(condition)),
    }
}
