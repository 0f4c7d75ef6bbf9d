//! Responses as an identity provider would write them, to be changed in one respect and signed all the same.

use std::time::Duration;

use saml_core::assertion::{
    Assertion, AudienceRestriction, AuthnContext, AuthnContextClassRef, AuthnStatement, Conditions,
    ConfirmationMethod, Issuer, NameId, Statement, Subject, SubjectConfirmation, SubjectConfirmationData,
    SubjectIdentifier,
};
use saml_core::base::{MessageId, NonEmpty, SamlInstant};
use saml_core::dsig::{SigningOptions, sign_enveloped};
use saml_core::protocol::{Response, ResponseAssertion, Status, StatusCode, StatusResponse};

use crate::message::fresh_id;
use crate::world::{Idp, Sp};

/// A good answer, until a test makes it another.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The Response around the assertion; its own list of assertions stays empty.
    pub response: Response,
    /// The assertion.
    pub assertion: Assertion,
}

impl Answer {
    /// The answer of `idp` to a request of `sp`, or to none, that is good at `now`.
    #[must_use]
    pub fn new(idp: &Idp, sp: &Sp, in_response_to: Option<&str>, now: SamlInstant) -> Self {
        let in_response_to = in_response_to.map(|id| MessageId::try_from(id).unwrap());
        let issuer = Issuer::entity(&idp.provider.config().site.entity_id);
        let end = now.saturating_add(Duration::from_secs(300));
        let mut assertion = Assertion::new(fresh_id(), now, issuer.clone());
        assertion.subject = Some(Subject {
            identifier: Some(SubjectIdentifier::NameId(NameId::new("somebody".to_owned()))),
            confirmations: vec![SubjectConfirmation {
                method: ConfirmationMethod::Bearer,
                identifier: None,
                data: Some(SubjectConfirmationData {
                    not_on_or_after: Some(end),
                    recipient: Some(sp.acs()),
                    in_response_to: in_response_to.clone(),
                    ..SubjectConfirmationData::default()
                }),
            }],
        });
        assertion.conditions = Some(Conditions {
            not_before: Some(now),
            not_on_or_after: Some(end),
            audience_restrictions: vec![AudienceRestriction { audiences: NonEmpty::new(sp.entity_id()) }],
            ..Conditions::default()
        });
        assertion.statements.push(Statement::Authn(AuthnStatement {
            authn_instant: now,
            session_index: None,
            session_not_on_or_after: None,
            subject_locality: None,
            authn_context: AuthnContext::of_class(AuthnContextClassRef::from_uri(
                "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
            )),
        }));
        let mut status = StatusResponse::new(fresh_id(), now, Status::new(StatusCode::Success));
        status.in_response_to = in_response_to;
        status.destination = Some(sp.acs());
        status.issuer = Some(issuer);
        Self { response: Response { status_response: status, assertions: Vec::new() }, assertion }
    }

    /// The same answer, changed.
    #[must_use]
    pub fn but(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// Its conditions.
    ///
    /// # Panics
    /// They were taken away.
    pub fn conditions(&mut self) -> &mut Conditions {
        self.assertion.conditions.as_mut().unwrap()
    }

    /// The data of its bearer confirmation.
    ///
    /// # Panics
    /// They were taken away.
    pub fn bearer(&mut self) -> &mut SubjectConfirmationData {
        self.assertion.subject.as_mut().unwrap().confirmations[0].data.as_mut().unwrap()
    }

    /// The XML, assertion and Response signed with the key of `idp`.
    ///
    /// # Panics
    /// It can't be written.
    #[must_use]
    pub fn signed_by(&self, idp: &Idp) -> Vec<u8> {
        let mut response = self.response.clone();
        response.assertions.push(ResponseAssertion::Assertion(Box::new(self.assertion.clone())));
        let mut written = response.to_xml().unwrap();
        for id in [&self.assertion.id, &response.status_response.id] {
            sign_enveloped(&mut written, id.as_str(), &*idp.signer, SigningOptions::default()).unwrap();
        }
        written.into_octets()
    }
}
