//! Messages of the interop peers, judged again at the instant at which they came.

use std::fs;
use std::path::{Path, PathBuf};

use saml_core::assertion::NameIdFormat;
use saml_core::base::danger::{Relaxation, Relaxations};
use saml_core::base::{ClockSkew, Coded, Limits, RequestMaxAge, SamlInstant};
use saml_core::bindings::{post, redirect};
use saml_core::crypto::PeerPolicy;
use saml_core::protocol::AuthnRequest;
use saml_core::trust::{
    MetadataSource, PeerKeys, PeerSignatures, ReceivedMessage, RefusedRequest, Unverified,
    read_entity_descriptor, sp_role,
};
use saml_core::validation::{
    AuthnRequestExpectation, NameIdPolicySupport, RoutedAuthnRequest, Verdict, route_authn_request,
};
use saml_testkit::manifest::{Case, Manifest, Outcome, replay};
use serde::Deserialize;

const FORMATS: [NameIdFormat; 4] =
    [NameIdFormat::Persistent, NameIdFormat::Transient, NameIdFormat::EmailAddress, NameIdFormat::Encrypted];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/peers")
}

/// The relaxations that a verdict shows.
fn shown(verdict: &Verdict) -> Vec<String> {
    let warnings = verdict.warnings().filter(|check| check.name() == "relaxations");
    let names = warnings.filter_map(|check| check.found_value()).flat_map(|found| found.split(", "));
    names.map(ToOwned::to_owned).collect()
}

fn responses() -> Manifest {
    let manifest = Manifest::read(&folder().join("responses.json")).unwrap();
    assert!(!manifest.cases().is_empty());
    manifest
}

#[test]
fn every_response_of_a_peer_is_judged_as_it_was() {
    let manifest = responses();
    for case in manifest.cases() {
        let replayed = replay(case, manifest.folder()).unwrap();
        assert_eq!(replayed.mismatch(case), None, "{}: {:?}", case.id, replayed.verdict.code());
    }
}

/// A product that is captured again, or added, changes nothing of another one: what a message needs lies beside it.
#[test]
fn what_a_message_needs_lies_in_the_folder_of_its_product() {
    let folder_of = |file: &str| file.split_once('/').unwrap().0.to_owned();
    for case in responses().cases() {
        let needed = case.idp.certificates.iter().chain(&case.sp.decryption_keys);
        for file in needed {
            assert_eq!(folder_of(file), folder_of(&case.file), "{}", case.id);
        }
    }
    for request in requests() {
        assert_eq!(folder_of(&request.metadata), folder_of(&request.file), "{}", request.id);
    }
}

/// A weak algorithm of a product needs a relaxation, which shows, and is refused without it.
#[test]
fn every_algorithm_that_a_response_needs_relaxed_is_shown_and_refused_without() {
    let manifest = responses();
    let mut found = Vec::new();
    for case in manifest.cases() {
        let needed: Vec<String> = case.allow.iter().filter(|name| *name != "unsolicited").cloned().collect();
        if needed.is_empty() {
            continue;
        }
        assert_eq!(shown(&replay(case, manifest.folder()).unwrap().verdict), needed, "{}", case.id);
        for left_out in &needed {
            let allow = case.allow.iter().filter(|name| *name != left_out).cloned().collect();
            let strict = replay(&Case { allow, ..case.clone() }, manifest.folder()).unwrap();
            assert_eq!(strict.outcome, Outcome::Rejected, "{}", case.id);
            let code = strict.verdict.code().unwrap();
            assert!(code.as_str().ends_with(".algorithm_refused"), "{}: {code}", case.id);
        }
        found.extend(needed);
    }
    for relaxation in ["sha1", "aes-cbc", "3des-cbc"] {
        assert!(found.iter().any(|name| name == relaxation), "no product that needs {relaxation}");
    }
}

// SHIB-01.
#[test]
fn responses_of_peers_are_opened() {
    let manifest = responses();
    let opened = |part: &str| {
        let holds = |case: &&Case| fs::read_to_string(folder().join(&case.file)).unwrap().contains(part);
        manifest.cases().iter().filter(|case| !case.sp.decryption_keys.is_empty()).filter(holds).count()
    };
    // lasso, LemonLDAP::NG, pysaml2, saml-idp, samlify, SimpleSAMLphp; of these two do it for a name too.
    assert!(opened("EncryptedAssertion>") >= 6);
    assert!(opened("EncryptedID>") >= 2);
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
    /// Relaxations of the service provider's policy.
    allow: Vec<String>,
    /// The verdict of one that is refused.
    code: Option<String>,
    is_passive: bool,
    force_authn: bool,
}

