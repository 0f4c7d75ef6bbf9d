//! Floor 8: the request is signed if it has to be. [Metadata §2.4.3, §2.4.4], [IIP-IDP04], [IIP-IDP05]

use super::AuthnRequestExpectation;
use crate::base::Coded;
use crate::trust::TrustError;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("request_signature", "[Profiles §4.1.4.1]");

pub(super) fn refused(error: &TrustError) -> Check {
    Rule::refused(error, RULE)
}

pub(super) fn unreadable(error: &dyn Coded) -> Check {
    Rule::MESSAGE.fail_with(error)
}

pub(super) fn check(is_verified: bool, expectation: &AuthnRequestExpectation<'_>) -> Check {
    let promised = expectation.service_provider.authn_requests_signed;
    if is_verified {
        RULE.pass().found("signed")
    } else if promised || expectation.want_authn_requests_signed {
        RULE.fail("request.signature_missing").expected("a signed request").absent().hint(
            "the service provider's metadata says AuthnRequestsSigned, or signed requests are demanded here",
        )
    } else {
        RULE.not_applicable()
    }
}
