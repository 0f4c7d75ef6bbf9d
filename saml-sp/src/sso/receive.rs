//! The answer arrives. [Profiles §4.1.4.3], [Bindings §3.5]

use std::sync::Arc;

use saml_core::assertion::Assertion;
use saml_core::base::{EntityId, RelayState, SamlInstant, VerdictCode};
use saml_core::bindings::MessageParameter;
use saml_core::bindings::post::PostMessage;
use saml_core::protocol::{Response, StatusCode};
use saml_core::trust::Unverified;
use saml_core::validation::{Accepted, Rejected, ResponseExpectation, Solicitation, accept_response};
use saml_provider::event::{CorrelationId, Event, Occurrence, relaxations_used};
use saml_provider::record::{Draft, RecordError};
use saml_store::{Insertion, Token};

use super::record::{CompletedRecord, PendingRecord};
use crate::deep_link;
use crate::refusal::PublicReason;
use crate::remembered::{ANSWERED, COMPLETED, PENDING, USED};
use crate::session::SessionRecord;
use crate::{IdpPeer, LoginRefusal, ReturnTo, ServiceProvider, Session, SessionError, Snapshot};

/// An accepted answer on its last hop: send the browser to the completion endpoint with this token.
#[derive(Debug)]
pub struct AcceptedLogin {
    /// Names the login once, for a minute.
    pub token: Token,
}

/// An answer to a login that was started here.
#[derive(Debug)]
pub enum LoginAnswer {
    /// Somebody is signed in there.
    Accepted(AcceptedLogin),
    /// Nobody is, and nobody was to be asked ([`StartLogin::is_passive`](crate::StartLogin::is_passive)): send the browser
    /// here. Nothing of its session has changed.
    Nobody(ReturnTo),
}

impl ServiceProvider {
    /// As [`ServiceProvider::receive_answer`], where no login was started passively: that nobody is signed in is a
    /// refusal too.
    ///
    /// # Errors
    /// [`LoginRefusal`] with everything that was checked.
    pub async fn receive_response(
        &self,
        message: PostMessage,
        now: SamlInstant,
    ) -> Result<AcceptedLogin, LoginRefusal> {
        self.snapshot().receive_response(message, now).await
    }

    /// Judges an answer that was posted to the assertion consumer service.
    ///
    /// The request that it answers keeps waiting until an answer was accepted: whatever was not signed, or is refused,
    /// changes nothing. Then the request is used up, atomically, and the assertion: of two answers, and of two posts of
    /// one answer, at most one gets through, on however many nodes. Cookies are not read.
    ///
    /// # Errors
    /// [`LoginRefusal`] with everything that was checked.
    pub async fn receive_answer(
        &self,
        message: PostMessage,
        now: SamlInstant,
    ) -> Result<LoginAnswer, LoginRefusal> {
        self.snapshot().receive_answer(message, now).await
    }
}

impl Snapshot {
    pub(crate) async fn receive_response(
        &self,
        message: PostMessage,
        now: SamlInstant,
    ) -> Result<AcceptedLogin, LoginRefusal> {
        match self.receive_answer(message, now).await? {
            LoginAnswer::Accepted(login) => Ok(login),
            LoginAnswer::Nobody(_return_to) => {
                let (expected, found) = (StatusCode::Success.uri(), StatusCode::NoPassive.uri());
                let reason = PublicReason::RefusedByIdentityProvider;
                let refusal = LoginRefusal::because(reason, "status.not_success", expected, found);
                Err(self.tell(refusal, now).await)
            }
        }
    }

    pub(crate) async fn receive_answer(
        &self,
        message: PostMessage,
        now: SamlInstant,
    ) -> Result<LoginAnswer, LoginRefusal> {
        let received = self.received(message, now).await;
        self.traced(received, now).await
    }

