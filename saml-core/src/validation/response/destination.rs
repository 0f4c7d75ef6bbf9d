//! Floor 8: the Response was sent to this endpoint. [Bindings §3.5.5.2], [Core §3.2.2]

use super::Facts;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("destination", "[Bindings §3.5.5.2]");

/// Must be there if the Response is signed, and must be ours if it is there. Empty is not absent.
pub(super) fn check(facts: &Facts<'_>) -> Check {
    let acs_url = facts.expectation.acs_url;
    match facts.envelope.destination.as_deref() {
        Some(destination) => RULE.equal("destination.mismatch", acs_url, destination).hint(
            "the URL at the identity provider and the public URL configured here must be the same text",
        ),
        None if facts.response_is_signed => {
            RULE.fail("destination.missing").expected(acs_url.to_owned()).absent()
        }
        None => RULE.not_applicable(),
    }
}
