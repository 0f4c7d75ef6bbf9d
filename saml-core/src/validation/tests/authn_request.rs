use std::sync::Arc;

use crate::assertion::{
    Attribute, ConfirmationMethod, Issuer, NameId, NameIdFormat, Subject, SubjectConfirmation,
};
use crate::base::{
    Binding, ClockSkew, EntityId, Limits, MessageId, NonEmpty, Relaxation, Relaxations, RequestMaxAge,
    SamlInstant,
};
use crate::crypto::tests::keys;
use crate::crypto::{LocalSigner, PeerPolicy, SignatureAlgorithm, Signer as _};
use crate::dsig::{SigningOptions, sign_enveloped};
use crate::metadata::{
    AttributeConsumingService, Endpoint, IndexedEndpoint, Localized, RequestedAttribute, SpSsoDescriptor,
};
use crate::protocol::{
    AssertionConsumerServiceChoice, AuthnRequest, NameIdPolicy, RequestAbstract, StatusCode,
};
use crate::trust::tests::aggregate::Agreeable;
use crate::trust::{PeerKeys, PeerSignatures, Unverified};
use crate::validation::{
    AuthnRequestExpectation, Basis, NameIdPolicySupport, Outcome, RequestRefusal, RequestedSubject,
    RoutedAuthnRequest, route_authn_request, route_unsolicited,
};

const SSO: &str = "https://idp.example.com/saml/sso";
const SP: &str = "https://sp.example.com/saml/metadata";
const ACS: &str = "https://sp.example.com/saml/acs";
const HTTP_ACS: &str = "http://sp.example.com/saml/acs";

