//! Responses that no attack of the corpus is about: lawful ones that leave a remark, and rare faults.

use std::sync::Arc;

use saml_core::assertion::{AuthnContextClassRef, AuthnContextDeclaration, Statement};
use saml_core::base::{Limits, Relaxation, Relaxations};
use saml_core::crypto::{Dissent, PeerPolicy, PublicKey, SecondOpinion, SignedElement};
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::protocol::{AuthnContextComparison, Response, ResponseAssertion};
use saml_core::trust::{PeerKeys, verify_element};
use saml_core::validation::{RequestedContext, Verdict};
use saml_testkit::forge::{Context, Keyring, Signed, Wire, decide, good};
use saml_tests::scene::scene;

use crate::Reached;

/// Another implementation that is never content.
#[derive(Debug)]
struct Dissenter(Dissent);

impl SecondOpinion for Dissenter {
    fn name(&self) -> &str {
        "dissenter"
    }

    fn confirm(&self, _signed: &SignedElement<'_>) -> Result<(), Dissent> {
        Err(self.0)
    }
}

/// What the service provider knows in whose favour `key` signs.
pub fn knowing(key: &PublicKey) -> Context {
    Context::of(&scene(), key).unwrap()
}

/// What becomes of a Response there.
pub fn judge(context: &Context, xml: Vec<u8>) -> Verdict {
    decide(&Wire::Response(xml), context).verdict
}

pub fn assertion(response: &mut Response) -> &mut saml_core::assertion::Assertion {
    match response.assertions.first_mut() {
        Some(ResponseAssertion::Assertion(assertion)) => assertion,
        _ => panic!("the good response has an assertion in clear"),
    }
}

pub fn all(reached: &mut Reached) {
    let keyring = Keyring::p256().unwrap();
    let signer = keyring.keys().genuine;
    let login = || knowing(signer.public_key());
    let signed = |change: &dyn Fn(&mut Response), signed: Signed| {
        let mut response = good::response(&scene());
        change(&mut response);
        good::signed_response(&response, signed, signer).unwrap()
    };
    let nothing = |_: &mut Response| {};
    assert!(judge(&login(), signed(&nothing, Signed::Both)).is_accepted());

    let anonymous = signed(&|r| r.status_response.issuer = None, Signed::Response);
    // Its signature has no issuer to stand after.
    let relaxations = Relaxations::NONE.with(Relaxation::SignaturePosition);
    let verdict = judge(&Context { relaxations, ..login() }, anonymous);
    assert!(verdict.is_accepted());
    reached.verdict("a signed Response without Issuer", &verdict);

    let unsolicited = signed(
        &|r| {
            r.status_response.in_response_to = None;
            let subject = assertion(r).subject.as_mut().unwrap();
            subject.confirmations[0].data.as_mut().unwrap().in_response_to = None;
        },
        Signed::Both,
    );
    let relaxations = Relaxations::NONE.with(Relaxation::Unsolicited);
    let at_idp = Context { pending: None, relaxations, ..login() };
    reached.verdict("a login that starts at the identity provider", &judge(&at_idp, unsolicited));

    let stale = signed(
        &|r| assertion(r).issue_instant = scene().now.saturating_sub(std::time::Duration::from_secs(90_000)),
        Signed::Both,
    );
    reached.verdict("an assertion of yesterday", &judge(&login(), stale));

    let minimum = |class_refs| RequestedContext { comparison: AuthnContextComparison::Minimum, class_refs };
    let asked = || {
        let mut context = login();
        context.pending.as_mut().unwrap().requested_context = Some(minimum(vec![AuthnContextClassRef::X509]));
        context
    };
    reached.verdict("another context than a minimum", &judge(&asked(), signed(&nothing, Signed::Both)));
    let unclassed = signed(
        &|r| {
            for statement in &mut assertion(r).statements {
                if let Statement::Authn(statement) = statement {
                    let declaration = AuthnContextDeclaration::Reference("urn:by-heart".to_owned());
                    let authn_context = &mut statement.authn_context;
                    (authn_context.class_ref, authn_context.declaration) = (None, Some(declaration));
                }
            }
        },
        Signed::Both,
    );
    reached.verdict("no context though one was asked for", &judge(&asked(), unclassed));

    for dissent in [Dissent::Disagrees { finding: "a digest" }, Dissent::Unable { reason: "an algorithm" }] {
        let doubted = Context { second_opinion: Some(Arc::new(Dissenter(dissent))), ..login() };
        reached.verdict("a second opinion", &judge(&doubted, signed(&nothing, Signed::Both)));
    }

    let xml = String::from_utf8(good::response(&scene()).to_xml().unwrap().into_octets()).unwrap();
    let misspelt =
        "<saml:AttributeValue xmlns:xsi=\"https://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\">";
    let xml = xml.replacen("<saml:AttributeValue>", misspelt, 1).into_bytes();
    let id = scene().response_id;
    let misspelt = sign_document(xml, Some(id.as_str()), signer, SigningOptions::default()).unwrap();
    let verdict = judge(&login(), misspelt);
    assert!(verdict.is_accepted(), "{verdict:?}");
    reached.verdict("a misspelt namespace on an attribute value", &verdict);

    let xml = String::from_utf8(signed(&nothing, Signed::Assertion)).unwrap();
    let moved = xml.replace("<samlp:Status>", "text<samlp:Status>").into_bytes();
    reached.verdict("text between elements", &judge(&login(), moved));

    let policy = PeerPolicy::default();
    let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
    let nowhere =
        verify_element(signed(&nothing, Signed::Both), Some("_nowhere"), &keys, &policy, &Limits::MESSAGE);
    reached.error("an ID that no element has", &nowhere.unwrap_err());
    let longest = PublicKey::from_rsa_components(&[0xff; 1025], &[1, 0, 1]).unwrap();
    let rsa = Keyring::rsa().unwrap();
    let short = rsa.keys().short_rsa;
    let by_short = good::signed_response(&good::response(&scene()), Signed::Both, short).unwrap();
    let relaxations = Relaxations::NONE.with(Relaxation::Rsa1024);
    let relaxed = Context { relaxations, ..knowing(short.public_key()) };
    reached.verdict("an RSA key of 1024 bits, by a relaxation", &judge(&relaxed, by_short));
    let by_rsa = good::signed_response(&good::response(&scene()), Signed::Both, rsa.keys().genuine).unwrap();
    let verdict = judge(&knowing(&longest), by_rsa);
    reached.verdict("an RSA key of 8200 bits", &verdict);
}
