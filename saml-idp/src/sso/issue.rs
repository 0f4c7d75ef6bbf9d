//! The assertion about a person. [Profiles §4.1.4.2], [Core §2.3.3]

use saml_core::assertion::{
    Assertion, AttributeStatement, AudienceRestriction, AuthnContext, AuthnContextClassRef, AuthnStatement,
    Conditions, ConfirmationMethod, Issuer, NameId, StatedAttribute, Statement, Subject, SubjectConfirmation,
    SubjectConfirmationData, SubjectIdentifier,
};
use saml_core::base::{NonEmpty, SamlInstant};
use saml_core::enc::EncryptionTarget;
use saml_core::protocol::{Response, ResponseAssertion, Status, StatusCode, StatusResponse};
use saml_core::trust::seal_name_id;
use saml_core::validation::RoutedAuthnRequest;

use super::respond::fresh_id;
use crate::name_id::{self, NoName};
use crate::{Snapshot, SpPeer, SsoRefusal, SsoSession, attributes};
use saml_provider::SystemRandom;

/// An assertion, ready to be put into a Response.
pub(super) struct Issued {
    pub(super) assertion: Assertion,
    /// The name of the person in it, which may be encrypted there.
    pub(super) name: NameId,
}

/// The assertion: for this service, for this endpoint, for this request, for a few minutes.
pub(super) fn assertion(
    idp: &Snapshot,
    sp: &SpPeer,
    request: &RoutedAuthnRequest,
    session: &SsoSession,
    class_ref: AuthnContextClassRef,
    now: SamlInstant,
) -> Result<Issued, NoName> {
    let now = now.truncated_to_seconds();
    let end = now.saturating_add(idp.config().lifetimes.assertion);
    let name = name_id::issue(idp, sp, request, &session.person)?;
    let mut assertion = Assertion::new(fresh_id().map_err(NoName::Refused)?, now, issuer(idp));
    assertion.subject = Some(Subject {
        identifier: Some(identifier(name_id::recipient(sp, request), name.clone()).map_err(NoName::Refused)?),
        confirmations: vec![bearer(request, end)],
    });
    assertion.conditions = Some(Conditions {
        not_before: Some(now.saturating_sub(idp.config().site.clock_skew.as_duration())),
        not_on_or_after: Some(end),
        audience_restrictions: vec![AudienceRestriction {
            audiences: NonEmpty::new(sp.entity_id.to_string()),
        }],
        ..Conditions::default()
    });
    let session_index = session.index_for(&sp.entity_id).map_err(NoName::Refused)?;
    assertion.statements.push(Statement::Authn(authn_statement(session, session_index, class_ref, now)));
    let released = attributes::release(sp, &session.person).into_iter().map(StatedAttribute::Attribute);
    if let Some(attributes) = NonEmpty::from_vec(released.collect()) {
        assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
    }
    Ok(Issued { assertion, name })
}

/// The name as the service gets it: readable, or for it alone.
fn identifier(recipient: Option<&EncryptionTarget>, name: NameId) -> Result<SubjectIdentifier, SsoRefusal> {
    let Some(recipient) = recipient else { return Ok(SubjectIdentifier::NameId(name)) };
    let sealed = seal_name_id(&name, recipient, &mut SystemRandom);
    sealed.map(SubjectIdentifier::EncryptedId).map_err(|error| SsoRefusal::outgoing_failed(&error))
}

fn issuer(idp: &Snapshot) -> Issuer {
    Issuer::entity(&idp.config().site.entity_id)
}

fn bearer(request: &RoutedAuthnRequest, end: SamlInstant) -> SubjectConfirmation {
    let data = SubjectConfirmationData {
        not_on_or_after: Some(end),
        recipient: Some(request.acs_url.clone()),
        in_response_to: request.in_response_to.clone(),
        ..SubjectConfirmationData::default()
    };
    SubjectConfirmation { method: ConfirmationMethod::Bearer, identifier: None, data: Some(data) }
}

fn authn_statement(
    session: &SsoSession,
    session_index: String,
    class_ref: AuthnContextClassRef,
    now: SamlInstant,
) -> AuthnStatement {
    AuthnStatement {
        authn_instant: SamlInstant::from_unix(session.authn_instant).unwrap_or(now),
        session_index: Some(session_index),
        session_not_on_or_after: SamlInstant::from_unix(session.expires_at),
        subject_locality: None,
        authn_context: AuthnContext::of_class(class_ref),
    }
}

/// The Response around it.
pub(super) fn response(
    idp: &Snapshot,
    request: &RoutedAuthnRequest,
    issued: &Issued,
    now: SamlInstant,
) -> Result<Response, SsoRefusal> {
    let mut response = error_response(idp, request, Status::new(StatusCode::Success), now)?;
    response.assertions.push(ResponseAssertion::Assertion(Box::new(issued.assertion.clone())));
    Ok(response)
}

/// A Response without an assertion.
pub(super) fn error_response(
    idp: &Snapshot,
    request: &RoutedAuthnRequest,
    status: Status,
    now: SamlInstant,
) -> Result<Response, SsoRefusal> {
    let mut status_response = StatusResponse::new(fresh_id()?, now.truncated_to_seconds(), status);
    status_response.in_response_to.clone_from(&request.in_response_to);
    status_response.destination = Some(request.acs_url.clone());
    status_response.issuer = Some(issuer(idp));
    Ok(Response { status_response, assertions: Vec::new() })
}
