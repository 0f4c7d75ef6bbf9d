//! Good messages, the raw material of every attack.

use std::time::Duration;

use saml_core::assertion::{
    Assertion, Attribute, AttributeStatement, AudienceRestriction, AuthnContext, AuthnContextClassRef,
    AuthnStatement, Conditions, ConfirmationMethod, Issuer, NameId, NameIdFormat, StatedAttribute, Statement,
    Subject, SubjectConfirmation, SubjectConfirmationData, SubjectIdentifier,
};
use saml_core::base::{Binding, NonEmpty};
use saml_core::crypto::Signer;
use saml_core::dsig::{SigningOptions, sign_enveloped};
use saml_core::metadata::{Endpoint, EntityDescriptor, IdpSsoDescriptor, KeyDescriptor, KeyUse, Role};
use saml_core::protocol::{
    AuthnRequest, LogoutReason, LogoutRequest, LogoutResponse, RequestAbstract, Response, ResponseAssertion,
    Status, StatusCode, StatusResponse,
};

use super::{ForgeError, Scene};

/// Which elements of a Response are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signed {
    /// The Response.
    Response,
    /// The Assertion in it.
    Assertion,
    /// Both, the Assertion first.
    Both,
}

impl Signed {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Response, Self::Assertion, Self::Both];

    /// A name for identifiers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Response => "signed-response",
            Self::Assertion => "signed-assertion",
            Self::Both => "both-signed",
        }
    }
}

/// The Response that logs the person of `scene` in, before it is signed.
#[must_use]
pub fn response(scene: &Scene) -> Response {
    let status = Status::new(StatusCode::Success);
    let envelope = StatusResponse {
        in_response_to: scene.answered().cloned(),
        destination: Some(scene.acs_url.clone()),
        issuer: Some(Issuer::entity(&scene.idp)),
        ..StatusResponse::new(scene.response_id.clone(), scene.now, status)
    };
    let assertion = ResponseAssertion::Assertion(Box::new(assertion(scene)));
    Response { status_response: envelope, assertions: vec![assertion] }
}

fn assertion(scene: &Scene) -> Assertion {
    let soon = scene.now.saturating_add(Duration::from_secs(300));
    let data = SubjectConfirmationData {
        not_on_or_after: Some(soon),
        recipient: Some(scene.acs_url.clone()),
        in_response_to: scene.answered().cloned(),
        ..SubjectConfirmationData::default()
    };
    let confirmation =
        SubjectConfirmation { method: ConfirmationMethod::Bearer, identifier: None, data: Some(data) };
    let name = NameId {
        format: Some(NameIdFormat::EmailAddress),
        sp_name_qualifier: Some(scene.sp.as_str().to_owned()),
        ..NameId::new(scene.name_id.clone())
    };
    let audience = AudienceRestriction { audiences: NonEmpty::new(scene.sp.as_str().to_owned()) };
    let mut assertion = Assertion::new(scene.assertion_id.clone(), scene.now, Issuer::entity(&scene.idp));
    assertion.subject = Some(Subject {
        identifier: Some(SubjectIdentifier::NameId(name)),
        confirmations: vec![confirmation],
    });
    assertion.conditions = Some(Conditions {
        not_before: Some(scene.now.saturating_sub(Duration::from_secs(30))),
        not_on_or_after: Some(soon),
        audience_restrictions: vec![audience],
        ..Conditions::default()
    });
    assertion.statements = statements(scene);
    assertion
}

fn statements(scene: &Scene) -> Vec<Statement> {
    let authn = AuthnStatement {
        authn_instant: scene.now.saturating_sub(Duration::from_secs(10)),
        session_index: Some("_session".to_owned()),
        session_not_on_or_after: Some(scene.now.saturating_add(Duration::from_secs(3600))),
        subject_locality: None,
        authn_context: AuthnContext::of_class(AuthnContextClassRef::PasswordProtectedTransport),
    };
    let role = StatedAttribute::Attribute(Attribute {
        friendly_name: Some("the role".to_owned()),
        ..Attribute::new("role", ["user"])
    });
    let mut attributes = NonEmpty::new(role);
    attributes.push(StatedAttribute::Attribute(Attribute::new("mail", [scene.name_id.clone()])));
    vec![Statement::Authn(authn), Statement::Attribute(AttributeStatement { attributes })]
}

/// The document of a Response, signed as `signed` says; the inner signature is made first.
///
/// # Errors
/// Writing or signing failed.
pub fn signed_response(
    response: &Response,
    signed: Signed,
    signer: &dyn Signer,
) -> Result<Vec<u8>, ForgeError> {
    let mut written = response.to_xml()?;
    let assertion = response.assertions.iter().find_map(ResponseAssertion::as_assertion);
    if let (Signed::Assertion | Signed::Both, Some(assertion)) = (signed, assertion) {
        sign_enveloped(&mut written, assertion.id.as_str(), signer, SigningOptions::default())?;
    }
    if let Signed::Response | Signed::Both = signed {
        sign_enveloped(
            &mut written,
            response.status_response.id.as_str(),
            signer,
            SigningOptions::default(),
        )?;
    }
    Ok(written.into_octets())
}

/// The request that the Response of `scene` answers, unsigned.
#[must_use]
pub fn authn_request(scene: &Scene) -> AuthnRequest {
    let mut request = RequestAbstract::new(scene.request_id.clone(), scene.now);
    request.destination = Some(scene.sso_url.clone());
    request.issuer = Some(Issuer::entity(&scene.sp));
    AuthnRequest::new(request)
}

/// The LogoutRequest that ends the session of `scene` at its service provider, unsigned.
#[must_use]
pub fn logout_request(scene: &Scene) -> LogoutRequest {
    let mut request = RequestAbstract::new(scene.request_id.clone(), scene.now);
    request.destination = Some(scene.acs_url.replace("acs", "slo"));
    request.issuer = Some(Issuer::entity(&scene.idp));
    LogoutRequest {
        request,
        reason: Some(LogoutReason::User),
        not_on_or_after: Some(scene.now.saturating_add(Duration::from_secs(300))),
        identifier: SubjectIdentifier::NameId(NameId::new(scene.name_id.clone())),
        session_indexes: vec!["_session".to_owned()],
    }
}

/// The answer of its identity provider to a LogoutRequest of the service provider, unsigned.
#[must_use]
pub fn logout_response(scene: &Scene) -> LogoutResponse {
    let mut response =
        StatusResponse::new(scene.response_id.clone(), scene.now, Status::new(StatusCode::Success));
    response.in_response_to = Some(scene.request_id.clone());
    response.destination = Some(scene.acs_url.replace("acs", "slo"));
    response.issuer = Some(Issuer::entity(&scene.idp));
    LogoutResponse { status_response: response }
}

/// The identity provider's description of itself, with the certificate of `signer` if it has one, unsigned.
#[must_use]
pub fn metadata(scene: &Scene, signer: &dyn Signer) -> EntityDescriptor {
    let endpoint =
        Endpoint { binding: Binding::HttpRedirect, location: scene.sso_url.clone(), response_location: None };
    let mut idp = IdpSsoDescriptor::new(endpoint);
    let certificate =
        signer.certificate().map(|c| KeyDescriptor::of_certificate(KeyUse::Signing, c.to_base64()));
    idp.sso.role.key_descriptors.extend(certificate);
    let mut descriptor = EntityDescriptor::new(scene.idp.clone(), Role::IdpSso(Box::new(idp)));
    descriptor.id = Some(scene.response_id.clone());
    descriptor
}
