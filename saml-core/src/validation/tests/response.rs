mod bounds;
mod cross_check;
mod decryption;
mod demand;
mod envelope;
mod headline;
mod last_use;
mod metadata_validity;
mod names;
mod white_space;

use std::sync::Arc;

use crate::assertion::{
    Assertion, AudienceRestriction, AuthnContext, AuthnContextClassRef, AuthnContextDeclaration,
    AuthnStatement, Conditions, ConfirmationMethod, Issuer, NameId, NameIdFormat, Statement, Subject,
    SubjectConfirmation, SubjectConfirmationData, SubjectIdentifier,
};
use crate::base::{
    AssertionMaxAge, ClockSkew, EntityId, Limits, MessageId, NonEmpty, Relaxation, Relaxations, SamlInstant,
};
use crate::crypto::tests::keys;
use crate::crypto::{
    ContentCipher, KeyTransport, LocalSigner, PeerPolicy, PublicKey, SecondOpinion, SignatureAlgorithm,
};
use crate::dsig::{SigningOptions, sign_enveloped};
use crate::enc::tests::{Counter, around, sealed_weakly};
use crate::enc::{EncryptionTarget, seal_assertion};
use crate::protocol::{
    AuthnContextComparison, Response, ResponseAssertion, Status, StatusCode, StatusResponse,
};
use crate::trust::{DecryptionKeys, PeerKeys, Unverified};
use crate::validation::{
    Accepted, Basis, Outcome, PendingRequest, Rejected, RequestedContext, ResponseExpectation,
    SignatureDemand, Solicitation, accept_response,
};
use crate::xml::KeptElement;

const ACS: &str = "https://sp.example.com/saml/acs";
const SP: &str = "https://sp.example.com/saml/metadata";
const IDP: &str = "https://idp.example.com/saml/metadata";

fn instant(text: &str) -> SamlInstant {
    SamlInstant::try_from(text).unwrap()
}

fn id(text: &str) -> MessageId {
    MessageId::try_from(text).unwrap()
}

/// How the assertion of a scene is encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seal {
    WithGcm,
    WithCbc,
}

/// A message, and everything that it is compared with; good as it stands.
struct Scene {
    response: Response,
    signed: Vec<&'static str>,
    sealed: Option<Seal>,
    decryption_keys: DecryptionKeys,
    pending: Option<PendingRequest>,
    relaxations: Relaxations,
    second_opinion: Option<Arc<dyn SecondOpinion>>,
    demand: SignatureDemand,
    further_audiences: Vec<String>,
    affiliations: Vec<String>,
    metadata_valid_until: Option<SamlInstant>,
    /// The key that is known of the provider; its own is one of 2048 bits.
    pinned: PublicKey,
    max_age: AssertionMaxAge,
    idp: EntityId,
    now: SamlInstant,
}

impl Scene {
    fn good() -> Self {
        let issued = instant("2026-11-20T12:00:00Z");
        let end = instant("2026-11-20T12:05:00Z");
        let mut assertion = Assertion::new(id("_a"), issued, Issuer(NameId::new(IDP)));
        assertion.subject = Some(Subject {
            identifier: Some(SubjectIdentifier::NameId(NameId::new("ada"))),
            confirmations: vec![SubjectConfirmation {
                method: ConfirmationMethod::Bearer,
                identifier: None,
                data: Some(SubjectConfirmationData {
                    not_on_or_after: Some(end),
                    recipient: Some(ACS.to_owned()),
                    in_response_to: Some(id("_request")),
                    ..SubjectConfirmationData::default()
                }),
            }],
        });
        assertion.conditions = Some(Conditions {
            not_before: Some(issued),
            not_on_or_after: Some(end),
            audience_restrictions: vec![AudienceRestriction { audiences: NonEmpty::new(SP.to_owned()) }],
            ..Conditions::default()
        });
        assertion.statements.push(Statement::Authn(AuthnStatement {
            authn_instant: issued,
            session_index: Some("_s".to_owned()),
            session_not_on_or_after: Some(instant("2026-11-20T20:00:00Z")),
            subject_locality: None,
            authn_context: AuthnContext::of_class(AuthnContextClassRef::PasswordProtectedTransport),
        }));
        let mut status_response = StatusResponse::new(id("_r"), issued, Status::new(StatusCode::Success));
        status_response.destination = Some(ACS.to_owned());
        status_response.in_response_to = Some(id("_request"));
        status_response.issuer = Some(Issuer(NameId::new(IDP)));
        Self {
            response: Response {
                status_response,
                assertions: vec![ResponseAssertion::Assertion(Box::new(assertion))],
            },
            signed: vec!["_a", "_r"],
            sealed: None,
            decryption_keys: DecryptionKeys::default(),
            pending: Some(PendingRequest {
                id: id("_request"),
                idp: EntityId::try_from(IDP).unwrap(),
                issued_at: instant("2026-11-20T11:59:00Z"),
                expires_at: instant("2026-11-20T12:14:00Z"),
                force_authn: false,
                requested_context: None,
            }),
            relaxations: Relaxations::NONE,
            second_opinion: None,
            demand: SignatureDemand::ResponseOrAssertion,
            further_audiences: Vec::new(),
            affiliations: Vec::new(),
            metadata_valid_until: None,
            pinned: keys::rsa(2048).public_key().clone(),
            max_age: AssertionMaxAge::default(),
            idp: EntityId::try_from(IDP).unwrap(),
            now: instant("2026-11-20T12:01:00Z"),
        }
    }

