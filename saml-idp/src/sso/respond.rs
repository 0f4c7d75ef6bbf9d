//! The answer goes out. [Profiles §4.1.4.2]

use saml_core::assertion::AttributeValue;
use saml_core::base::{EntityId, MessageId, SamlInstant, VerdictCode};
use saml_core::bindings::post::PostForm;
use saml_core::bindings::{MessageParameter, OutgoingMessage};
use saml_core::dsig::sign_enveloped;
use saml_core::enc::seal_assertion;
use saml_core::protocol::{Response, Status};
use saml_core::validation::{RequestedSubject, Verdict};
use saml_core::xml::Written;
use saml_provider::event::{CorrelationId, Event, Occurrence, Person, Refused};

use super::authn_context::ContextDemand;
use super::error_answer::ErrorAnswer;
use super::issue::{self, Issued};
use super::pending_sso::PendingSso;
use super::sealed_request::{BrowserRequest, Carrier, SealedRequest};
use crate::name_id::{self, NoName};
use crate::session::person;
use crate::sp_peer::ResponseSignatures;
use crate::{IdentityProvider, Snapshot, SpPeer, SsoRefusal, SsoSession};
use saml_provider::SystemRandom;

/// The next step of the browser.
#[derive(Debug)]
#[non_exhaustive]
pub enum Next {
    /// Goes on by a GET, with its cookies, to where the transaction continues.
    Continue(SealedRequest),
    /// Is shown the login page, whose form carries this. It opens with this browser's cookie only.
    LogIn(SealedRequest),
    /// Posts this to the service.
    Post {
        /// The form.
        form: PostForm,
        /// The display name of the service.
        service_name: String,
        /// Whether the service is told an error.
        verdict: Option<Verdict>,
    },
}

/// What goes to the service, and the event that it is.
pub(super) struct Answer {
    form: PostForm,
    /// What people call the service.
    service_name: String,
    /// The error that the service is told.
    verdict: Option<Verdict>,
    event: Event,
    /// The person, if it is about one.
    person: Option<Person>,
}

impl Answer {
    /// The event, for a service.
    pub(super) fn occurrence(&self, sp: &EntityId, id: &CorrelationId, now: SamlInstant) -> Occurrence {
        Occurrence::new(self.event.clone(), id.clone(), now).with(Some(sp)).about(self.person.clone())
    }
}

impl From<Answer> for Next {
    fn from(answer: Answer) -> Self {
        let Answer { form, service_name, verdict, .. } = answer;
        Self::Post { form, service_name, verdict }
    }
}

impl IdentityProvider {
    /// Goes on with a transaction: answers at once from a session, or asks for a login in this browser, which has `browser`
    /// in its cookie.
    ///
    /// # Errors
    /// The transaction is over, or the environment failed.
    pub async fn continue_transaction(
        &self,
        waiting: BrowserRequest<'_>,
        session: Option<&SsoSession>,
        now: SamlInstant,
    ) -> Result<Next, SsoRefusal> {
        self.snapshot().continue_transaction(waiting, session, now).await
    }
}

impl Snapshot {
    pub(crate) async fn continue_transaction(
        &self,
        waiting: BrowserRequest<'_>,
        session: Option<&SsoSession>,
        now: SamlInstant,
    ) -> Result<Next, SsoRefusal> {
        let continued = self.go_on(waiting, session, now).await;
        self.traced(continued, now).await
    }

    async fn go_on(
        &self,
        BrowserRequest { request, browser }: BrowserRequest<'_>,
        session: Option<&SsoSession>,
        now: SamlInstant,
    ) -> Result<Next, SsoRefusal> {
        let transaction = self.open_request(request, Carrier::Address, now).await?;
        let about = |refusal: SsoRefusal| refusal.about(transaction.service_provider());
        let Some(answer) = self.answer_at_once(&transaction, session, now).await.map_err(about)? else {
            let form = self.seal_request(&transaction, Carrier::Form(browser), now).await.map_err(about)?;
            return Ok(Next::LogIn(form));
        };
        let event = answer.occurrence(transaction.service_provider(), &CorrelationId::random(), now);
        if session.is_none() {
            // An error for want of a session. A stranger may have any number of them, so that it leaves no mark.
            self.trace().write(&event).await.map_err(|failed| about(failed.into()))?;
            return Ok(answer.into());
        }
        self.mark_answered(&transaction, now).await.map_err(about)?;
        if let Err(failed) = self.trace().write(&event).await {
            self.unmark_answered(&transaction, now).await;
            return Err(about(failed.into()));
        }
        Ok(answer.into())
    }

    /// The answer from a session, or the error that there is none without asking. `None` means that somebody must sign
    /// in.
    async fn answer_at_once(
        &self,
        transaction: &PendingSso,
        session: Option<&SsoSession>,
        now: SamlInstant,
    ) -> Result<Option<Answer>, SsoRefusal> {
        if let Some(session) = session.filter(|_| !transaction.request.force_authn)
            && self.is_recognised(transaction, session)?
        {
            return self.respond_to_person(transaction, session, now).await.map(Some);
        }
        if transaction.request.is_passive {
            return self.respond_with_error(transaction, &ErrorAnswer::NoPassive, now).map(Some);
        }
        Ok(None)
    }

