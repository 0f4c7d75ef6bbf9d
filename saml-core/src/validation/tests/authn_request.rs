use crate::assertion::{Issuer, NameId, NameIdFormat, Subject};
use crate::base::{Binding, ClockSkew, EntityId, Limits, MessageId, SamlInstant};
use crate::crypto::AlgorithmPolicy;
use crate::metadata::{Endpoint, IndexedEndpoint, SpSsoDescriptor};
use crate::protocol::{
    AssertionConsumerServiceChoice, AuthnRequest, NameIdPolicy, RequestAbstract, StatusCode,
};
use crate::trust::{PeerSignatures, Unverified};
use crate::validation::{
    AuthnRequestExpectation, NameIdPolicySupport, RequestRefusal, RoutedAuthnRequest, route_authn_request,
};

const SSO: &str = "https://idp.example.com/saml/sso";
const SP: &str = "https://sp.example.com/saml/metadata";
const ACS: &str = "https://sp.example.com/saml/acs";

struct Scene {
    request: AuthnRequest,
    role: SpSsoDescriptor,
    want_signed: bool,
}

fn endpoint(binding: Binding, location: &str, index: u16) -> IndexedEndpoint {
    IndexedEndpoint {
        endpoint: Endpoint { binding, location: location.to_owned(), response_location: None },
        index,
        is_default: None,
    }
}

impl Scene {
    fn good() -> Self {
        let id = MessageId::try_from("_q").unwrap();
        let issued = SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap();
        let mut request = AuthnRequest::new(RequestAbstract::new(id, issued));
        request.request.destination = Some(SSO.to_owned());
        request.request.issuer = Some(Issuer(NameId::new(SP)));
        let mut role =
            SpSsoDescriptor::new(endpoint(Binding::HttpArtifact, "https://sp.example.com/artifact", 0));
        role.assertion_consumer_services.push(endpoint(Binding::HttpPost, ACS, 1));
        role.assertion_consumer_services.push(endpoint(
            Binding::HttpPost,
            "https://sp.example.com/second",
            2,
        ));
        role.assertion_consumer_services.push(endpoint(Binding::HttpPost, "javascript:alert(1)", 3));
        Self { request, role, want_signed: false }
    }

    fn route(self) -> Result<RoutedAuthnRequest, RequestRefusal> {
        let xml = self.request.to_xml().unwrap().into_octets();
        let message = Unverified::<AuthnRequest>::parse(xml, &Limits::MESSAGE).unwrap();
        let policy = AlgorithmPolicy::default();
        let peer = PeerSignatures { keys: None, policy: &policy, limits: &Limits::MESSAGE };
        let expectation = AuthnRequestExpectation {
            service_provider_id: &EntityId::try_from(SP).unwrap(),
            service_provider: &self.role,
            sso_url: SSO,
            want_authn_requests_signed: self.want_signed,
            name_ids: NameIdPolicySupport { formats: &[NameIdFormat::Persistent, NameIdFormat::Transient] },
            clock_skew: ClockSkew::default(),
            now: SamlInstant::try_from("2026-11-20T12:00:30Z").unwrap(),
        };
        route_authn_request(message.verify_enveloped(peer), &expectation)
    }
}

#[test]
fn the_answer_goes_to_an_endpoint_of_the_metadata() {
    let url = |url: &str| AssertionConsumerServiceChoice::Url { url: url.to_owned(), protocol_binding: None };
    for (choice, location) in [
        (AssertionConsumerServiceChoice::Default, ACS),
        (AssertionConsumerServiceChoice::ProtocolBinding(Binding::HttpPost), ACS),
        (AssertionConsumerServiceChoice::Index(2), "https://sp.example.com/second"),
        (url("https://sp.example.com/second"), "https://sp.example.com/second"),
    ] {
        let mut scene = Scene::good();
        scene.request.assertion_consumer_service = choice;
        let routed = scene.route().unwrap();
        assert_eq!((routed.acs_url.as_str(), routed.in_response_to.unwrap().as_str()), (location, "_q"));
    }
}