    fn assertion(&mut self) -> &mut Assertion {
        match self.response.assertions.first_mut().unwrap() {
            ResponseAssertion::Assertion(assertion) => assertion,
            ResponseAssertion::Encrypted(_) => panic!("the scene's assertion is in clear"),
        }
    }

    fn subject(&mut self) -> &mut Subject {
        self.assertion().subject.as_mut().unwrap()
    }

    fn bearer(&mut self) -> &mut SubjectConfirmationData {
        self.subject().confirmations.first_mut().unwrap().data.as_mut().unwrap()
    }

    fn conditions(&mut self) -> &mut Conditions {
        self.assertion().conditions.as_mut().unwrap()
    }

    fn authn(&mut self) -> &mut AuthnStatement {
        match self.assertion().statements.first_mut().unwrap() {
            Statement::Authn(statement) => statement,
            Statement::Attribute(_) | Statement::AuthzDecision(_) | Statement::Other(_) => {
                panic!("the first statement is another")
            }
        }
    }

    fn envelope(&mut self) -> &mut StatusResponse {
        &mut self.response.status_response
    }

    fn unsolicited(&mut self) {
        self.pending = None;
        self.envelope().in_response_to = None;
        self.bearer().in_response_to = None;
    }

    fn judge(self) -> Result<Accepted<Assertion>, Rejected> {
        let signer = LocalSigner::new(keys::rsa(2048), SignatureAlgorithm::RsaSha256).unwrap();
        let mut written = self.response.to_xml().unwrap();
        for id in &self.signed {
            if self.sealed == Some(Seal::WithCbc) && *id == "_r" {
                let text = String::from_utf8(written.octets().to_vec()).unwrap();
                let (_, assertion, _) = around(&text, "saml:Assertion ");
                let oaep = KeyTransport::oaep_for_any_peer();
                let sealed = sealed_weakly(assertion.as_bytes(), ContentCipher::Aes256Cbc, &oaep);
                written.replace_element("_a", sealed.as_bytes()).unwrap();
            }
            if self.sealed == Some(Seal::WithGcm) && *id == "_r" {
                let recipient = EncryptionTarget::new(keys::rsa(3072).public_key().clone());
                seal_assertion(&mut written, "_a", &recipient, &mut Counter(1)).unwrap();
            }
            sign_enveloped(&mut written, id, &signer, SigningOptions::default()).unwrap();
        }
        let message = Unverified::parse(written.into_octets(), &Limits::MESSAGE).unwrap();
        let mut policy = PeerPolicy::relaxed(self.relaxations);
        if let Some(other) = self.second_opinion {
            policy = policy.cross_checked_by(other);
        }
        let expectation = ResponseExpectation {
            service_provider: &EntityId::try_from(SP).unwrap(),
            further_audiences: &self.further_audiences,
            affiliations: &self.affiliations,
            acs_url: ACS,
            idp: &self.idp,
            metadata_valid_until: self.metadata_valid_until,
            keys: &PeerKeys::new([self.pinned]).unwrap(),
            policy: &policy,
            decryption_keys: &self.decryption_keys,
            signatures: self.demand,
            limits: &Limits::MESSAGE,
            clock_skew: ClockSkew::default(),
            assertion_max_age: self.max_age,
            now: self.now,
        };
        let solicitation = self.pending.map_or(Solicitation::Unsolicited, Solicitation::Pending);
        accept_response(message, &expectation, solicitation)
    }
}

