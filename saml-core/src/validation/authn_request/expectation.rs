//! Floor 8: the facts that an identity provider has before it looks at a request, and the result.

use super::subject::RequestedSubject;
use crate::assertion::NameIdFormat;
use crate::base::Relaxations;
use crate::base::{ClockSkew, EntityId, MessageId, RequestMaxAge, SamlInstant};
use crate::metadata::SpSsoDescriptor;
use crate::protocol::{AuthnRequest, NameIdPolicy, Status};
use crate::validation::{RequestedContext, Verdict};

/// Everything that a request is compared with; nothing of it comes from the message.
#[derive(Clone, Copy, Debug)]
pub struct AuthnRequestExpectation<'a> {
    /// The service provider that the request claims to come from, known from its metadata.
    pub service_provider_id: &'a EntityId,
    /// Its role descriptor.
    pub service_provider: &'a SpSsoDescriptor,
    /// When that metadata ends, exclusive; `None` if it states no end.
    pub metadata_valid_until: Option<SamlInstant>,
    /// The URL of the endpoint that took the request, as configured.
    pub sso_url: &'a str,
    /// Whether we want every request signed, whatever the peer's metadata says.
    pub want_authn_requests_signed: bool,
    /// The kinds of name that we can issue.
    pub name_ids: NameIdPolicySupport<'a>,
    /// The relaxations that the service provider is granted.
    pub relaxations: Relaxations,
    /// How far the peer's clock may be off.
    pub clock_skew: ClockSkew,
    /// How long after its `IssueInstant` a request of it is still followed.
    pub request_max_age: RequestMaxAge,
    /// The instant of the decision.
    pub now: SamlInstant,
}

/// The kinds of name that an identity provider can issue.
#[derive(Clone, Copy, Debug)]
pub struct NameIdPolicySupport<'a> {
    /// The formats, the preferred one first.
    pub formats: &'a [NameIdFormat],
}

/// A request that may be answered, and what the answer must observe.
#[derive(Debug)]
pub struct RoutedAuthnRequest {
    /// The request's ID, which the answer names; `None` for a login that starts at the identity provider.
    pub in_response_to: Option<MessageId>,
    /// Who asked.
    pub service_provider: EntityId,
    /// Where the answer goes, by HTTP POST: one of the endpoints of the requester's metadata.
    pub acs_url: String,
    /// The person whom the answer must be about; `None` for the person who signs in.
    pub subject: Option<RequestedSubject>,
    /// What kind of name is wanted.
    pub name_id_policy: Option<NameIdPolicy>,
    /// Whether the person must prove who they are afresh.
    pub force_authn: bool,
    /// Whether the person must not be bothered.
    pub is_passive: bool,
    /// How the person is to be authenticated.
    pub requested_context: Option<RequestedContext>,
    /// The set of attributes that is asked for, an index into the requester's metadata.
    pub attribute_consuming_service_index: Option<u16>,
    /// Everything that was checked.
    pub verdict: Verdict,
}

impl RoutedAuthnRequest {
    pub(super) fn new(
        request: AuthnRequest,
        service_provider: EntityId,
        acs_url: String,
        verdict: Verdict,
    ) -> Self {
        let requested_context = request.requested_authn_context.as_ref().map(RequestedContext::of);
        Self {
            in_response_to: Some(request.request.id),
            service_provider,
            acs_url,
            subject: request.subject.as_ref().and_then(RequestedSubject::of),
            name_id_policy: request.name_id_policy,
            force_authn: request.force_authn,
            is_passive: request.is_passive,
            requested_context,
            attribute_consuming_service_index: request.attribute_consuming_service_index,
            verdict,
        }
    }

    /// As if the service provider had asked for a login at its default endpoint, wishing for nothing.
    pub(super) fn unsolicited(service_provider: EntityId, acs_url: String, verdict: Verdict) -> Self {
        Self {
            in_response_to: None,
            service_provider,
            acs_url,
            subject: None,
            name_id_policy: None,
            force_authn: false,
            is_passive: false,
            requested_context: None,
            attribute_consuming_service_index: None,
            verdict,
        }
    }

    /// The refusal of this request with a status that its requester is told.
    #[must_use]
    pub fn refused(self, status: Status) -> RequestRefusal {
        RequestRefusal { verdict: self.verdict.clone(), answer: Some(Box::new((self, status))) }
    }
}

/// A request that is not followed.
#[derive(Debug, thiserror::Error)]
#[error("the request is refused: {}", self.verdict.code().map_or("no check", |code| code.as_str()))]
pub struct RequestRefusal {
    /// Why.
    pub verdict: Verdict,
    /// The error status for the requester, if it is beyond doubt who asked and where the answer goes.
    pub answer: Option<Box<(RoutedAuthnRequest, Status)>>,
}
