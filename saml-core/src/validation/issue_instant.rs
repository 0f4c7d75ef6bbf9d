//! Floor 8: when a message was issued: not in the future, and not too long ago. [Core §2.3.3, §3.2.1, §3.2.2]

use super::check::{Check, Rule};
use crate::base::{ClockSkew, MaxAge, SamlInstant};

/// The clocks that an `IssueInstant` is compared with.
#[derive(Clone, Copy)]
pub(super) struct Clocks {
    pub(super) now: SamlInstant,
    pub(super) skew: ClockSkew,
}

/// Refuses an instant that is later than our clock by more than the skew.
pub(super) fn not_in_future(rule: Rule, code: &'static str, issued: SamlInstant, clocks: Clocks) -> Check {
    let latest = clocks.now.saturating_add(clocks.skew.as_duration());
    if issued > latest {
        rule.fail(code)
            .expected(format!("not after {latest}"))
            .found(&issued.to_string())
            .hint("compare the clocks of both sides")
    } else {
        rule.pass()
    }
}

/// Refuses an instant that is older than `max_age` and the skew together. A message that passes only because the peer's
/// age is longer than the default shows that as a concession. Each age other than the default shows, too.
pub(super) fn not_too_old<const DEFAULT: u64>(
    rule: Rule,
    code: &'static str,
    issued: SamlInstant,
    max_age: MaxAge<DEFAULT>,
    clocks: Clocks,
) -> Check {
    let is_within = |age: MaxAge<DEFAULT>| {
        clocks.now <= issued.saturating_add(age.as_duration()).saturating_add(clocks.skew.as_duration())
    };
    let default = MaxAge::<DEFAULT>::default();
    match (is_within(max_age), is_within(default)) {
        (true, true) if max_age == default => rule.pass(),
        (true, true) => rule.pass().found(&format!("at most {max_age} old, as this peer's policy says")),
        (true, false) => rule
            .warn(code)
            .expected(format!("an IssueInstant of at most {default} before now ({})", clocks.now))
            .found(&format!("{issued}; the policy of this peer allows {max_age}")),
        (false, _) => rule
            .fail(code)
            .expected(format!("an IssueInstant of at most {max_age} before now ({})", clocks.now))
            .found(&issued.to_string())
            .hint("an old message was presented again, or the peer's clock or IssueInstant is wrong"),
    }
}
