//! A message that breaks several rules is told all of them, whichever is the first.

use std::time::Duration;

use saml_core::assertion::NameIdFormat;
use saml_core::protocol::{AssertionConsumerServiceChoice, NameIdPolicy, StatusCode};
use saml_core::validation::{Basis, Check, Verdict};
use saml_testkit::forge::{Keyring, Signed, good};
use saml_tests::scene::scene;

use crate::requests::{self, Known};
use crate::responses::{assertion, judge, knowing};

fn failures(verdict: &Verdict) -> Vec<&str> {
    verdict.failures().filter_map(Check::code).map(|code| code.as_str()).collect()
}

/// The codes of a Response with all these faults, beside that of its signature.
const RESPONSE: [&str; 9] = [
    "destination.mismatch",
    "in_response_to.mismatch",
    "status.not_success",
    "assertion.issuer_mismatch",
    "name_id.sp_name_qualifier_mismatch",
    "subject_confirmation.recipient_mismatch",
    "conditions.expired",
    "audience.mismatch",
    "session.expired",
];

#[test]
fn a_response_is_told_every_broken_rule() {
    let keyring = Keyring::p256().unwrap();
    let keys = keyring.keys();
    let mut response = good::response(&scene());
    response.status_response.status.code = StatusCode::Responder;
    response.status_response.destination = Some("https://other.example.com/acs".to_owned());
    response.status_response.in_response_to = Some(scene().response_id);
    let past = scene().now.saturating_sub(Duration::from_secs(3600));
    let xml = |change: &dyn Fn(&mut saml_core::assertion::Assertion), signer| {
        let mut response = response.clone();
        change(assertion(&mut response));
        let xml = good::signed_response(&response, Signed::Both, signer).unwrap();
        let text = String::from_utf8(xml).unwrap();
        assert!(text.contains("https://other.example.com/acs"));
        text.into_bytes()
    };
    let broken = |assertion: &mut saml_core::assertion::Assertion| {
        let elsewhere = saml_core::base::EntityId::try_from("https://other.example.com/saml").unwrap();
        assertion.issuer = saml_core::assertion::Issuer::entity(&elsewhere);
        let subject = assertion.subject.as_mut().unwrap();
        if let Some(saml_core::assertion::SubjectIdentifier::NameId(name)) = &mut subject.identifier {
            name.sp_name_qualifier = Some("https://other.example.com".to_owned());
        }
        let data = subject.confirmations[0].data.as_mut().unwrap();
        data.recipient = Some("https://other.example.com/acs".to_owned());
        let conditions = assertion.conditions.as_mut().unwrap();
        conditions.not_before = None;
        conditions.not_on_or_after = Some(past);
        conditions.audience_restrictions[0].audiences =
            saml_core::base::NonEmpty::new("https://other.example.com".to_owned());
        for statement in &mut assertion.statements {
            if let saml_core::assertion::Statement::Authn(statement) = statement {
                statement.session_not_on_or_after = Some(past);
            }
        }
    };
    // All rules are about verified values, or all are about claims.
    let verified = judge(&knowing(keys.genuine.public_key()), xml(&broken, keys.genuine));
    assert_eq!(failures(&verified), RESPONSE);
    assert!(verified.failures().all(|check| check.basis() == Basis::Verified));
    let claimed = judge(&knowing(keys.genuine.public_key()), xml(&broken, keys.attacker));
    assert_eq!(failures(&claimed), [&["signature.invalid"], &RESPONSE[..]].concat());
    assert!(claimed.failures().skip(1).all(|check| check.basis() == Basis::Claimed));
}

/// The codes of a request with all these faults, beside that of its signature.
const REQUEST: [&str; 5] = [
    "request.issuer_mismatch",
    "request.issued_in_future",
    "request.destination_mismatch",
    "acs.index_not_in_metadata",
    "name_id_policy.format_unsupported",
];

#[test]
fn a_request_is_told_every_broken_rule() {
    let elsewhere = saml_core::base::EntityId::try_from("https://other.example.com/saml").unwrap();
    let broken = |request: &mut saml_core::protocol::AuthnRequest| {
        request.request.issuer = Some(saml_core::assertion::Issuer::entity(&elsewhere));
        request.request.issue_instant = scene().now.saturating_add(Duration::from_secs(3600));
        request.request.destination = Some("https://other.example.com/sso".to_owned());
        request.assertion_consumer_service = AssertionConsumerServiceChoice::Index(7);
        let format = Some(NameIdFormat::Kerberos);
        request.name_id_policy = Some(NameIdPolicy { format, ..NameIdPolicy::default() });
    };
    let post = requests::post_descriptor();
    let unsigned = requests::judge(requests::unsigned(&broken), &post, &Known::Keys);
    assert_eq!(failures(&unsigned), REQUEST);
    let verified = requests::judge(requests::signed(&broken), &post, &Known::Keys);
    assert_eq!(failures(&verified), REQUEST);
    assert!(verified.failures().all(|check| check.basis() == Basis::Verified));
    let claimed = requests::judge(requests::signed(&broken), &post, &Known::Nothing);
    assert_eq!(failures(&claimed), [&["signature.no_key"], &REQUEST[..]].concat());
    assert!(claimed.failures().skip(1).all(|check| check.basis() == Basis::Claimed));
}