type Change = fn(&mut Scene);

#[test]
fn a_good_response_is_accepted_with_every_signature_that_may_be_there() {
    for signed in [vec!["_a", "_r"], vec!["_a"], vec!["_r"]] {
        let mut scene = Scene::good();
        scene.signed.clone_from(&signed);
        let accepted = scene.judge().unwrap_or_else(|rejected| panic!("{signed:?}: {:?}", rejected.verdict));
        assert_eq!(accepted.issuer().as_str(), IDP);
        // Three minutes of skew, and one second for an inclusive bound.
        assert_eq!(accepted.replayable_until(), instant("2026-11-20T12:08:01Z"));
        assert!(accepted.verdict().warnings().next().is_none());
        let first = accepted.verdict().checks().first().unwrap();
        assert_eq!((first.name(), first.outcome()), ("signature", Outcome::Pass));
    }
}

#[test]
fn each_broken_rule_of_the_envelope_is_named() {
    let cases: [(&str, Change); 15] = [
        ("signature.missing", |s| s.signed.clear()),
        ("signature.response_missing", |s| {
            s.signed = vec!["_a"];
            s.demand = SignatureDemand::Response;
        }),
        ("signature.assertion_missing", |s| {
            s.signed = vec!["_r"];
            s.demand = SignatureDemand::Assertion;
        }),
        ("signature.assertion_missing", |s| {
            s.signed = vec!["_r"];
            s.demand = SignatureDemand::Both;
        }),
        ("response.issuer_mismatch", |s| {
            s.envelope().issuer = Some(Issuer(NameId::new("https://idp.example.com/")))
        }),
        ("issuer.format", |s| {
            s.envelope().issuer.as_mut().unwrap().0.format = Some(NameIdFormat::EmailAddress);
        }),
        ("destination.mismatch", |s| s.envelope().destination = Some(format!("{ACS}/"))),
        ("destination.mismatch", |s| s.envelope().destination = Some(String::new())),
        ("destination.missing", |s| s.envelope().destination = None),
        ("in_response_to.mismatch", |s| s.envelope().in_response_to = Some(id("_another"))),
        ("in_response_to.missing", |s| s.envelope().in_response_to = None),
        ("in_response_to.unknown", |s| s.pending = None),
        ("response.unsolicited_refused", Scene::unsolicited),
        ("response.issued_in_future", |s| s.envelope().issue_instant = instant("2026-11-20T12:04:01Z")),
        ("status.not_success", |s| s.envelope().status = Status::new(StatusCode::Responder)),
    ];
    assert_named(&cases);
}

#[test]
fn each_broken_rule_of_the_request_is_named() {
    let cases: [(&str, Change); 7] = [
        ("request.idp_mismatch", |s| {
            s.pending.as_mut().unwrap().idp = EntityId::try_from("https://other.example.com").unwrap();
        }),
        ("request.expired", |s| s.pending.as_mut().unwrap().expires_at = s.now),
        ("authn_instant.not_fresh", |s| {
            s.pending.as_mut().unwrap().force_authn = true;
            s.authn().authn_instant = instant("2026-11-20T11:55:59Z");
        }),
        ("authn_context.mismatch", |s| {
            s.pending.as_mut().unwrap().requested_context = Some(RequestedContext {
                comparison: AuthnContextComparison::Exact,
                class_refs: vec![AuthnContextClassRef::TimeSyncToken],
            });
        }),
        ("authn_context.mismatch", |s| {
            s.pending.as_mut().unwrap().requested_context = Some(RequestedContext {
                comparison: AuthnContextComparison::Better,
                class_refs: vec![AuthnContextClassRef::PasswordProtectedTransport],
            });
        }),
        ("authn_context.missing", |s| {
            s.pending.as_mut().unwrap().requested_context = Some(RequestedContext {
                comparison: AuthnContextComparison::Minimum,
                class_refs: vec![AuthnContextClassRef::TimeSyncToken],
            });
            s.authn().authn_context.class_ref = None;
            s.authn().authn_context.declaration =
                Some(AuthnContextDeclaration::Reference("urn:x".to_owned()));
        }),
        ("authn_context.mismatch", |s| {
            s.pending.as_mut().unwrap().requested_context =
                Some(RequestedContext { comparison: AuthnContextComparison::Exact, class_refs: Vec::new() });
        }),
    ];
    assert_named(&cases);
}

