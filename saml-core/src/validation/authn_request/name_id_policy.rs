//! Floor 8: the kind of name that is asked for can be issued. [Core §3.4.1.1]

use super::AuthnRequestExpectation;
use crate::assertion::NameIdFormat;
use crate::protocol::AuthnRequest;
use crate::validation::check::{Check, Rule};

const RULE: Rule = Rule::new("name_id_policy", "[Core §3.4.1.1]");

pub(super) fn check(request: &AuthnRequest, expectation: &AuthnRequestExpectation<'_>) -> Check {
    let Some(policy) = &request.name_id_policy else {
        return RULE.not_applicable();
    };
    let requester = expectation.service_provider_id.as_str();
    if let Some(qualifier) = policy.sp_name_qualifier.as_deref()
        && !qualifier.is_empty()
        && qualifier != requester
    {
        return RULE.fail("name_id_policy.sp_name_qualifier").expected(requester.to_owned()).found(qualifier);
    }
    match &policy.format {
        None | Some(NameIdFormat::Unspecified) => RULE.pass(),
        Some(format) if expectation.name_ids.formats.contains(format) => RULE.pass().found(format.uri()),
        Some(format) => {
            let formats: Vec<&str> = expectation.name_ids.formats.iter().map(NameIdFormat::uri).collect();
            RULE.fail("name_id_policy.format_unsupported").expected(formats.join(", ")).found(format.uri())
        }
    }
}