    async fn received(&self, message: PostMessage, now: SamlInstant) -> Result<LoginAnswer, LoginRefusal> {
        if message.parameter != MessageParameter::SamlResponse {
            return Err(LoginRefusal::because(
                PublicReason::BadRequest,
                "binding.wrong_endpoint",
                "SAMLResponse by POST",
                "SAMLRequest",
            ));
        }
        let response = Unverified::<Response>::parse(message.xml, &self.config().site.limits)?;
        let pending = self.pending(response.claimed_in_response_to(), now).await?;
        let idp = self.peer_of(&response, pending.as_ref()).await?;
        let received = self.accept(response, &idp, pending, message.relay_state.as_ref(), now).await;
        received.map_err(|refusal| refusal.about(&idp.entity_id))
    }

    async fn accept(
        &self,
        response: Unverified<Response>,
        idp: &IdpPeer,
        pending: Option<PendingRecord>,
        relay_state: Option<&RelayState>,
        now: SamlInstant,
    ) -> Result<LoginAnswer, LoginRefusal> {
        let accepted = match self.judge(response, idp, pending.as_ref(), now)? {
            Ok(accepted) => accepted,
            Err(rejected) => return self.nobody(rejected, pending, idp, now).await,
        };
        // Records that may find no room are stored first, where nobody finds them yet, so that a lack of room uses
        // nothing up.
        let (record, person) = self.completed(&accepted, pending.as_ref(), relay_state, now).await?;
        let login = self.keep(&accepted, &record, now).await?;
        let used_up = match self.use_up(&accepted, pending, now).await {
            Ok(()) => self
                .trace()
                .write(&accepted_event(&accepted, &record, &person))
                .await
                .map_err(LoginRefusal::from),
            Err(refusal) => Err(refusal),
        };
        if used_up.is_err() {
            // Nobody has its token, and it expires within a minute.
            let _removed = self.records().remove(COMPLETED, &login.token.key(), now).await;
        }
        used_up.map(|()| LoginAnswer::Accepted(login))
    }