#[test]
fn each_broken_rule_of_the_subject_is_named() {
    let cases: [(&str, Change); 16] = [
        ("assertion.issuer_mismatch", |s| {
            s.assertion().issuer = Issuer(NameId::new("https://evil.example.com"))
        }),
        ("assertion.issued_in_future", |s| s.assertion().issue_instant = instant("2026-11-20T12:04:01Z")),
        ("subject.missing", |s| s.assertion().subject = None),
        ("name_id.missing", |s| s.subject().identifier = None),
        ("name_id.empty", |s| s.subject().identifier = Some(SubjectIdentifier::NameId(NameId::new("")))),
        ("name_id.empty", |s| {
            s.subject().identifier = Some(SubjectIdentifier::NameId(NameId::new(" \n\u{a0}")));
        }),
        ("name_id.sp_name_qualifier_mismatch", |s| {
            let mut name = NameId::new("ada");
            name.sp_name_qualifier = Some("https://another.example.com".to_owned());
            s.subject().identifier = Some(SubjectIdentifier::NameId(name));
        }),
        ("subject_confirmation.bearer_missing", |s| s.subject().confirmations.clear()),
        ("subject_confirmation.bearer_missing", |s| {
            s.subject().confirmations.first_mut().unwrap().method = ConfirmationMethod::SenderVouches;
        }),
        ("subject_confirmation.data_missing", |s| s.subject().confirmations.first_mut().unwrap().data = None),
        ("subject_confirmation.recipient_mismatch", |s| s.bearer().recipient = Some(ACS.to_uppercase())),
        ("subject_confirmation.recipient_missing", |s| s.bearer().recipient = None),
        ("subject_confirmation.expiry_missing", |s| s.bearer().not_on_or_after = None),
        ("subject_confirmation.not_before_present", |s| {
            s.bearer().not_before = Some(instant("2026-11-20T12:00:00Z"))
        }),
        ("subject_confirmation.in_response_to_mismatch", |s| {
            s.bearer().in_response_to = Some(id("_another"))
        }),
        ("subject_confirmation.in_response_to_missing", |s| s.bearer().in_response_to = None),
    ];
    assert_named(&cases);
}

#[test]
fn each_broken_rule_of_conditions_and_statements_is_named() {
    let cases: [(&str, Change); 13] = [
        ("conditions.missing", |s| s.assertion().conditions = None),
        ("conditions.not_yet_valid", |s| s.conditions().not_before = Some(instant("2026-11-20T12:04:01Z"))),
        ("conditions.empty_window", |s| s.conditions().not_before = s.conditions().not_on_or_after),
        ("conditions.unknown", |s| {
            s.conditions().other.push(unknown_condition());
        }),
        ("audience.missing", |s| s.conditions().audience_restrictions.clear()),
        ("audience.mismatch", |s| s.conditions().audience_restrictions = vec![audience(&format!("{SP}/"))]),
        ("schema.text", |s| s.conditions().audience_restrictions = vec![audience("")]),
        ("audience.mismatch", |s| {
            s.conditions().audience_restrictions.push(audience("https://another.example.com"));
        }),
        ("audience.mismatch", |s| s.conditions().audience_restrictions = vec![audience(&SP.to_uppercase())]),
        ("authn_statement.missing", |s| s.assertion().statements.clear()),
        ("authn_instant.in_future", |s| s.authn().authn_instant = instant("2026-11-20T12:04:01Z")),
        ("session.expired", |s| s.authn().session_not_on_or_after = Some(instant("2026-11-20T11:57:59Z"))),
        ("assertion.count", |s| {
            s.response.assertions.clear();
            s.signed = vec!["_r"];
        }),
    ];
    assert_named(&cases);
}