#[test]
fn where_the_requester_is_in_doubt_nobody_is_answered() {
    type Change = fn(&mut Scene);
    fn url(scene: &mut Scene, url: &str) {
        scene.request.assertion_consumer_service =
            AssertionConsumerServiceChoice::Url { url: url.to_owned(), protocol_binding: None };
    }
    let cases: [(&str, Change); 13] = [
        ("acs.url_not_in_metadata", |s| url(s, "https://evil.example.com/acs")),
        ("acs.url_not_in_metadata", |s| url(s, "https://sp.example.com/saml/acs/")),
        ("acs.url_not_in_metadata", |s| url(s, "https://sp.example.com/artifact")),
        ("acs.scheme", |s| url(s, "javascript:alert(1)")),
        ("acs.index_not_in_metadata", |s| {
            s.request.assertion_consumer_service = AssertionConsumerServiceChoice::Index(0);
        }),
        ("acs.binding_unsupported", |s| {
            s.request.assertion_consumer_service =
                AssertionConsumerServiceChoice::ProtocolBinding(Binding::HttpArtifact);
        }),
        ("request.issuer_mismatch", |s| {
            s.request.request.issuer = Some(Issuer(NameId::new("https://sp.example.com")))
        }),
        ("request.issuer_missing", |s| s.request.request.issuer = None),
        ("issuer.format", |s| {
            s.request.request.issuer.as_mut().unwrap().0.format = Some(NameIdFormat::Persistent);
        }),
        ("request.destination_mismatch", |s| s.request.request.destination = Some(String::new())),
        ("request.issued_in_future", |s| {
            s.request.request.issue_instant = SamlInstant::try_from("2026-11-20T12:04:00Z").unwrap();
        }),
        ("request.signature_missing", |s| s.want_signed = true),
        ("request.signature_missing", |s| s.role.authn_requests_signed = true),
    ];
    for (code, change) in cases {
        let mut scene = Scene::good();
        change(&mut scene);
        let refusal = scene.route().expect_err(code);
        assert!(refusal.verdict.has_failure(code), "{code}: {:?}", refusal.verdict);
        assert!(refusal.answer.is_none(), "{code}");
    }
}

#[test]
fn what_cannot_be_honoured_is_answered_with_a_status() {
    type Change = fn(&mut Scene);
    fn name_id_policy(scene: &mut Scene, format: NameIdFormat, qualifier: Option<&str>) {
        scene.request.name_id_policy = Some(NameIdPolicy {
            format: Some(format),
            sp_name_qualifier: qualifier.map(str::to_owned),
            allow_create: true,
        });
    }
    let cases: [(&str, StatusCode, Change); 4] = [
        ("name_id_policy.format_unsupported", StatusCode::InvalidNameIdPolicy, |s| {
            name_id_policy(s, NameIdFormat::Kerberos, None);
        }),
        ("name_id_policy.sp_name_qualifier", StatusCode::InvalidNameIdPolicy, |s| {
            name_id_policy(s, NameIdFormat::Persistent, Some("https://another.example.com"));
        }),
        ("request.subject_unsupported", StatusCode::RequestUnsupported, |s| {
            s.request.subject = Some(Subject {
                identifier: Some(crate::assertion::SubjectIdentifier::NameId(NameId::new("ada"))),
                confirmations: Vec::new(),
            });
        }),
        ("request.conditions_unsupported", StatusCode::RequestUnsupported, |s| {
            s.request.conditions = Some(crate::assertion::Conditions::default());
        }),
    ];
    for (code, status, change) in cases {
        let mut scene = Scene::good();
        change(&mut scene);
        let refusal = scene.route().expect_err(code);
        assert!(refusal.verdict.has_failure(code), "{code}: {:?}", refusal.verdict);
        let (routed, told) = *refusal.answer.expect(code);
        assert_eq!(
            (routed.acs_url.as_str(), told.code, told.sub_codes),
            (ACS, StatusCode::Requester, vec![status])
        );
    }
}
