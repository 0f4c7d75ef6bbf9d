//! AuthnRequests that no attack of the corpus is about.

use std::sync::LazyLock;
use std::time::Duration;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{Binding, ClockSkew, Limits, Relaxations, RequestMaxAge};
use saml_core::crypto::PeerPolicy;
use saml_core::dsig::{SigningOptions, sign_enveloped};
use saml_core::metadata::{Endpoint, IndexedEndpoint, SpSsoDescriptor};
use saml_core::protocol::{AssertionConsumerServiceChoice, AuthnRequest, NameIdPolicy};
use saml_core::trust::{PeerKeys, PeerSignatures, Unverified};
use saml_core::validation::{AuthnRequestExpectation, NameIdPolicySupport, Verdict, route_authn_request};
use saml_testkit::forge::{Keyring, good};
use saml_tests::scene::scene;

use crate::Reached;

fn descriptor(binding: Binding, location: &str) -> SpSsoDescriptor {
    let endpoint = Endpoint { binding, location: location.to_owned(), response_location: None };
    SpSsoDescriptor::new(IndexedEndpoint { endpoint, index: 0, is_default: None })
}

/// What makes the good request another one.
type Change = fn(&mut AuthnRequest);

/// Which keys of the requester are known.
pub enum Known {
    Keys,
    Nothing,
}

static KEYRING: LazyLock<Keyring> = LazyLock::new(|| Keyring::p256().unwrap());

pub fn judge(xml: Vec<u8>, service_provider: &SpSsoDescriptor, known: &Known) -> Verdict {
    let scene = scene();
    let keys = PeerKeys::new([KEYRING.keys().genuine.public_key().clone()]).unwrap();
    let policy = PeerPolicy::default();
    let keys = match known {
        Known::Keys => Some(&keys),
        Known::Nothing => None,
    };
    let peer = PeerSignatures { keys, policy: &policy, limits: &Limits::MESSAGE };
    let received = Unverified::<AuthnRequest>::parse(xml, &Limits::MESSAGE).unwrap().verify_enveloped(peer);
    let expectation = AuthnRequestExpectation {
        service_provider_id: &scene.sp,
        service_provider,
        sso_url: &scene.sso_url,
        metadata_valid_until: None,
        want_authn_requests_signed: false,
        name_ids: NameIdPolicySupport { formats: &[NameIdFormat::Persistent] },
        relaxations: Relaxations::NONE,
        clock_skew: ClockSkew::default(),
        request_max_age: RequestMaxAge::default(),
        now: scene.now,
    };
    match route_authn_request(received, &expectation) {
        Ok(routed) => routed.verdict,
        Err(refusal) => refusal.verdict,
    }
}

/// A requester with the endpoint of the good request.
pub fn post_descriptor() -> SpSsoDescriptor {
    descriptor(Binding::HttpPost, &scene().acs_url)
}

/// The good request, changed.
pub fn unsigned(change: &dyn Fn(&mut AuthnRequest)) -> Vec<u8> {
    let mut request = good::authn_request(&scene());
    change(&mut request);
    request.to_xml().unwrap().into_octets()
}

/// The good request, changed and signed.
pub fn signed(change: &dyn Fn(&mut AuthnRequest)) -> Vec<u8> {
    let mut request = good::authn_request(&scene());
    change(&mut request);
    let mut written = request.to_xml().unwrap();
    let id = request.request.id.as_str();
    sign_enveloped(&mut written, id, KEYRING.keys().genuine, SigningOptions::default()).unwrap();
    written.into_octets()
}

pub fn all(reached: &mut Reached) {
    let post = post_descriptor();
    assert!(judge(unsigned(&|_| {}), &post, &Known::Keys).is_accepted());
    let cases: [(&str, Change); 10] = [
        ("an answer by Artifact", |r| {
            r.assertion_consumer_service =
                AssertionConsumerServiceChoice::ProtocolBinding(Binding::HttpArtifact);
        }),
        ("an endpoint that is not there", |r| {
            r.assertion_consumer_service = AssertionConsumerServiceChoice::Index(7);
        }),
        ("a kind of name that is not issued", |r| {
            r.name_id_policy =
                Some(NameIdPolicy { format: Some(NameIdFormat::Kerberos), ..NameIdPolicy::default() });
        }),
        ("a name of somebody else's", |r| {
            let sp_name_qualifier = Some("urn:other".to_owned());
            r.name_id_policy = Some(NameIdPolicy { sp_name_qualifier, ..NameIdPolicy::default() });
        }),
        ("a set of attributes that nobody knows", |r| r.attribute_consuming_service_index = Some(1)),
        ("a request from the future", |r| {
            r.request.issue_instant = r.request.issue_instant.saturating_add(Duration::from_secs(3600));
        }),
        ("a request of an hour ago", |r| {
            r.request.issue_instant = r.request.issue_instant.saturating_sub(Duration::from_secs(3600));
        }),
        ("a request from nobody", |r| r.request.issuer = None),
        ("a request for another address", |r| {
            r.request.destination = Some("https://other.example".to_owned())
        }),
        ("an unlisted address", |r| {
            let url = "https://evil.example/acs".to_owned();
            r.assertion_consumer_service =
                AssertionConsumerServiceChoice::Url { url, protocol_binding: None };
        }),
    ];
    for (name, change) in cases {
        reached.verdict(name, &judge(unsigned(&change), &post, &Known::Keys));
    }
    for (binding, location) in [
        (Binding::HttpArtifact, "https://sp.example.com/acs"),
        (Binding::HttpPost, "http://sp.example.com/acs"),
        (Binding::HttpPost, "javascript:alert(1)"),
    ] {
        reached.verdict(location, &judge(unsigned(&|_| {}), &descriptor(binding, location), &Known::Keys));
    }
    reached.verdict("a signed request of unknown keys", &judge(signed(&|_| {}), &post, &Known::Nothing));
    let aimless = signed(&|r| r.request.destination = None);
    reached.verdict("a signed request for nowhere", &judge(aimless, &post, &Known::Keys));
}