fn audience(text: &str) -> AudienceRestriction {
    AudienceRestriction { audiences: NonEmpty::new(text.to_owned()) }
}

fn unknown_condition() -> KeptElement {
    let xml = "<saml:Condition xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" \
               xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:x=\"urn:x\" xsi:type=\"x:Moon\"/>";
    let document = crate::xml::Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
    KeptElement::read(document.root())
}

fn assert_named(cases: &[(&str, Change)]) {
    for (position, (code, change)) in cases.iter().enumerate() {
        let mut scene = Scene::good();
        change(&mut scene);
        let rejected = scene.judge().expect_err(code);
        let codes: Vec<_> = rejected.verdict.failures().filter_map(|check| check.code()).collect();
        assert!(rejected.verdict.has_failure(code), "{position}: {code} is not among {codes:?}");
    }
}

#[test]
fn a_relaxation_is_visible_whether_it_was_used_or_not() {
    let mut scene = Scene::good();
    scene.relaxations = Relaxations::from(Relaxation::Unsolicited);
    scene.unsolicited();
    let accepted = scene.judge().unwrap();
    assert!(accepted.relaxations().contains(Relaxation::Unsolicited));
    let codes: Vec<_> =
        accepted.verdict().warnings().filter_map(|check| check.code()).map(|c| c.as_str()).collect();
    assert_eq!(codes, ["response.unsolicited"]);
}

#[test]
fn an_answer_to_a_request_is_never_taken_for_an_unsolicited_one() {
    let relaxed: [Change; 2] = [
        // The unsigned InResponseTo is stripped; the signed one is still there.
        |s| {
            s.signed = vec!["_a"];
            s.pending = None;
            s.envelope().in_response_to = None;
        },
        |s| {
            s.signed = vec!["_a"];
            s.pending = None;
            s.bearer().in_response_to = None;
        },
    ];
    for change in relaxed {
        let mut scene = Scene::good();
        scene.relaxations = Relaxations::from(Relaxation::Unsolicited);
        change(&mut scene);
        assert!(scene.judge().is_err());
    }
}

#[test]
fn parts_of_several_confirmations_do_not_add_up() {
    let mut scene = Scene::good();
    let mut late = scene.subject().confirmations.first().unwrap().clone();
    late.data.as_mut().unwrap().recipient = Some("https://another.example.com/acs".to_owned());
    scene.bearer().not_on_or_after = Some(instant("2026-11-20T11:00:00Z"));
    scene.subject().confirmations.push(late);
    assert!(scene.judge().unwrap_err().verdict.has_failure("subject_confirmation.expired"));
}

#[test]
fn one_good_confirmation_among_others_is_enough() {
    let mut scene = Scene::good();
    let mut other = scene.subject().confirmations.first().unwrap().clone();
    other.method = ConfirmationMethod::HolderOfKey;
    scene.subject().confirmations.insert(0, other.clone());
    other.method = ConfirmationMethod::Bearer;
    other.data.as_mut().unwrap().recipient = None;
    scene.subject().confirmations.insert(0, other);
    assert!(scene.judge().is_ok());
}

#[test]
fn a_refused_signature_leaves_the_other_rules_evaluated_as_claims() {
    let mut scene = Scene::good();
    scene.signed.clear();
    scene.conditions().audience_restrictions = vec![audience("https://another.example.com")];
    let verdict = scene.judge().unwrap_err().verdict;
    assert_eq!(verdict.checks()[0].name(), "signature");
    assert_eq!(verdict.code().unwrap().as_str(), "signature.missing");
    assert!(verdict.has_failure("audience.mismatch"));
    assert!(verdict.checks().iter().skip(1).all(|check| check.basis() == Basis::Claimed));
    assert!(verdict.checks().iter().any(|check| check.outcome() == Outcome::Pass));
}

#[test]
fn a_subject_without_a_name_needs_its_relaxation() {
    let mut scene = Scene::good();
    scene.relaxations = Relaxations::from(Relaxation::SubjectWithoutNameId);
    scene.subject().identifier = None;
    assert!(
        scene.judge().unwrap().verdict().warnings().any(|c| c.code().unwrap().as_str() == "name_id.missing")
    );
}
