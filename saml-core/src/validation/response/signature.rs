//! Floor 8: the outcome of the trust floor as checks. [Profiles §4.1.4.5]

use super::{ResponseExpectation, SignatureDemand};
use crate::trust::{ReceivedResponse, TrustError};
use crate::validation::check::{Check, Rule};
use crate::validation::{cross_check, relaxations};

const RULE: Rule = Rule::new("signature", "[Profiles §4.1.4.5]");
const DEMAND: Rule = Rule::new("signature_demand", "[Profiles §4.1.4.3]");

/// No value of the message is verified.
pub(super) fn refused(error: &TrustError) -> Check {
    Rule::refused(error, RULE)
}

/// Every signature that is there holds; is it the one that was asked for, and at what price?
pub(super) fn verified(
    received: &ReceivedResponse,
    expectation: &ResponseExpectation<'_>,
    checks: &mut Vec<Check>,
) {
    checks.push(holds(received));
    checks.extend(cross_check::check(received.provenances()));
    checks.extend([
        demand(received, expectation.signatures),
        decryption(received),
        relaxations::check(received.relaxations_used()),
    ]);
}

/// The encrypted parts were opened. A message that doesn't open has been refused before.
fn decryption(received: &ReceivedResponse) -> Check {
    let decryptions = received.assertion().map_or(&[][..], |a| a.provenance().decryptions());
    if decryptions.is_empty() {
        return Rule::DECRYPTION.not_applicable();
    }
    let facts: Vec<String> = decryptions.iter().map(ToString::to_string).collect();
    Rule::DECRYPTION.pass().found(&facts.join("; "))
}

fn holds(received: &ReceivedResponse) -> Check {
    match (received.envelope().is_verified(), received.assertion()) {
        (true, Some(_)) => RULE.pass().found("the Response is signed"),
        (false, Some(_)) => RULE.pass().found("the Assertion is signed"),
        (true, None) => RULE.pass().found("the Response is signed and holds no assertion"),
        (false, None) => {
            RULE.fail("signature.missing").expected("a signed Response or a signed Assertion").absent()
        }
    }
}

fn demand(received: &ReceivedResponse, demand: SignatureDemand) -> Check {
    let response = received.envelope().is_verified();
    let assertion = received.assertion().is_some_and(|a| a.provenance().has_own_signature());
    match demand {
        SignatureDemand::ResponseOrAssertion => DEMAND.pass(),
        SignatureDemand::Response | SignatureDemand::Both if !response => DEMAND
            .fail("signature.response_missing")
            .expected("a signature of the Response")
            .absent()
            .hint("have the identity provider sign the response, or ask for a signed assertion only"),
        SignatureDemand::Assertion | SignatureDemand::Both if !assertion => DEMAND
            .fail("signature.assertion_missing")
            .expected("a signature of the Assertion")
            .absent()
            .hint("have the identity provider sign the assertion, or ask for a signed response only"),
        SignatureDemand::Response | SignatureDemand::Assertion | SignatureDemand::Both => DEMAND.pass(),
    }
}
