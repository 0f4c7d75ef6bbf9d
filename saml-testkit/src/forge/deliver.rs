//! Handing a message to the product, as its roles do.

use saml_core::assertion::{Assertion, SubjectIdentifier};
use saml_core::base::{AssertionMaxAge, Binding, ClockSkew, Limits, RequestMaxAge};
use saml_core::bindings::{post, redirect};
use saml_core::crypto::PeerPolicy;
use saml_core::metadata::{Endpoint, IndexedEndpoint, SpSsoDescriptor};
use saml_core::protocol::{AuthnRequest, LogoutRequest, LogoutResponse, Response};
use saml_core::trust::{
    Message, MetadataSource, PeerSignatures, ReceivedMessage, RefusedRequest, TrustError, Unverified,
    read_entity_descriptor,
};
use saml_core::validation::{
    AuthnRequestExpectation, NameIdPolicySupport, PendingRequest, ResponseExpectation, Solicitation, Verdict,
    accept_response, route_authn_request,
};

use super::{Context, Expected, ForgedMessage, Outcome, Wire};

/// The product's decision on one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The identity for which it was accepted, if it was.
    pub accepted: Option<Identity>,
    /// Everything that was checked.
    pub verdict: Verdict,
}

/// The identity for which a message was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The NameID; for a request, the recipient of the answer; for metadata, the entity.
    pub name_id: String,
    /// All that the receiver would act on, in one text.
    pub everything: String,
}

/// Sends a message to the receiver that it is for, with nothing remembered from earlier messages.
#[must_use]
pub fn deliver(message: &ForgedMessage) -> Outcome {
    let decision = decide(&message.wire, &message.context);
    match decision.accepted {
        Some(identity) => Outcome::Accepted(identity.everything),
        None => Outcome::Refused(decision.verdict.failures().filter_map(|check| check.code()).collect()),
    }
}

impl ForgedMessage {
    /// The same message made like an existing one, if it is still what it claims to be. The expected code becomes the
    /// product's own, because the existing message may lead to another one.
    #[must_use]
    pub fn fitted(mut self) -> Option<Self> {
        let outcome = deliver(&self);
        if !self.is_what_it_is_meant_to_be(&outcome) {
            return None;
        }
        if let (Expected::Refused(code), Outcome::Refused(found)) = (&mut self.expected, &outcome)
            && let Some(first) = found.first()
        {
            *code = *first;
        }
        Some(self)
    }
}

/// The decision of a receiver with `context` on `wire`, without memory of earlier messages.
#[must_use]
pub fn decide(wire: &Wire, context: &Context) -> Decision {
    match wire {
        Wire::Response(xml) => assertion_consumer_service(xml.clone(), context),
        Wire::ResponseForm { content_type, body } => {
            match post::decode(content_type.as_deref(), body, &Limits::MESSAGE) {
                Ok(message) => assertion_consumer_service(message.xml, context),
                Err(error) => Decision::refused(Verdict::refused(&error)),
            }
        }
        Wire::RequestQuery(query) => match redirect::decode(query, &Limits::MESSAGE) {
            Ok(message) => redirected(message, context),
            Err(error) => Decision::refused(Verdict::refused(&error)),
        },
        Wire::Request(xml) => posted(xml.clone(), context),
        Wire::LogoutRequest(xml) => {
            signed::<LogoutRequest>(xml.clone(), context, |mut request| {
                // Nobody acts on extensions.
                request.request.extensions = None;
                let name_id = match &request.identifier {
                    SubjectIdentifier::NameId(name) => name.value.clone(),
                    SubjectIdentifier::BaseId(_) | SubjectIdentifier::EncryptedId(_) => String::new(),
                };
                Identity { name_id, everything: format!("{request:?}") }
            })
        }
        Wire::LogoutResponse(xml) => signed::<LogoutResponse>(xml.clone(), context, |mut response| {
            response.status_response.extensions = None;
            let issuer = response.status_response.issuer.as_ref();
            Identity {
                name_id: issuer.map(|issuer| issuer.as_str().to_owned()).unwrap_or_default(),
                everything: format!("{response:?}"),
            }
        }),
        Wire::Metadata(xml) => metadata(xml.clone(), context),
    }
}

impl Decision {
    const fn refused(verdict: Verdict) -> Self {
        Self { accepted: None, verdict }
    }
}

const fn peer<'a>(context: &'a Context, policy: &'a PeerPolicy) -> PeerSignatures<'a> {
    PeerSignatures { keys: Some(&context.keys), policy, limits: &Limits::MESSAGE }
}

