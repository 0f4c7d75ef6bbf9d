//! Floor 8: the relaxations that a message needed. They are always visible. [Core §5.4]

use super::check::{Check, Rule};
use crate::base::Relaxations;

const RULE: Rule = Rule::new("relaxations", "[Core §5.4]");

pub(super) fn check(used: Relaxations) -> Check {
    if used.is_empty() {
        return RULE.pass();
    }
    let names: Vec<String> = used.iter().map(|relaxation| relaxation.to_string()).collect();
    RULE.warn("policy.relaxed")
        .expected("no relaxation")
        .found(&names.join(", "))
        .hint("ask the peer for current algorithms and remove the relaxation from its policy")
}
