//! Messages of the interop peers, judged again at the instant at which they came.

use std::fs;
use std::path::{Path, PathBuf};

use saml_core::assertion::NameIdFormat;
use saml_core::base::{ClockSkew, Limits, SamlInstant};
use saml_core::bindings::{post, redirect};
use saml_core::crypto::AlgorithmPolicy;
use saml_core::protocol::AuthnRequest;
use saml_core::trust::{
    MetadataSource, PeerKeys, PeerSignatures, ReceivedRequest, TrustError, Unverified, read_entity_descriptor,
};
use saml_core::validation::{AuthnRequestExpectation, NameIdPolicySupport, route_authn_request};
use saml_testkit::manifest::{Manifest, replay};
use serde::Deserialize;

const FORMATS: [NameIdFormat; 3] =
    [NameIdFormat::Persistent, NameIdFormat::Transient, NameIdFormat::EmailAddress];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/peers")
}

#[test]
fn every_response_of_a_peer_is_accepted_as_it_was() {
    let manifest = Manifest::read(&folder().join("responses.json")).unwrap();
    assert!(!manifest.cases().is_empty());
    for case in manifest.cases() {
        let replayed = replay(case, manifest.folder()).unwrap();
        assert_eq!(replayed.mismatch(case), None, "{}: {:?}", case.id, replayed.verdict.code());
    }
}

#[derive(Deserialize)]
struct Requests {
    cases: Vec<Request>,
}

#[derive(Deserialize)]
struct Request {
    id: String,
    binding: String,
    file: String,
    metadata: String,
    sso_url: String,
    now: String,
}

#[test]
fn every_request_of_a_peer_is_routed_as_it_was() {
    let requests = fs::read(folder().join("requests.json")).unwrap();
    let requests: Requests = serde_json::from_slice(&requests).unwrap();
    assert!(!requests.cases.is_empty());
    for request in &requests.cases {
        route(request);
    }
}

fn route(case: &Request) {
    let read = |name: &str| fs::read(folder().join(name)).unwrap();
    let metadata = read(&case.metadata);
    let peer = read_entity_descriptor(metadata, None, MetadataSource::LocalFile, &Limits::METADATA).unwrap();
    let role = peer.sp_sso_descriptors().next().unwrap();
    let keys = PeerKeys::of_descriptors(&role.sso.role.key_descriptors).unwrap();
    let policy = AlgorithmPolicy::default();
    let signatures = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
    let message = String::from_utf8(read(&case.file)).unwrap();
    let received = match case.binding.as_str() {
        "redirect" => by_redirect(&message, signatures),
        _ => by_post(&message, signatures),
    };
    let expectation = AuthnRequestExpectation {
        service_provider_id: &peer.entity_id,
        service_provider: role,
        sso_url: &case.sso_url,
        want_authn_requests_signed: true,
        name_ids: NameIdPolicySupport { formats: &FORMATS },
        relaxations: policy.granted(),
        clock_skew: ClockSkew::default(),
        now: SamlInstant::try_from(case.now.as_str()).unwrap(),
    };
    if let Err(refusal) = route_authn_request(received, &expectation) {
        let failures: Vec<String> = refusal.verdict.failures().map(ToString::to_string).collect();
        panic!("{}: {}", case.id, failures.join("\n"));
    }
}

type Received = Result<ReceivedRequest<AuthnRequest>, TrustError>;

fn by_redirect(query: &str, signatures: PeerSignatures<'_>) -> Received {
    let message = redirect::decode(query, &Limits::MESSAGE).unwrap();
    message.receive::<AuthnRequest>(&Limits::MESSAGE).unwrap().verify(signatures)
}

fn by_post(field: &str, signatures: PeerSignatures<'_>) -> Received {
    let encoded: String = field.bytes().map(|octet| format!("%{octet:02X}")).collect();
    let body = format!("SAMLRequest={encoded}");
    let kind = Some("application/x-www-form-urlencoded");
    let message = post::decode(kind, body.as_bytes(), &Limits::MESSAGE).unwrap();
    Unverified::<AuthnRequest>::parse(message.xml, &Limits::MESSAGE).unwrap().verify_enveloped(signatures)
}