fn assertion_consumer_service(xml: Vec<u8>, context: &Context) -> Decision {
    let message = match Unverified::<Response>::parse(xml, &Limits::MESSAGE) {
        Ok(message) => message,
        Err(error) => return Decision::refused(Verdict::refused(&error)),
    };
    let policy = context.policy();
    let expectation = ResponseExpectation {
        service_provider: &context.sp,
        further_audiences: &[],
        affiliations: &[],
        acs_url: &context.acs_url,
        idp: &context.idp,
        metadata_valid_until: context.metadata_valid_until,
        keys: &context.keys,
        policy: &policy,
        decryption_keys: &context.decryption_keys,
        signatures: context.signatures,
        limits: &Limits::MESSAGE,
        clock_skew: ClockSkew::default(),
        assertion_max_age: AssertionMaxAge::default(),
        now: context.now,
    };
    match accept_response(message, &expectation, solicitation(context)) {
        Ok(accepted) => {
            let (assertion, verdict) = accepted.into_parts();
            Decision { accepted: Some(identity(&assertion)), verdict }
        }
        Err(rejected) => Decision::refused(rejected.verdict),
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
fn identity(assertion: &Assertion) -> Identity {
    let name = assertion.subject.as_ref().and_then(|subject| match &subject.identifier {
        Some(SubjectIdentifier::NameId(name)) => Some(name),
        Some(SubjectIdentifier::BaseId(_) | SubjectIdentifier::EncryptedId(_)) | None => None,
    });
    let attributes: Vec<_> =
        assertion.attributes().map(|attribute| (&attribute.name, &attribute.values)).collect();
    let sessions: Vec<_> = assertion.authn_statements().map(|statement| &statement.session_index).collect();
    Identity {
        name_id: name.map(|name| name.value.clone()).unwrap_or_default(),
        everything: format!("{name:?} {attributes:?} {sessions:?}"),
    }
}

fn redirected(message: redirect::RedirectMessage, context: &Context) -> Decision {
    let policy = context.policy();
    let received = match message.receive::<AuthnRequest>(&Limits::MESSAGE) {
        Ok(message) => message.verify(peer(context, &policy)),
        Err(error) => Err(error.into()),
    };
    single_sign_on_service(received, context)
}

fn posted(xml: Vec<u8>, context: &Context) -> Decision {
    let policy = context.policy();
    let received = match Unverified::<AuthnRequest>::parse(xml, &Limits::MESSAGE) {
        Ok(message) => message.verify_enveloped(peer(context, &policy)),
        Err(error) => Err(error.into()),
    };
    single_sign_on_service(received, context)
}

fn single_sign_on_service(
    received: Result<ReceivedMessage<AuthnRequest>, RefusedRequest<AuthnRequest>>,
    context: &Context,
) -> Decision {
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
        metadata_valid_until: context.metadata_valid_until,
        sso_url: &context.sso_url,
        want_authn_requests_signed: true,
        name_ids: NameIdPolicySupport { formats: &[] },
        relaxations: context.relaxations,
        clock_skew: ClockSkew::default(),
        request_max_age: RequestMaxAge::default(),
        now: context.now,
    };
    match route_authn_request(received, &expectation) {
        Ok(routed) => {
            let everything = format!("{:?} {}", routed.in_response_to, routed.acs_url);
            let identity = Identity { name_id: routed.acs_url, everything };
            Decision { accepted: Some(identity), verdict: routed.verdict }
        }
        Err(refusal) => Decision::refused(refusal.verdict),
    }
}

/// Whether the peer signed a message, and nothing else.
fn signed<T: Message + Clone + std::fmt::Debug>(
    xml: Vec<u8>,
    context: &Context,
    identity: impl Fn(T) -> Identity,
) -> Decision {
    let policy = PeerPolicy::relaxed(context.relaxations);
    let received = match Unverified::<T>::parse(xml, &Limits::MESSAGE) {
        Ok(message) => message.verify_enveloped(peer(context, &policy)),
        Err(error) => Err(error.into()),
    };
    match received {
        Ok(ReceivedMessage::Verified(message)) => Decision {
            accepted: Some(identity((*message).clone())),
            verdict: Verdict::default().with_pass("signature", "[Core §5.3]"),
        },
        Ok(_unsigned) => Decision::refused(Verdict::refused(&TrustError::SignatureMissing)),
        Err(error) => Decision::refused(Verdict::refused(&error)),
    }
}

fn metadata(xml: Vec<u8>, context: &Context) -> Decision {
    let policy = context.policy();
    let source = MetadataSource::SignedBy { keys: &context.keys, policy: &policy };
    match read_entity_descriptor(xml, Some(&context.idp), source, &Limits::METADATA) {
        Ok(descriptor) => Decision {
            accepted: Some(Identity {
                name_id: descriptor.entity_id.to_string(),
                everything: format!("{:?}", descriptor.content),
            }),
            verdict: Verdict::default().with_pass("metadata", "[Metadata §3]"),
        },
        Err(error) => Decision::refused(Verdict::refused(&error)),
    }
}
