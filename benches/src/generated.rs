//! Messages like those of a large provider: eight attributes, one of them with many values.

use saml_core::assertion::{
    Assertion, Attribute, AttributeStatement, AudienceRestriction, AuthnContext, AuthnContextClassRef,
    AuthnStatement, Conditions, ConfirmationMethod, Issuer, NameId, NameIdFormat, StatedAttribute, Statement,
    Subject, SubjectConfirmation, SubjectConfirmationData, SubjectIdentifier,
};
use saml_core::base::{EntityId, MessageId, NonEmpty, RandomUnavailable, SamlInstant, SecureRandom};
use saml_core::crypto::{ContentCipher, LocalSigner};
use saml_core::dsig::{SigningError, SigningOptions, sign_enveloped};
use saml_core::enc::{EncryptionTarget, seal_assertion};
use saml_core::protocol::{Response, ResponseAssertion, Status, StatusCode, StatusResponse};

use crate::parties::{ACS, IDP, NOW, REQUEST, SP};
use crate::{Failure, Identity};

const RESPONSE_ID: &str = "_8e8dc5f69a98cc4c1ff3427e5ce34606fd672f91";
const ASSERTION_ID: &str = "_d71a3a8e9fcc45c9e9d248ef7049393fc8f04e5f";
const NOT_BEFORE: &str = "2026-11-20T11:55:00Z";
const END: &str = "2099-12-31T23:59:59Z";

/// What of a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    /// The assertion.
    Assertion,
    /// The response.
    Response,
    /// Both, the assertion first.
    Both,
}

/// A signed response with so many values in its longest attribute.
///
/// # Errors
/// It can't be signed.
pub fn response(identity: &Identity, signed: Signed, values: usize) -> Result<Vec<u8>, Failure> {
    let signer = identity.signer()?;
    let mut written = typed_response(values)?.to_xml()?;
    if signed != Signed::Response {
        sign_enveloped(&mut written, ASSERTION_ID, &signer, SigningOptions::default())?;
    }
    if signed != Signed::Assertion {
        sign_enveloped(&mut written, RESPONSE_ID, &signer, SigningOptions::default())?;
    }
    Ok(written.into_octets())
}

/// As [`response`], with its assertion encrypted for `recipient`; the Response is signed around the ciphertext.
///
/// # Errors
/// It can't be signed or encrypted.
pub fn encrypted_response(
    identity: &Identity,
    signed: Signed,
    recipient: &Identity,
    cipher: ContentCipher,
) -> Result<Vec<u8>, Failure> {
    let signer = identity.signer()?;
    let recipient =
        EncryptionTarget { cipher, ..EncryptionTarget::new(recipient.private_key.public_key().clone()) };
    let mut written = typed_response(20)?.to_xml()?;
    if signed != Signed::Response {
        sign_enveloped(&mut written, ASSERTION_ID, &signer, SigningOptions::default())?;
    }
    seal_assertion(&mut written, ASSERTION_ID, &recipient, &mut SystemRandom)?;
    if signed != Signed::Assertion {
        sign_enveloped(&mut written, RESPONSE_ID, &signer, SigningOptions::default())?;
    }
    Ok(written.into_octets())
}

/// OpenSSL's generator.
struct SystemRandom;

impl SecureRandom for SystemRandom {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        openssl::rand::rand_bytes(octets).map_err(|_| RandomUnavailable)
    }
}

/// From the typed response to the octets that are sent.
///
/// # Errors
/// The signer failed.
pub fn sign(response: &Response, signer: &LocalSigner) -> Result<Vec<u8>, SigningError> {
    let mut written = response.to_xml()?;
    let id = response.status_response.id.as_str();
    sign_enveloped(&mut written, id, signer, SigningOptions::default())?;
    Ok(written.into_octets())
}

