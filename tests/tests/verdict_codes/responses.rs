//! Responses that no attack of the corpus is about: lawful ones that leave a remark, and rare faults.

use std::sync::Arc;

use saml_core::assertion::{AuthnContextClassRef, AuthnContextDeclaration, Statement};
use saml_core::base::{AssertionMaxAge, ClockSkew, Limits, Relaxation, Relaxations};
use saml_core::crypto::{Dissent, PeerPolicy, PublicKey, SecondOpinion, SignedElement};
use saml_core::protocol::{AuthnContextComparison, Response, ResponseAssertion};
use saml_core::trust::{DecryptionKeys, PeerKeys, Unverified, verify_element};
use saml_core::validation::{
    PendingRequest, RequestedContext, ResponseExpectation, SignatureDemand, Solicitation, Verdict,
    accept_response,
};
use saml_testkit::forge::{Keyring, Scene, Signed, good};

use crate::Reached;
use crate::corpora::scene;

/// A login as the service provider sees it.
pub struct Login {
    pub scene: Scene,
    pub keys: PeerKeys,
    pub decryption_keys: DecryptionKeys,
    pub relaxations: Relaxations,
    pub is_solicited: bool,
    pub requested_context: Option<RequestedContext>,
    pub second_opinion: Option<Dissent>,
}

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

impl Login {
    pub fn new(key: &PublicKey) -> Self {
        Self {
            scene: scene(),
            keys: PeerKeys::new([key.clone()]).unwrap(),
            decryption_keys: DecryptionKeys::new([]).unwrap(),
            relaxations: Relaxations::NONE,
            is_solicited: true,
            requested_context: None,
            second_opinion: None,
        }
    }

    pub fn judge(self, xml: Vec<u8>) -> Verdict {
        let message = match Unverified::<Response>::parse(xml, &Limits::MESSAGE) {
            Ok(message) => message,
            Err(error) => return Verdict::refused(&error),
        };
        let scene = &self.scene;
        let mut policy = PeerPolicy::relaxed(self.relaxations);
        if let Some(dissent) = self.second_opinion {
            policy = policy.cross_checked_by(Arc::new(Dissenter(dissent)));
        }
        let expectation = ResponseExpectation {
            service_provider: &scene.sp,
            further_audiences: &[],
            affiliations: &[],
            metadata_valid_until: None,
            acs_url: &scene.acs_url,
            idp: &scene.idp,
            keys: &self.keys,
            policy: &policy,
            decryption_keys: &self.decryption_keys,
            signatures: SignatureDemand::ResponseOrAssertion,
            limits: &Limits::MESSAGE,
            clock_skew: ClockSkew::default(),
            assertion_max_age: AssertionMaxAge::default(),
            now: scene.now,
        };
        let pending = PendingRequest {
            id: scene.request_id.clone(),
            idp: scene.idp.clone(),
            issued_at: scene.now,
            expires_at: scene.now.saturating_add(std::time::Duration::from_secs(60)),
            force_authn: false,
            requested_context: self.requested_context,
        };
        let solicitation =
            if self.is_solicited { Solicitation::Pending(pending) } else { Solicitation::Unsolicited };
        match accept_response(message, &expectation, solicitation) {
            Ok(accepted) => accepted.into_parts().1,
            Err(rejected) => rejected.verdict,
        }
    }
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
    let login = || Login::new(signer.public_key());
    let signed = |change: &dyn Fn(&mut Response), signed: Signed| {
        let mut response = good::response(&scene());
        change(&mut response);
        good::signed_response(&response, signed, signer).unwrap()
    };
    let nothing = |_: &mut Response| {};
    assert!(login().judge(signed(&nothing, Signed::Both)).is_accepted());

    let anonymous = signed(&|r| r.status_response.issuer = None, Signed::Response);
    // Its signature has no issuer to stand after.
    let relaxations = Relaxations::NONE.with(Relaxation::SignaturePosition);
    let verdict = Login { relaxations, ..login() }.judge(anonymous);
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
    let at_idp = Login { is_solicited: false, relaxations, ..login() };
    reached.verdict("a login that starts at the identity provider", &at_idp.judge(unsolicited));

    let stale = signed(
        &|r| assertion(r).issue_instant = scene().now.saturating_sub(std::time::Duration::from_secs(90_000)),
        Signed::Both,
    );
    reached.verdict("an assertion of yesterday", &login().judge(stale));

    let minimum = |class_refs| RequestedContext { comparison: AuthnContextComparison::Minimum, class_refs };
    let asked = || Login { requested_context: Some(minimum(vec![AuthnContextClassRef::X509])), ..login() };
    reached.verdict("another context than a minimum", &asked().judge(signed(&nothing, Signed::Both)));
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
    reached.verdict("no context though one was asked for", &asked().judge(unclassed));

    for dissent in [Dissent::Disagrees { finding: "a digest" }, Dissent::Unable { reason: "an algorithm" }] {
        let doubted = Login { second_opinion: Some(dissent), ..login() };
        reached.verdict("a second opinion", &doubted.judge(signed(&nothing, Signed::Both)));
    }

    let xml = String::from_utf8(signed(&nothing, Signed::Assertion)).unwrap();
    let moved = xml.replace("<samlp:Status>", "text<samlp:Status>").into_bytes();
    reached.verdict("text between elements", &login().judge(moved));

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
    let relaxed = Login { relaxations, ..Login::new(short.public_key()) };
    reached.verdict("an RSA key of 1024 bits, by a relaxation", &relaxed.judge(by_short));
    let by_rsa = good::signed_response(&good::response(&scene()), Signed::Both, rsa.keys().genuine).unwrap();
    let verdict = Login::new(&longest).judge(by_rsa);
    reached.verdict("an RSA key of 8200 bits", &verdict);
}
