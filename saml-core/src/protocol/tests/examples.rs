//! Made-up values of every protocol type.

use crate::assertion::EncryptedAssertion;
use crate::assertion::NameIdFormat;
use crate::assertion::tests::examples::{
    assertion, class_ref, conditions, encrypted, issuer, subject, subject_identifier,
};
use crate::assertion::tests::source::Source;
use crate::protocol::*;

fn extensions(source: &mut Source) -> Extensions {
    Extensions(source.non_empty(|source| source.foreign_element().into()))
}

fn request(source: &mut Source) -> RequestAbstract {
    RequestAbstract {
        id: source.id(),
        issue_instant: source.instant(),
        destination: source.optional(Source::uri),
        consent: source.optional(|source| source.pick(&[Consent::Obtained, Consent::Unavailable])),
        issuer: source.optional(issuer),
        extensions: source.optional(extensions),
    }
}

fn status_response(source: &mut Source) -> StatusResponse {
    StatusResponse {
        id: source.id(),
        in_response_to: source.optional(Source::id),
        issue_instant: source.instant(),
        destination: source.optional(Source::uri),
        consent: source.optional(|source| source.pick(&[Consent::Prior, Consent::Inapplicable])),
        issuer: source.optional(issuer),
        extensions: source.optional(extensions),
        status: status(source),
    }
}

fn status(source: &mut Source) -> Status {
    let other = StatusCode::Other("urn:example:status".to_owned());
    Status {
        code: source.pick(&[StatusCode::Success, StatusCode::Requester, StatusCode::Responder]),
        sub_codes: source.list(|source| source.pick(&[StatusCode::NoPassive, other.clone()])),
        message: source.optional(Source::text),
        detail: source.list(|source| source.foreign_element().into()),
    }
}

pub(super) fn authn_request(source: &mut Source) -> AuthnRequest {
    AuthnRequest {
        request: request(source),
        force_authn: source.flag(),
        is_passive: source.flag(),
        assertion_consumer_service: assertion_consumer_service(source),
        attribute_consuming_service_index: source.optional(Source::number),
        provider_name: source.optional(Source::text),
        subject: source.optional(subject),
        name_id_policy: source.optional(|source| NameIdPolicy {
            format: source
                .optional(|source| source.pick(&[NameIdFormat::Encrypted, NameIdFormat::Transient])),
            sp_name_qualifier: source.optional(Source::text),
            allow_create: source.flag(),
        }),
        conditions: source.optional(conditions),
        requested_authn_context: source.optional(requested_authn_context),
        scoping: source.optional(|source| Scoping {
            proxy_count: source.optional(|source| source.number().into()),
            idp_list: source.optional(idp_list),
            requester_ids: source.list(Source::entity_id),
        }),
    }
}

fn assertion_consumer_service(source: &mut Source) -> AssertionConsumerServiceChoice {
    match source.below(4) {
        0 => AssertionConsumerServiceChoice::Default,
        1 => AssertionConsumerServiceChoice::Index(source.number()),
        2 => AssertionConsumerServiceChoice::ProtocolBinding(source.binding()),
        _ => AssertionConsumerServiceChoice::Url {
            url: source.uri(),
            protocol_binding: source.optional(Source::binding),
        },
    }
}

fn requested_authn_context(source: &mut Source) -> RequestedAuthnContext {
    let references = match source.below(2) {
        0 => RequestedAuthnContextReferences::Classes(source.non_empty(class_ref)),
        _ => RequestedAuthnContextReferences::Declarations(source.non_empty(Source::uri)),
    };
    let comparison = source.pick(&[
        AuthnContextComparison::Exact,
        AuthnContextComparison::Minimum,
        AuthnContextComparison::Maximum,
        AuthnContextComparison::Better,
    ]);
    RequestedAuthnContext { comparison, references }
}

fn idp_list(source: &mut Source) -> IdpList {
    IdpList {
        entries: source.non_empty(|source| IdpEntry {
            provider_id: source.entity_id(),
            name: source.optional(Source::text),
            loc: source.optional(Source::uri),
        }),
        get_complete: source.optional(Source::uri),
    }
}

pub(super) fn response(source: &mut Source) -> Response {
    Response {
        status_response: status_response(source),
        assertions: source.list(|source| match source.below(2) {
            0 => ResponseAssertion::Encrypted(EncryptedAssertion(encrypted(source))),
            _ => ResponseAssertion::Assertion(Box::new(assertion(source))),
        }),
    }
}

pub(super) fn logout_request(source: &mut Source) -> LogoutRequest {
    LogoutRequest {
        request: request(source),
        reason: source.optional(|source| {
            source.pick(&[LogoutReason::User, LogoutReason::Other("urn:example:why".to_owned())])
        }),
        not_on_or_after: source.optional(Source::instant),
        identifier: subject_identifier(source),
        session_indexes: source.list(Source::text),
    }
}

pub(super) fn logout_response(source: &mut Source) -> LogoutResponse {
    LogoutResponse { status_response: status_response(source) }
}

pub(super) fn artifact_resolve(source: &mut Source) -> ArtifactResolve {
    ArtifactResolve { request: request(source), artifact: source.text() }
}

pub(super) fn artifact_response(source: &mut Source) -> ArtifactResponse {
    ArtifactResponse {
        status_response: status_response(source),
        message: source.optional(|source| source.foreign_element().into()),
    }
}