/// The value that is written and signed.
///
/// # Errors
/// Never.
pub fn typed_response(values: usize) -> Result<Response, Failure> {
    let status = Status::new(StatusCode::Success);
    let mut envelope = StatusResponse::new(MessageId::try_from(RESPONSE_ID)?, instant(NOW)?, status);
    envelope.in_response_to = Some(MessageId::try_from(REQUEST)?);
    envelope.destination = Some(ACS.to_owned());
    envelope.issuer = Some(Issuer::entity(&EntityId::try_from(IDP)?));
    let assertion = ResponseAssertion::Assertion(Box::new(assertion(values)?));
    Ok(Response { status_response: envelope, assertions: vec![assertion] })
}

fn assertion(values: usize) -> Result<Assertion, Failure> {
    let mut name = NameId::new("juergen.mueller@example.com");
    name.format = Some(NameIdFormat::EmailAddress);
    let data = SubjectConfirmationData {
        not_on_or_after: Some(instant(END)?),
        recipient: Some(ACS.to_owned()),
        in_response_to: Some(MessageId::try_from(REQUEST)?),
        ..SubjectConfirmationData::default()
    };
    let confirmation =
        SubjectConfirmation { method: ConfirmationMethod::Bearer, identifier: None, data: Some(data) };
    let subject =
        Subject { identifier: Some(SubjectIdentifier::NameId(name)), confirmations: vec![confirmation] };
    let conditions = Conditions {
        not_before: Some(instant(NOT_BEFORE)?),
        not_on_or_after: Some(instant(END)?),
        audience_restrictions: vec![AudienceRestriction { audiences: NonEmpty::new(SP.to_owned()) }],
        ..Conditions::default()
    };
    let context = AuthnContext {
        class_ref: Some(AuthnContextClassRef::PasswordProtectedTransport),
        declaration: None,
        authenticating_authorities: Vec::new(),
    };
    let authn = AuthnStatement {
        authn_instant: instant(NOW)?,
        session_index: Some(REQUEST.to_owned()),
        session_not_on_or_after: Some(instant(END)?),
        subject_locality: None,
        authn_context: context,
    };
    let attributes = AttributeStatement { attributes: attributes(values) };
    Ok(Assertion {
        id: MessageId::try_from(ASSERTION_ID)?,
        issue_instant: instant(NOW)?,
        issuer: Issuer::entity(&EntityId::try_from(IDP)?),
        subject: Some(subject),
        conditions: Some(conditions),
        advice: None,
        statements: vec![Statement::Authn(authn), Statement::Attribute(attributes)],
    })
}

fn attributes(values: usize) -> NonEmpty<StatedAttribute> {
    let mut number = 0_u128;
    let mut guid = || {
        number = number
            .wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645)
            .wrapping_add(0x9e37_79b9_7f4a_7c15);
        let hex = format!("{number:032x}");
        let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default().to_owned();
        [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
    };
    let named = |name: &str, values: Vec<String>| StatedAttribute::Attribute(Attribute::new(name, values));
    let claim = |name: &str| format!("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/{name}");
    let microsoft = "http://schemas.microsoft.com/identity/claims/";
    let mut attributes = NonEmpty::new(named(&format!("{microsoft}tenantid"), vec![guid()]));
    attributes.push(named(&format!("{microsoft}objectidentifier"), vec![guid()]));
    for (name, value) in [
        (format!("{microsoft}displayname"), "Jürgen Müller-Lüdenscheidt"),
        (claim("givenname"), "Jürgen"),
        (claim("surname"), "Müller-Lüdenscheidt"),
        (claim("emailaddress"), "juergen.mueller@example.com"),
        (claim("name"), "juergen.mueller@example.com"),
    ] {
        attributes.push(named(&name, vec![value.to_owned()]));
    }
    let groups = "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups";
    attributes.push(named(groups, (0..values).map(|_| guid()).collect()));
    attributes
}

fn instant(text: &str) -> Result<SamlInstant, Failure> {
    Ok(SamlInstant::try_from(text)?)
}
