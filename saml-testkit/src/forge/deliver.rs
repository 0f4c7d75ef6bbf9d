//! Handing a forged message to the product, as its roles do.

use saml_core::assertion::{Assertion, SubjectIdentifier};
use saml_core::base::{Binding, ClockSkew, Coded, Limits};
use saml_core::bindings::{post, redirect};
use saml_core::crypto::AlgorithmPolicy;
use saml_core::metadata::{Endpoint, IndexedEndpoint, SpSsoDescriptor};
use saml_core::protocol::{AuthnRequest, Response};
use saml_core::trust::{
    MetadataSource, PeerSignatures, ReceivedRequest, TrustError, Unverified, read_entity_descriptor,
};
use saml_core::validation::{
    AuthnRequestExpectation, NameIdPolicySupport, PendingRequest, ResponseExpectation, Solicitation, Verdict,
    accept_response, route_authn_request,
};

use super::{Context, ForgedMessage, Outcome, Wire};

/// Sends a message to the receiver that it is for, with nothing remembered from earlier messages.
#[must_use]
pub fn deliver(message: &ForgedMessage) -> Outcome {
    let context = &message.context;
    match &message.wire {
        Wire::Response(xml) => assertion_consumer_service(xml.clone(), context),
        Wire::ResponseForm { content_type, body } => {
            match post::decode(content_type.as_deref(), body, &Limits::MESSAGE) {
                Ok(message) => assertion_consumer_service(message.xml, context),
                Err(error) => refused(&error),
            }
        }
        Wire::RequestQuery(query) => match redirect::decode(query, &Limits::MESSAGE) {
            Ok(message) => redirected(message, context),
            Err(error) => refused(&error),
        },
        Wire::Request(xml) => posted(xml.clone(), context),
        Wire::Metadata(xml) => metadata(xml.clone(), context),
    }
}

fn refused(error: &dyn Coded) -> Outcome {
    Outcome::Refused(vec![error.code()])
}

fn rejected(verdict: &Verdict) -> Outcome {
    Outcome::Refused(verdict.failures().filter_map(|check| check.code()).collect())
}

const fn peer<'a>(context: &'a Context, policy: &'a AlgorithmPolicy) -> PeerSignatures<'a> {
    PeerSignatures { keys: Some(&context.keys), policy, limits: &Limits::MESSAGE }
}

fn assertion_consumer_service(xml: Vec<u8>, context: &Context) -> Outcome {
    let message = match Unverified::<Response>::parse(xml, &Limits::MESSAGE) {
        Ok(message) => message,
        Err(error) => return refused(&error),
    };
    let policy = context.policy();
    let expectation = ResponseExpectation {
        service_provider: &context.sp,
        further_audiences: &[],
        acs_url: &context.acs_url,
        idp: &context.idp,
        keys: &context.keys,
        policy: &policy,
        decryption_keys: &context.decryption_keys,
        signatures: context.signatures,
        limits: &Limits::MESSAGE,
        clock_skew: ClockSkew::default(),
        now: context.now,
    };
    match accept_response(message, &expectation, solicitation(context)) {
        Ok(accepted) => Outcome::Accepted(identity(&accepted)),
        Err(rejected_response) => rejected(&rejected_response.verdict),
    }
}

fn solicitation(context: &Context) -> Solicitation {
    match &context.pending {
        None => Solicitation::Unsolicited,
        Some(waiting) => Solicitation::Pending(PendingRequest {
            id: waiting.id.clone(),
            idp: waiting.idp.clone(),
            issued_at: waiting.issued_at,
            expires_at: waiting.expires_at,
            force_authn: waiting.force_authn,
            requested_context: waiting.requested_context.clone(),
        }),
    }
}

/// Everything of an assertion that an application would act on.
fn identity(assertion: &Assertion) -> String {
    let name = assertion.subject.as_ref().and_then(|subject| match &subject.identifier {
        Some(SubjectIdentifier::NameId(name)) => Some(name),
        Some(SubjectIdentifier::BaseId(_) | SubjectIdentifier::EncryptedId(_)) | None => None,
    });
    let attributes: Vec<_> =
        assertion.attributes().map(|attribute| (&attribute.name, &attribute.values)).collect();
    let sessions: Vec<_> = assertion.authn_statements().map(|statement| &statement.session_index).collect();
    format!("{name:?} {attributes:?} {sessions:?}")
}

fn redirected(message: redirect::RedirectMessage, context: &Context) -> Outcome {
    let policy = context.policy();
    let received = match message.receive::<AuthnRequest>(&Limits::MESSAGE) {
        Ok(message) => message.verify(peer(context, &policy)),
        Err(error) => Err(error),
    };
    single_sign_on_service(received, context)
}

fn posted(xml: Vec<u8>, context: &Context) -> Outcome {
    let policy = context.policy();
    let received = match Unverified::<AuthnRequest>::parse(xml, &Limits::MESSAGE) {
        Ok(message) => message.verify_enveloped(peer(context, &policy)),
        Err(error) => Err(error),
    };
    single_sign_on_service(received, context)
}

fn single_sign_on_service(
    received: Result<ReceivedRequest<AuthnRequest>, TrustError>,
    context: &Context,
) -> Outcome {
    let endpoint = IndexedEndpoint {
        endpoint: Endpoint {
            binding: Binding::HttpPost,
            location: context.acs_url.clone(),
            response_location: None,
        },
        index: 0,
        is_default: None,
    };
    let mut descriptor = SpSsoDescriptor::new(endpoint);
    descriptor.authn_requests_signed = true;
    let expectation = AuthnRequestExpectation {
        service_provider_id: &context.sp,
        service_provider: &descriptor,
        sso_url: &context.sso_url,
        want_authn_requests_signed: true,
        name_ids: NameIdPolicySupport { formats: &[] },
        relaxations: context.relaxations,
        clock_skew: ClockSkew::default(),
        now: context.now,
    };
    match route_authn_request(received, &expectation) {
        Ok(routed) => Outcome::Accepted(format!("{:?} {}", routed.in_response_to, routed.acs_url)),
        Err(refusal) => rejected(&refusal.verdict),
    }
}

fn metadata(xml: Vec<u8>, context: &Context) -> Outcome {
    let policy = context.policy();
    let source = MetadataSource::SignedBy { keys: &context.keys, policy: &policy };
    match read_entity_descriptor(xml, Some(&context.idp), source, &Limits::METADATA) {
        Ok(descriptor) => Outcome::Accepted(format!("{:?}", descriptor.content)),
        Err(error) => refused(&error),
    }
}
