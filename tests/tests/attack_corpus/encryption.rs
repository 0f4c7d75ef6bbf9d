//! The section on XML Encryption.

use std::error::Error as _;

use saml_core::base::{Coded as _, Limits};
use saml_core::crypto::PeerPolicy;
use saml_core::protocol::Response;
use saml_core::trust::{ResponseVerification, TrustError, Unverified};
use saml_testkit::forge::{Expected, ForgedMessage, Wire};

use super::ENCRYPTED;

/// Why nothing of a message is believed.
fn refusal(message: &ForgedMessage) -> TrustError {
    let context = &message.context;
    let policy = PeerPolicy::relaxed(context.relaxations);
    let verification = ResponseVerification {
        keys: &context.keys,
        policy: &policy,
        decryption_keys: &context.decryption_keys,
        recipient: &context.sp,
        limits: &Limits::MESSAGE,
    };
    let Wire::Response(xml) = &message.wire else { panic!("{} is no Response", message.id) };
    let response = Unverified::<Response>::parse(xml.clone(), &Limits::MESSAGE).unwrap();
    response.verify(&verification).map(|_| message.id.clone()).unwrap_err()
}

/// All that anybody is told about it.
fn told(error: &TrustError) -> Vec<Option<String>> {
    let mut told = vec![Some(error.code().to_string()), error.expected(), error.found()];
    told.extend([error.hint().map(str::to_owned), Some(error.to_string())]);
    let mut source = error.source();
    while let Some(error) = source {
        told.extend([Some(error.to_string()), Some(format!("{error:?}"))]);
        source = error.source();
    }
    told
}

// Attacks 129 and 130: padding of either kind, a wrong key, a tag, whatever comes out without a tag and is no assertion.
#[test]
fn every_failure_to_open_tells_the_same() {
    let failures: Vec<&ForgedMessage> = ENCRYPTED
        .iter()
        .filter(|m| matches!(m.expected, Expected::Refused(code) if code.as_str() == "decryption.failed"))
        .collect();
    assert!(failures.len() > 1000, "only {} failures to open", failures.len());
    let first = told(&refusal(failures[0]));
    assert!(first.len() > 5, "{first:?}");
    for message in failures {
        assert_eq!(told(&refusal(message)), first, "{}", message.id);
    }
}