    /// That nobody is signed in is an answer where nobody was to be asked, and only if the provider signed it.
    async fn nobody(
        &self,
        rejected: Rejected,
        pending: Option<PendingRecord>,
        idp: &IdpPeer,
        now: SamlInstant,
    ) -> Result<LoginAnswer, LoginRefusal> {
        let codes = rejected.status.as_deref().map_or(&[][..], |status| status.sub_codes.as_slice());
        let Some(pending) = pending.filter(|pending| pending.is_passive && codes == [StatusCode::NoPassive])
        else {
            return Err(rejected.into());
        };
        let return_to = ReturnTo::received(&pending.return_to, self.site())
            .ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))?;
        if self.take_pending(&pending, &idp.entity_id, now).await? {
            let nobody = Occurrence::new(Event::NobodySignedIn, pending.correlation_id, now);
            self.trace().write(&nobody.with(Some(&idp.entity_id))).await?;
            Ok(LoginAnswer::Nobody(return_to))
        } else {
            let code = REQUEST_ANSWERED;
            Err(LoginRefusal::because(PublicReason::AlreadyUsed, code, FIRST_ANSWER, &pending.id))
        }
    }

    /// The request that is answered, which goes on waiting. An answer to a request that was answered before is a
    /// replay, whatever else is wrong with it.
    async fn pending(
        &self,
        in_response_to: Option<&str>,
        now: SamlInstant,
    ) -> Result<Option<PendingRecord>, LoginRefusal> {
        // A text that can't be one of our identifiers names no record.
        let Some(id) = in_response_to.filter(|id| saml_core::base::MessageId::try_from(*id).is_ok()) else {
            return Ok(None);
        };
        match self.records().get(PENDING.records, id, now).await? {
            Some(record) => Ok(Some(record)),
            None if self.records().get(ANSWERED, id, now).await?.is_some() => {
                Err(LoginRefusal::because(PublicReason::AlreadyUsed, REQUEST_ANSWERED, FIRST_ANSWER, id))
            }
            None => Ok(None),
        }
    }

    /// The peer whose keys are tried: the one that the message claims to come from. Whether it is the one that was
    /// asked is a check of its own.
    async fn peer_of(
        &self,
        response: &Unverified<Response>,
        pending: Option<&PendingRecord>,
    ) -> Result<Arc<IdpPeer>, LoginRefusal> {
        let claimed = response
            .claimed_issuer()
            .or_else(|| pending.map(|record| record.idp.clone()))
            .or_else(|| response.claimed_assertion_issuer());
        let refused = |code, found: &str| {
            LoginRefusal::because(PublicReason::SignInFailed, code, "a configured identity provider", found)
        };
        let claimed = claimed.ok_or_else(|| refused("issuer.missing", "no Issuer"))?;
        self.identity_provider(&claimed).await?.ok_or_else(|| refused("issuer.unknown", &claimed))
    }

    fn judge(
        &self,
        response: Unverified<Response>,
        idp: &IdpPeer,
        pending: Option<&PendingRecord>,
        now: SamlInstant,
    ) -> Result<Result<Accepted<Assertion>, Rejected>, LoginRefusal> {
        let solicitation = match pending {
            None => Solicitation::Unsolicited,
            Some(record) => Solicitation::Pending(
                record.to_request().ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))?,
            ),
        };
        let acs_url = self.config().acs_url();
        let decryption_keys = self.decryption_keys().clone().with_shared_keys(idp.policy.shared_keys.clone());
        let expectation = ResponseExpectation {
            service_provider: &self.config().site.entity_id,
            further_audiences: &idp.policy.further_audiences,
            affiliations: &idp.policy.affiliations,
            acs_url: &acs_url,
            idp: &idp.entity_id,
            metadata_valid_until: idp.valid_until(),
            keys: &idp.keys,
            policy: &idp.policy.permitted,
            decryption_keys: &decryption_keys,
            signatures: idp.policy.signatures,
            limits: &self.config().site.limits,
            clock_skew: self.config().site.clock_skew,
            assertion_max_age: idp.policy.assertion_max_age,
            now,
        };
        Ok(accept_response(response, &expectation, solicitation))
    }

    /// Uses up the request and the assertion. Of several who were accepted at the same time, one takes the request.
    async fn use_up(
        &self,
        accepted: &Accepted<Assertion>,
        pending: Option<PendingRecord>,
        now: SamlInstant,
    ) -> Result<(), LoginRefusal> {
        let Some(pending) = pending else { return self.mark_used(accepted, now).await };
        let id = pending.id.as_str();
        if !self.take_pending(&pending, accepted.issuer(), now).await? {
            return Err(replayed(accepted, REQUEST_ANSWERED, FIRST_ANSWER, id));
        }
        let used = self.mark_used(accepted, now).await;
        if used.is_err()
            && let Some(expires_at) = SamlInstant::from_unix_millis(pending.expires_at)
        {
            // The request signed nobody in, so that it goes on waiting for another answer.
            let again = Draft { name: id, content: &pending, peer: Some(accepted.issuer()), expires_at };
            let _again = self.records().insert(PENDING.records, again, now).await;
        }
        used
    }

    /// Uses up a request: whether nobody else did before.
    async fn take_pending(
        &self,
        pending: &PendingRecord,
        issuer: &EntityId,
        now: SamlInstant,
    ) -> Result<bool, LoginRefusal> {
        let end = now.saturating_add(self.config().lifetimes.pending_request);
        let mark = Draft { name: &pending.id, content: &(), peer: Some(issuer), expires_at: end };
        // Before the request is gone, so that nobody finds neither. Without it a second answer is told another reason.
        let _marked = self.records().insert(ANSWERED, mark, now).await;
        Ok(self.records().take(PENDING.records, &pending.id, now).await?.is_some())
    }

    /// One use per assertion and issuer, remembered for as long as it could be presented again (attacks 180–183).
    async fn mark_used(&self, accepted: &Accepted<Assertion>, now: SamlInstant) -> Result<(), LoginRefusal> {
        // An entity ID has no line feed.
        let name = format!("{}\n{}", accepted.issuer(), accepted.id);
        let expires_at = accepted.replayable_until();
        let mark = Draft { name: &name, content: &(), peer: Some(accepted.issuer()), expires_at };
        match self.records().insert(USED, mark, now).await? {
            Insertion::Inserted => Ok(()),
            Insertion::AlreadyPresent => {
                let expected = "an assertion that was never used";
                Err(replayed(accepted, "replay.assertion_used", expected, accepted.id.as_str()))
            }
        }
    }

    /// Where a login leads that nobody asked for here: to what its `RelayState` names, if that is listed.
    fn deep_link(&self, relay_state: Option<&RelayState>) -> String {
        let config = self.config();
        let target =
            relay_state.and_then(|text| deep_link::target(&config.deep_links, &config.site, text.as_str()));
        target.map_or_else(|| config.default_return_to.clone(), |target| target.as_str().to_owned())
    }

    /// The login for its last hop, and the session that it leads to.
    async fn completed(
        &self,
        accepted: &Accepted<Assertion>,
        pending: Option<&PendingRecord>,
        relay_state: Option<&RelayState>,
        now: SamlInstant,
    ) -> Result<(CompletedRecord, Session), LoginRefusal> {
        let (browser, return_to, correlation_id) = match pending {
            Some(record) => {
                (Some(record.browser.clone()), record.return_to.clone(), record.correlation_id.clone())
            }
            None => (None, self.deep_link(relay_state), CorrelationId::random()),
        };
        let session = Session::of(accepted, self.config().lifetimes.session, self.config().site.clock_skew);
        // First the era, then the trust: a provider that was disabled before this era began is not trusted now, though it
        // was when this request came in.
        let era = self.era_of(&session.idp, now).await?;
        if self.identity_provider(session.idp.as_str()).await?.is_none() {
            return Err(SessionError::Over.into());
        }
        let record = CompletedRecord {
            browser,
            return_to,
            session: SessionRecord::new(session.clone(), era, now),
            correlation_id,
        };
        Ok((record, session))
    }

    /// Keeps the login for its last hop.
    async fn keep(
        &self,
        accepted: &Accepted<Assertion>,
        record: &CompletedRecord,
        now: SamlInstant,
    ) -> Result<AcceptedLogin, LoginRefusal> {
        let token = Token::random()?;
        let name = token.key();
        let expires_at = now.saturating_add(self.config().lifetimes.completed_login);
        let draft = Draft { name: &name, content: record, peer: Some(accepted.issuer()), expires_at };
        match self.records().insert(COMPLETED, draft, now).await {
            Ok(_new) => Ok(AcceptedLogin { token }),
            Err(error @ RecordError::TooLong { .. }) => Err(LoginRefusal::new(
                PublicReason::SignInFailed,
                accepted.verdict().clone().with_failure(
                    "session",
                    "[Profiles §4.1.4.3]",
                    VerdictCode::new("session.too_large"),
                    &error.expected(),
                    &error.found(),
                ),
            )),
            Err(error) => Err(error.into()),
        }
    }
}

/// What the trace is told of an accepted assertion.
fn accepted_event(accepted: &Accepted<Assertion>, record: &CompletedRecord, session: &Session) -> Occurrence {
    let event = Event::LoginAccepted {
        name_id_format: format_of(session),
        authn_context: session.authn_context.as_ref().map(|class| class.uri().to_owned()),
        relaxations: relaxations_used(accepted.verdict()),
    };
    let occurrence = Occurrence::new(event, record.correlation_id.clone(), accepted.at());
    occurrence.with(Some(accepted.issuer())).about(session.person())
}

fn format_of(session: &Session) -> Option<String> {
    Some(session.name_id.as_ref()?.format.as_ref()?.uri().to_owned())
}

const REQUEST_ANSWERED: &str = "replay.request_answered";
const FIRST_ANSWER: &str = "the first answer to a request";

/// Accepted, if it had not been used before.
fn replayed(accepted: &Accepted<Assertion>, code: &'static str, expected: &str, found: &str) -> LoginRefusal {
    let verdict = accepted.verdict().clone().with_failure(
        "replay",
        "[Profiles §4.1.4.5]",
        VerdictCode::new(code),
        expected,
        found,
    );
    LoginRefusal::new(PublicReason::AlreadyUsed, verdict)
}
