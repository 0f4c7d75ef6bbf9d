//! Floor 8: what another implementation of XML Signature says, where the peer's policy asks for one.
//!
//! If it disagrees, the trust floor has refused the message before.

use super::check::{Check, Rule};
use crate::trust::Provenance;

const RULE: Rule = Rule::new("cross_check", "[XMLDSig §3.2]");

/// No check if the policy asks for no cross-check.
pub(super) fn check<'a>(provenances: impl Iterator<Item = &'a Provenance> + Clone) -> Option<Check> {
    let signatures = || provenances.clone().flat_map(Provenance::signatures);
    if !signatures().any(|facts| facts.cross_check.is_asked_for()) {
        return None;
    }
    let agreed = signatures().find_map(|facts| facts.cross_check.agreed_by());
    Some(match agreed {
        Some(by) => RULE.pass().found(by),
        None => RULE.not_applicable().found("a signature beside the message is not XML"),
    })
}