    /// Issues an assertion about the person, or tells the service why there is none.
    pub(super) async fn respond_to_person(
        &self,
        transaction: &PendingSso,
        session: &SsoSession,
        now: SamlInstant,
    ) -> Result<Answer, SsoRefusal> {
        let class_ref = self.authenticator().class_ref();
        if let ContextDemand::Unmet { asked } = &transaction.context {
            let (asked, possible) = (asked.clone(), class_ref.uri().to_owned());
            let error = ErrorAnswer::NoAuthnContext { asked, possible };
            return self.respond_with_error(transaction, &error, now);
        }
        let sp = &*transaction.sp;
        if !self.keeps_encrypting_for(sp, now).await? {
            return self.respond_with_error(transaction, &ErrorAnswer::EncryptionKeyWithdrawn, now);
        }
        match issue::assertion(self, sp, &transaction.request, session, class_ref, now) {
            Ok(issued) => {
                self.remember_index(sp.entity_id(), session, now).await?;
                let response = issue::response(self, &transaction.request, &issued, now)?;
                let form = self.sign_and_address(transaction, &response, Some(&issued))?;
                Ok(Answer {
                    form,
                    service_name: transaction.service_name().to_owned(),
                    verdict: None,
                    event: issued_event(&issued),
                    person: Some(told(&issued, session)),
                })
            }
            Err(NoName::NotForThisPerson) => self.respond_with_error(transaction, &ErrorAnswer::NoName, now),
            Err(NoName::OtherPrincipal) => {
                self.respond_with_error(transaction, &ErrorAnswer::OtherPrincipal, now)
            }
            Err(NoName::IncomparableSubject) => {
                self.respond_with_error(transaction, &ErrorAnswer::IncomparableSubject, now)
            }
            Err(NoName::Refused(refusal)) => Err(refusal),
        }
    }

    fn respond_with_error(
        &self,
        transaction: &PendingSso,
        error: &ErrorAnswer,
        now: SamlInstant,
    ) -> Result<Answer, SsoRefusal> {
        self.respond_with_status(transaction, error.status(), error.verdict(), now)
    }

    /// Whether the person who is signed in may be answered about without being asked.
    ///
    /// If the request is about somebody, it has to be about them, and by the name that the service may have: it could
    /// otherwise find out who sits there by asking for one name after the other. By any other they are asked to sign in,
    /// and see who asks.
    fn is_recognised(&self, transaction: &PendingSso, session: &SsoSession) -> Result<bool, SsoRefusal> {
        let Some(RequestedSubject::Named(name)) = &transaction.request.subject else { return Ok(true) };
        let sp = &*transaction.sp;
        let person = &session.person;
        Ok(name_id::is_name_of(self, sp, name, person)? && name_id::may_be_told(self, sp, name, person)?)
    }

    /// Tells the service an error, signed like every answer.
    pub(super) fn respond_with_status(
        &self,
        transaction: &PendingSso,
        status: Status,
        verdict: Verdict,
        now: SamlInstant,
    ) -> Result<Answer, SsoRefusal> {
        let response = issue::error_response(self, &transaction.request, status, now)?;
        let form = self.sign_and_address(transaction, &response, None)?;
        let code = verdict.code().unwrap_or(VerdictCode::new("request.refused"));
        let event = Event::refused(Refused::Answer, code, &verdict);
        let service_name = transaction.service_name().to_owned();
        Ok(Answer { form, service_name, verdict: Some(verdict), event, person: None })
    }

    /// Signs the assertion, encrypts it if the service gets it encrypted, then signs the Response around it [saml2int
    /// SDP-IDP09, SDP-IDP11], attack 212. A peer's policy may leave out one of the signatures, never both.
    fn sign_and_address(
        &self,
        transaction: &PendingSso,
        response: &Response,
        issued: Option<&Issued>,
    ) -> Result<PostForm, SsoRefusal> {
        let mut written = response.to_xml().map_err(|error| SsoRefusal::outgoing_failed(&error))?;
        let sp = &*transaction.sp;
        let signatures = sp.policy.signatures;
        if let Some(issued) = issued {
            let id = issued.assertion.id.as_str();
            if signatures != ResponseSignatures::Response {
                self.sign(&mut written, id, sp)?;
            }
            if let Some(recipient) = sp.assertion_recipient() {
                seal_assertion(&mut written, id, recipient, &mut SystemRandom)
                    .map_err(|error| SsoRefusal::outgoing_failed(&error))?;
            }
        }
        if issued.is_none() || signatures != ResponseSignatures::Assertion {
            self.sign(&mut written, response.status_response.id.as_str(), sp)?;
        }
        Ok(PostForm::new(&OutgoingMessage {
            destination: &transaction.request.acs_url,
            parameter: MessageParameter::SamlResponse,
            xml: written.octets(),
            relay_state: transaction.relay_state.as_ref(),
        })?)
    }
}

impl Snapshot {
    fn sign(&self, written: &mut Written, id: &str, sp: &SpPeer) -> Result<(), SsoRefusal> {
        sign_enveloped(written, id, &sp.signing.signer(self.signer()), sp.signing.options())
            .map_err(|error| SsoRefusal::outgoing_failed(&error))
    }
}

/// What the trace is told of an assertion.
fn issued_event(issued: &Issued) -> Event {
    Event::AssertionIssued {
        name_id_format: issued.name.format.as_ref().map(|format| format.uri().to_owned()),
        attributes: issued.assertion.attributes().map(|attribute| attribute.name.clone()).collect(),
    }
}

/// The person, as the service is told of them.
fn told(issued: &Issued, session: &SsoSession) -> Person {
    let text = |value: &AttributeValue| match value {
        AttributeValue::Text(text) => Some(text.clone()),
        AttributeValue::Nil | AttributeValue::Xml(_) => None,
    };
    let released = issued.assertion.attributes();
    let released = released.map(|one| (one.name.clone(), one.values.iter().filter_map(text).collect()));
    person(&session.person).with_name_id(&issued.name.value).with_attributes(released)
}

/// A fresh identifier for a message of ours.
pub(super) fn fresh_id() -> Result<MessageId, SsoRefusal> {
    MessageId::generate(&mut SystemRandom).map_err(|_error| SsoRefusal::unavailable("random.unavailable"))
}