fn requests() -> Vec<Request> {
    let requests = fs::read(folder().join("requests.json")).unwrap();
    let requests: Requests = serde_json::from_slice(&requests).unwrap();
    assert!(!requests.cases.is_empty());
    requests.cases
}

#[test]
fn every_request_of_a_peer_is_judged_as_it_was() {
    for request in requests() {
        match (route(&request, &request.allow), &request.code) {
            (Ok(routed), None) => {
                assert_eq!(routed.is_passive, request.is_passive, "{}", request.id);
                assert_eq!(routed.force_authn, request.force_authn, "{}", request.id);
            }
            (Err(refused), Some(code)) => assert_eq!(&refused, code, "{}", request.id),
            (Ok(_), Some(code)) => panic!("{} is not refused: {code}", request.id),
            (Err(refused), None) => panic!("{}: {refused}", request.id),
        }
    }
}

#[test]
fn every_algorithm_that_a_request_needs_relaxed_is_shown_and_refused_without() {
    let mut products = 0;
    for request in requests().iter().filter(|request| !request.allow.is_empty()) {
        assert_eq!(shown(&route(request, &request.allow).unwrap().verdict), request.allow, "{}", request.id);
        assert_eq!(route(request, &[]).unwrap_err(), "signature.algorithm_refused", "{}", request.id);
        products += 1;
    }
    assert!(products >= 2, "Shibboleth and pysaml2 sign with SHA-1 unless told otherwise");
}

/// What becomes of a request, or the code of the first rule that it breaks.
fn route(case: &Request, allow: &[String]) -> Result<RoutedAuthnRequest, String> {
    let read = |name: &str| fs::read(folder().join(name)).unwrap();
    let metadata = read(&case.metadata);
    let peer = read_entity_descriptor(metadata, None, MetadataSource::LocalFile, &Limits::METADATA).unwrap();
    let role = sp_role(&peer).unwrap();
    let keys = PeerKeys::of_descriptors(&role.sso.role.key_descriptors).unwrap();
    let granted: Relaxations = allow.iter().map(|name| name.parse::<Relaxation>().unwrap()).collect();
    let policy = PeerPolicy::relaxed(granted);
    let signatures = PeerSignatures { keys: Some(&keys), policy: &policy, limits: &Limits::MESSAGE };
    let message = String::from_utf8(read(&case.file)).unwrap();
    let received = match case.binding.as_str() {
        "redirect" => by_redirect(&message, signatures)?,
        _ => by_post(&message, signatures)?,
    };
    let expectation = AuthnRequestExpectation {
        service_provider_id: &peer.entity_id,
        service_provider: role,
        sso_url: &case.sso_url,
        metadata_valid_until: None,
        want_authn_requests_signed: true,
        name_ids: NameIdPolicySupport { formats: &FORMATS },
        relaxations: policy.granted(),
        clock_skew: ClockSkew::default(),
        request_max_age: RequestMaxAge::default(),
        now: SamlInstant::try_from(case.now.as_str()).unwrap(),
    };
    route_authn_request(received, &expectation).map_err(|refusal| refusal.verdict.code().unwrap().to_string())
}

type Received = Result<ReceivedMessage<AuthnRequest>, RefusedRequest<AuthnRequest>>;

fn code(error: impl Coded) -> String {
    error.code().to_string()
}

fn by_redirect(query: &str, signatures: PeerSignatures<'_>) -> Result<Received, String> {
    let message = redirect::decode(query, &Limits::MESSAGE).map_err(code)?;
    Ok(message.receive::<AuthnRequest>(&Limits::MESSAGE).map_err(code)?.verify(signatures))
}

fn by_post(field: &str, signatures: PeerSignatures<'_>) -> Result<Received, String> {
    let encoded: String = field.bytes().map(|octet| format!("%{octet:02X}")).collect();
    let body = format!("SAMLRequest={encoded}");
    let kind = Some("application/x-www-form-urlencoded");
    let message = post::decode(kind, body.as_bytes(), &Limits::MESSAGE).map_err(code)?;
    let message = Unverified::<AuthnRequest>::parse(message.xml, &Limits::MESSAGE).map_err(code)?;
    Ok(message.verify_enveloped(signatures))
}