struct Scene {
    request: AuthnRequest,
    role: SpSsoDescriptor,
    signed: bool,
    /// The length of its RSA key.
    bits: u32,
    policy: PeerPolicy,
    /// Whether a key of the service provider is known.
    pinned: bool,
    want_signed: bool,
    relaxations: Relaxations,
    max_age: RequestMaxAge,
    metadata_valid_until: Option<SamlInstant>,
    now: SamlInstant,
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
        role.assertion_consumer_services.push(endpoint(Binding::HttpPost, HTTP_ACS, 4));
        Self {
            request,
            role,
            signed: false,
            bits: 2048,
            policy: PeerPolicy::default(),
            pinned: true,
            want_signed: false,
            relaxations: Relaxations::NONE,
            max_age: RequestMaxAge::default(),
            metadata_valid_until: None,
            now: SamlInstant::try_from("2026-11-20T12:00:30Z").unwrap(),
        }
    }

    fn route(self) -> Result<RoutedAuthnRequest, RequestRefusal> {
        let signer = LocalSigner::new(keys::rsa(self.bits), SignatureAlgorithm::RsaSha256).unwrap();
        let mut written = self.request.to_xml().unwrap();
        if self.signed {
            sign_enveloped(&mut written, "_q", &signer, SigningOptions::default()).unwrap();
        }
        let message = Unverified::<AuthnRequest>::parse(written.into_octets(), &Limits::MESSAGE).unwrap();
        let keys = PeerKeys::new([signer.public_key().clone()]).unwrap();
        let peer = PeerSignatures {
            keys: self.pinned.then_some(&keys),
            policy: &self.policy,
            limits: &Limits::MESSAGE,
        };
        let sp = EntityId::try_from(SP).unwrap();
        route_authn_request(message.verify_enveloped(peer), &self.expectation(&sp))
    }

    fn route_unsolicited(self) -> Result<RoutedAuthnRequest, RequestRefusal> {
        route_unsolicited(&self.expectation(&EntityId::try_from(SP).unwrap()))
    }

    fn expectation<'a>(&'a self, sp: &'a EntityId) -> AuthnRequestExpectation<'a> {
        AuthnRequestExpectation {
            service_provider_id: sp,
            service_provider: &self.role,
            metadata_valid_until: self.metadata_valid_until,
            sso_url: SSO,
            want_authn_requests_signed: self.want_signed,
            name_ids: NameIdPolicySupport { formats: &[NameIdFormat::Persistent, NameIdFormat::Transient] },
            relaxations: self.relaxations,
            clock_skew: ClockSkew::default(),
            request_max_age: self.max_age,
            now: self.now,
        }
    }

    fn with_only_endpoint(location: &str) -> Self {
        let mut scene = Self::good();
        scene.role.assertion_consumer_services =
            SpSsoDescriptor::new(endpoint(Binding::HttpPost, location, 0)).assertion_consumer_services;
        scene
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
fn a_login_that_nobody_asked_for_goes_to_the_default_endpoint_and_no_worse_one() {
    let routed = Scene::good().route_unsolicited().unwrap();
    assert_eq!((routed.acs_url.as_str(), routed.in_response_to), (ACS, None));
    for (location, code) in [(HTTP_ACS, "acs.plain_http"), ("javascript:alert(1)", "acs.scheme")] {
        let refusal = Scene::with_only_endpoint(location).route_unsolicited().unwrap_err();
        assert_eq!(refusal.verdict.code().unwrap().as_str(), code);
        assert!(refusal.answer.is_none());
    }
}

#[test]
fn plain_http_is_allowed_by_name_and_shows_in_the_verdict() {
    let mut scene = Scene::with_only_endpoint(HTTP_ACS);
    scene.relaxations = Relaxation::PlainHttp.into();
    let routed = scene.route().unwrap();
    assert_eq!(routed.acs_url, HTTP_ACS);
    let warned: Vec<_> = routed.verdict.warnings().filter_map(|check| check.code()).collect();
    assert_eq!(warned.iter().map(|code| code.as_str()).collect::<Vec<_>>(), ["acs.plain_http"]);
    let local = Scene::with_only_endpoint("http://localhost:8080/saml/acs").route().unwrap();
    assert!(local.verdict.checks().iter().all(|check| check.outcome() != Outcome::Warning));
}

#[test]
fn where_the_requester_is_in_doubt_nobody_is_answered() {
    type Change = fn(&mut Scene);
    fn url(scene: &mut Scene, url: &str) {
        scene.request.assertion_consumer_service =
            AssertionConsumerServiceChoice::Url { url: url.to_owned(), protocol_binding: None };
    }
    let cases: [(&str, Change); 14] = [
        ("acs.url_not_in_metadata", |s| url(s, "https://evil.example.com/acs")),
        ("acs.url_not_in_metadata", |s| url(s, "https://sp.example.com/saml/acs/")),
        ("acs.url_not_in_metadata", |s| url(s, "https://sp.example.com/artifact")),
        ("acs.scheme", |s| url(s, "javascript:alert(1)")),
        ("acs.plain_http", |s| url(s, HTTP_ACS)),
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

/// Signed without saying for whom, a request could be taken from one identity provider to another.
#[test]
fn a_signed_request_must_name_its_destination_and_an_unsigned_one_need_not() {
    for (signed, refused) in [(true, true), (false, false)] {
        let mut scene = Scene { signed, ..Scene::good() };
        scene.request.request.destination = None;
        let code = scene.route().err().and_then(|refusal| refusal.verdict.code());
        assert_eq!(code.map(|code| code.as_str()), refused.then_some("request.destination_missing"));
    }
    let wanted = Scene { signed: true, want_signed: true, ..Scene::good() };
    assert!(wanted.route().is_ok());
}

#[test]
fn a_request_may_be_issued_as_late_as_the_skew_explains() {
    for (issued, accepted) in [("2026-11-20T12:03:30Z", true), ("2026-11-20T12:03:30.001Z", false)] {
        let mut scene = Scene::good();
        scene.request.request.issue_instant = SamlInstant::try_from(issued).unwrap();
        assert_eq!(scene.route().is_ok(), accepted, "{issued}");
    }
}

#[test]
fn a_kind_of_name_that_is_issued_may_be_asked_for() {
    for format in [None, Some(NameIdFormat::Unspecified), Some(NameIdFormat::Persistent)] {
        let mut scene = Scene::good();
        let sp_name_qualifier = Some(SP.to_owned());
        scene.request.name_id_policy =
            Some(NameIdPolicy { format: format.clone(), sp_name_qualifier, allow_create: true });
        let routed = scene.route().unwrap();
        let check = routed.verdict.checks().iter().find(|check| check.name() == "name_id_policy").unwrap();
        assert_eq!(check.outcome(), Outcome::Pass, "{format:?}");
    }
}

#[test]
fn the_verdict_shows_what_the_signature_is_worth() {
    let policy = PeerPolicy::relaxed(Relaxation::Rsa1024.into()).cross_checked_by(Arc::new(Agreeable));
    let signed = Scene { signed: true, bits: 1024, policy, ..Scene::good() }.route().unwrap().verdict;
    let rows: Vec<_> = signed.checks().iter().take(3).map(|check| (check.name(), check.outcome())).collect();
    let expected = [
        ("request_signature", Outcome::Pass),
        ("cross_check", Outcome::Pass),
        ("relaxations", Outcome::Warning),
    ];
    assert_eq!(rows, expected);
    assert!(signed.checks().iter().all(|check| check.basis() == Basis::Verified));
    let unsigned = Scene::good().route().unwrap().verdict;
    let claimed = unsigned.checks().iter().filter(|check| check.basis() == Basis::Claimed).count();
    assert!(claimed > 3, "{unsigned:?}");
}

/// An administrator sees at once all that is wrong.
#[test]
fn a_refused_signature_leaves_the_other_rules_evaluated_as_claims() {
    let mut scene = Scene { signed: true, pinned: false, ..Scene::good() };
    scene.request.request.destination = Some(format!("{SSO}/"));
    scene.request.name_id_policy =
        Some(NameIdPolicy { format: Some(NameIdFormat::Kerberos), ..NameIdPolicy::default() });
    let refusal = scene.route().unwrap_err();
    assert!(refusal.answer.is_none());
    let failures: Vec<_> = refusal.verdict.failures().collect();
    let codes: Vec<_> = failures.iter().map(|check| check.code().unwrap().as_str()).collect();
    let expected = ["signature.no_key", "request.destination_mismatch", "name_id_policy.format_unsupported"];
    assert_eq!(codes, expected);
    assert!(refusal.verdict.checks().iter().skip(1).all(|check| check.basis() == Basis::Claimed));
    assert!(refusal.verdict.checks().iter().any(|check| check.outcome() == Outcome::Pass));
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
    const NAME_ID: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format";
    let formats = format!("{NAME_ID}:persistent, {NAME_ID}:transient");
    let index = "attribute_consuming_service.index_not_in_metadata";
    let none = "no index: the metadata has no AttributeConsumingService";
    let cases: [(&str, &str, StatusCode, Change); 4] = [
        ("name_id_policy.format_unsupported", &formats, StatusCode::InvalidNameIdPolicy, |s| {
            name_id_policy(s, NameIdFormat::Kerberos, None);
        }),
        ("name_id_policy.sp_name_qualifier", SP, StatusCode::InvalidNameIdPolicy, |s| {
            name_id_policy(s, NameIdFormat::Persistent, Some("https://another.example.com"));
        }),
        (index, none, StatusCode::RequestUnsupported, |s| {
            s.request.attribute_consuming_service_index = Some(0);
        }),
        (index, "an index of the metadata: 0, 7", StatusCode::RequestUnsupported, |s| {
            s.role.attribute_consuming_services = vec![consuming(0), consuming(7)];
            s.request.attribute_consuming_service_index = Some(1);
        }),
    ];
    for (code, possible, status, change) in cases {
        let mut scene = Scene::good();
        change(&mut scene);
        let refusal = scene.route().expect_err(code);
        assert!(refusal.verdict.has_failure(code), "{code}: {:?}", refusal.verdict);
        let (routed, told) = *refusal.answer.expect(code);
        assert_eq!(
            (routed.acs_url.as_str(), told.code, told.sub_codes),
            (ACS, StatusCode::Requester, vec![status])
        );
        assert_eq!(told.message, Some(format!("{code}: expected {possible}")));
    }
}

fn consuming(index: u16) -> AttributeConsumingService {
    AttributeConsumingService {
        index,
        is_default: None,
        service_names: NonEmpty::new(Localized { lang: "en".to_owned(), value: "App".to_owned() }),
        service_descriptions: Vec::new(),
        requested_attributes: NonEmpty::new(RequestedAttribute {
            attribute: Attribute::new("mail", Vec::<String>::new()),
            is_required: false,
        }),
    }
}

#[test]
fn a_set_of_attributes_that_the_metadata_has_may_be_asked_for() {
    for (listed, index) in [(&[0, 7][..], Some(7)), (&[0], Some(0)), (&[3], None), (&[], None)] {
        let mut scene = Scene::good();
        scene.role.attribute_consuming_services = listed.iter().copied().map(consuming).collect();
        scene.request.attribute_consuming_service_index = index;
        assert_eq!(scene.route().unwrap().attribute_consuming_service_index, index);
    }
}

/// Whoever is named: what there is to say of them is said after they have signed in.
#[test]
fn a_request_about_somebody_is_followed_and_says_about_whom() {
    let confirmed = |methods: &[ConfirmationMethod]| -> Vec<SubjectConfirmation> {
        let confirmation = |method: &ConfirmationMethod| SubjectConfirmation {
            method: method.clone(),
            identifier: None,
            data: None,
        };
        methods.iter().map(confirmation).collect()
    };
    let (bearer, holder) = (ConfirmationMethod::Bearer, ConfirmationMethod::HolderOfKey);
    let name = NameId { format: Some(NameIdFormat::EmailAddress), ..NameId::new("nobody@example.com") };
    let named = || Some(RequestedSubject::Named(name.clone()));
    for (identifier, methods, expected) in [
        (Some(&name), vec![], named()),
        (Some(&name), vec![bearer.clone()], named()),
        (Some(&name), vec![holder.clone(), bearer.clone()], named()),
        (Some(&name), vec![holder.clone()], Some(RequestedSubject::Incomparable)),
        (None, vec![bearer], None),
        (None, vec![holder], Some(RequestedSubject::Incomparable)),
    ] {
        for conditions in [None, Some(crate::assertion::Conditions::default())] {
            let mut scene = Scene::good();
            let identifier = identifier.cloned().map(crate::assertion::SubjectIdentifier::NameId);
            scene.request.subject = Some(Subject { identifier, confirmations: confirmed(&methods) });
            scene.request.conditions = conditions;
            let routed = scene.route().unwrap();
            assert_eq!(routed.subject, expected);
            let check =
                routed.verdict.checks().iter().find(|check| check.name() == "request_subject").unwrap();
            assert_eq!(check.outcome(), Outcome::Pass);
            assert!(!check.to_string().contains("nobody"), "{check}");
        }
    }
}

/// Ten minutes and three of skew after its IssueInstant a request is followed for the last time.
#[test]
fn an_old_request_is_not_followed() {
    for (issued, seconds, signed, outcome) in [
        ("2026-11-20T11:47:30Z", None, false, Ok(None)),
        ("2026-11-20T11:47:29.999Z", None, false, Err("request.too_old")),
        ("2026-11-20T11:47:29.999Z", None, true, Err("request.too_old")),
        ("2026-11-19T12:00:00Z", None, true, Err("request.too_old")),
        ("0001-01-01T00:00:00Z", None, false, Err("request.too_old")),
        ("2026-11-20T11:47:29.999Z", Some(1_200), true, Ok(Some("request.too_old"))),
        ("2026-11-20T11:58:30Z", Some(60), false, Ok(None)),
        ("2026-11-20T11:56:29Z", Some(60), false, Err("request.too_old")),
    ] {
        let mut scene = Scene::good();
        scene.signed = signed;
        scene.request.request.issue_instant = SamlInstant::try_from(issued).unwrap();
        if let Some(seconds) = seconds {
            scene.max_age = RequestMaxAge::from_secs(seconds).unwrap();
        }
        let found = scene.route().map_err(|refusal| {
            assert!(refusal.answer.is_none());
            refusal.verdict.code().unwrap().as_str()
        });
        let warnings = found.map(|routed| {
            let check = routed.verdict.warnings().next().and_then(|check| check.code());
            check.map(|code| code.as_str())
        });
        assert_eq!(warnings, outcome, "{issued} {seconds:?}");
    }
}

#[test]
fn white_space_around_the_uris_of_a_request_changes_nothing() {
    let around = |uri: &str| format!("\n {uri}\t");
    for signed in [false, true] {
        let mut scene = Scene { signed, ..Scene::good() };
        scene.request.request.destination = Some(around(SSO));
        scene.request.assertion_consumer_service = AssertionConsumerServiceChoice::Url {
            url: around(ACS),
            protocol_binding: Some(Binding::Other(around(Binding::HttpPost.uri()))),
        };
        let format = NameIdFormat::Other(around(NameIdFormat::Persistent.uri()));
        scene.request.name_id_policy = Some(NameIdPolicy { format: Some(format), ..NameIdPolicy::default() });
        let routed = scene.route().unwrap();
        assert_eq!(routed.acs_url, ACS);
    }
    for foreign in ["\u{a0}", "\u{200b}", "\u{3000}"] {
        let mut scene = Scene::good();
        let url = format!("{ACS}{foreign}");
        scene.request.assertion_consumer_service =
            AssertionConsumerServiceChoice::Url { url, protocol_binding: None };
        assert!(scene.route().unwrap_err().verdict.has_failure("acs.url_not_in_metadata"), "{foreign:?}");
    }
}

#[test]
fn a_request_of_expired_metadata_is_not_followed_unless_the_peer_s_policy_keeps_it() {
    let end = SamlInstant::try_from("2026-11-20T12:00:30Z").unwrap();
    for (allowed, signed) in [(false, false), (false, true), (true, true)] {
        let mut scene = Scene::good();
        scene.metadata_valid_until = Some(end);
        scene.signed = signed;
        scene.relaxations = if allowed { Relaxation::ExpiredMetadata.into() } else { Relaxations::NONE };
        let routed = scene.route();
        assert_eq!(routed.is_ok(), allowed);
        let verdict = routed.map_or_else(|refusal| refusal.verdict, |routed| routed.verdict);
        let check = verdict.checks().iter().find(|check| check.name() == "metadata_validity").unwrap();
        assert_eq!(check.code().unwrap().as_str(), "sp.metadata_expired");
        assert_eq!(check.expected_value(), Some("now (2026-11-20T12:00:30Z) before validUntil"));
        assert_eq!(check.found_value(), Some("2026-11-20T12:00:30Z"));
        assert_eq!(verdict.code().is_some(), !allowed);
    }
    for (signed, pinned) in [(true, false), (false, true)] {
        let mut scene = Scene::good();
        (scene.signed, scene.pinned, scene.metadata_valid_until) = (signed, pinned, Some(end));
        scene.request.assertion_consumer_service = AssertionConsumerServiceChoice::Index(7);
        assert_eq!(scene.route().unwrap_err().verdict.code().unwrap().as_str(), "sp.metadata_expired");
    }
    let mut scene = Scene::good();
    scene.metadata_valid_until = Some(end);
    let refusal = scene.route_unsolicited().unwrap_err();
    assert_eq!(refusal.verdict.code().unwrap().as_str(), "sp.metadata_expired");
}

#[test]
fn an_empty_qualifier_of_a_name_policy_counts_as_none() {
    for (qualifier, accepted) in [("", true), (SP, true), (" ", false), ("urn:other", false)] {
        let mut scene = Scene::good();
        let sp_name_qualifier = Some(qualifier.to_owned());
        scene.request.name_id_policy = Some(NameIdPolicy { sp_name_qualifier, ..NameIdPolicy::default() });
        assert_eq!(scene.route().is_ok(), accepted, "{qualifier:?}");
    }
}

/// What a relaxation lets pass is seen in the verdict: of metadata that has no end, too.
#[test]
fn metadata_without_end_shows_in_the_verdict_where_it_is_let_pass() {
    for (granted, end, expected) in [
        (Relaxations::NONE, None, None),
        (Relaxation::MetadataWithoutEnd.into(), None, Some((Outcome::Warning, "metadata-without-end"))),
        (
            Relaxation::MetadataWithoutEnd.into(),
            Some("2027-01-01T00:00:00Z"),
            Some((Outcome::Pass, "2027-01-01T00:00:00Z")),
        ),
    ] {
        let mut scene = Scene::good();
        scene.relaxations = granted;
        scene.metadata_valid_until = end.map(|end| SamlInstant::try_from(end).unwrap());
        let verdict = scene.route().unwrap().verdict;
        let check = verdict.checks().iter().find(|check| check.name() == "metadata_validity");
        assert_eq!(check.map(|check| (check.outcome(), check.found_value().unwrap())), expected);
    }
}
