//! The answer arrives. [Profiles §4.1.4.3], [Bindings §3.5]

use std::sync::Arc;
use std::time::Duration;

use saml_core::assertion::Assertion;
use saml_core::base::{EntityId, RelayState, SamlInstant, VerdictCode};
use saml_core::bindings::MessageParameter;
use saml_core::bindings::post::PostMessage;
use saml_core::protocol::{Response, StatusCode};
use saml_core::trust::Unverified;
use saml_core::validation::{Accepted, Rejected, ResponseExpectation, Solicitation, accept_response};
use saml_provider::event::{CorrelationId, Event, Occurrence, relaxations_used};
use saml_provider::record::{Draft, RecordError, StateKey};
use saml_store::{Insertion, Token};

use super::record::{AnsweredRequest, Begun, CompletedRecord};
use super::request_id::{Parties, ReceivedId, WaitingRequest};
use crate::deep_link;
use crate::refusal::PublicReason;
use crate::remembered::{ANSWERED, COMPLETED, USED};
use crate::session::SessionRecord;
use crate::{IdpPeer, LoginRefusal, ServiceProvider, Session, SessionError, Snapshot};

/// An accepted answer on its last hop: send the browser to the completion endpoint with this token.
#[derive(Debug)]
pub struct AcceptedLogin {
    /// Names the login once, for a minute.
    pub token: Token,
}

/// An answer to a login that was started here.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginAnswer {
    /// Somebody is signed in there.
    Accepted(AcceptedLogin),
    /// Nobody is, and nobody was to be asked ([`StartLogin::is_passive`](crate::StartLogin::is_passive)): send the browser on
    /// to its last hop, where its cookie says where it goes ([`ServiceProvider::return_as_nobody`]). Nothing of its session
    /// has changed.
    Nobody(NobodyThere),
}

/// A request that was answered by nobody. It is no secret: in another browser than the one that made the request it is nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NobodyThere(String);

impl NobodyThere {
    const CHARS: usize = 32;

    /// Takes a text that came back. Whether it names a request of the browser is seen on the last hop.
    #[must_use]
    pub fn received(text: &str) -> Option<Self> {
        let right = text.len() == Self::CHARS && text.bytes().all(|o| o.is_ascii_hexdigit());
        right.then(|| Self(text.to_owned()))
    }

    /// The text, for the address of the last hop: thirty-two hexadecimal digits.
    #[must_use]
    pub fn request(&self) -> &str {
        &self.0
    }
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
    /// What has to be known of the request stands in its ID, which comes back in `InResponseTo`. The request keeps waiting
    /// until an answer was accepted: whatever was not signed, or is refused here, changes nothing. Then the assertion and the
    /// request are marked as used, each by one atomic step of the store: of two answers, and of two posts of one answer, at
    /// most one gets through, on however many nodes. If the store fails between the two, the same answer can be posted again.
    ///
    /// Cookies are not read. In which browser the login began, and which ways of authentication were asked for, is judged on
    /// the last hop; an answer that is refused there has used its request up.
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
            LoginAnswer::Nobody(_nobody) => {
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
        let pending = self.pending(&response, now).await?;
        let idp = self.peer_of(&response, pending.as_ref()).await?;
        let received = self.accept(response, &idp, pending, message.relay_state.as_ref(), now).await;
        received.map_err(|refusal| refusal.about(&idp.entity_id))
    }

    async fn accept(
        &self,
        response: Unverified<Response>,
        idp: &IdpPeer,
        pending: Option<WaitingRequest>,
        relay_state: Option<&RelayState>,
        now: SamlInstant,
    ) -> Result<LoginAnswer, LoginRefusal> {
        let accepted = match self.judge(response, idp, pending.as_ref(), now) {
            Ok(accepted) => accepted,
            Err(rejected) => return self.nobody(rejected, pending, now).await,
        };
        if pending.is_none() {
            self.require_unused(&accepted, now).await?;
        }
        // Records that may find no room are stored first, where nobody finds them yet, so that a lack of room uses
        // nothing up.
        let (record, person) = self.completed(&accepted, pending.as_ref(), relay_state, now).await?;
        let login = self.keep(&accepted, &record, now).await?;
        let used_up = match self.use_up(&accepted, pending.as_ref(), now).await {
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
        pending: Option<WaitingRequest>,
        now: SamlInstant,
    ) -> Result<LoginAnswer, LoginRefusal> {
        let codes = rejected.status.as_deref().map_or(&[][..], |status| status.sub_codes.as_slice());
        let Some(pending) =
            pending.filter(|pending| pending.facts.wishes.is_passive && codes == [StatusCode::NoPassive])
        else {
            return Err(rejected.into());
        };
        // No mark: a stranger can have any number of these answers made, and it signs nobody in. The request goes on waiting.
        let nobody = Occurrence::new(Event::NobodySignedIn, pending.facts.correlation_id(), now);
        self.trace().write(&nobody.with(Some(&pending.idp))).await?;
        Ok(LoginAnswer::Nobody(NobodyThere(pending.facts.name())))
    }

    /// The request of ours that is answered. An answer to a request that was answered before is a replay, whatever else is
    /// wrong with it.
    async fn pending(
        &self,
        response: &Unverified<Response>,
        now: SamlInstant,
    ) -> Result<Option<WaitingRequest>, LoginRefusal> {
        let Some(claimed) = response.claimed_in_response_to().and_then(ReceivedId::received) else {
            return Ok(None);
        };
        // Read anew each time: whoever empties the store, and with it the marks, voids all requests under way.
        let key = self.state_key(now).await?;
        let Some(pending) = self.asked(response, &claimed, &key)? else { return Ok(None) };
        match self.records().get(ANSWERED, pending.id.as_str(), now).await? {
            None => Ok(Some(pending)),
            Some(()) => Err(answered_before(&pending)),
        }
    }

    /// The request with this ID, if we made it. The ID can be checked only for an identity provider that is named beside it:
    /// usually the one that answers. Where it was another one, or the answer does not say, the first of ours are tried.
    fn asked(
        &self,
        response: &Unverified<Response>,
        claimed: &ReceivedId,
        key: &StateKey,
    ) -> Result<Option<WaitingRequest>, RecordError> {
        let named = [response.claimed_issuer(), response.claimed_assertion_issuer()];
        let named = named.into_iter().flatten().filter_map(|name| EntityId::try_from(name.as_str()).ok());
        let ours = self.identity_providers().all().take(TRIED).map(|idp| idp.entity_id.clone());
        for idp in named.chain(ours) {
            let parties = Parties { key, sp: &self.config().site.entity_id, idp: &idp };
            if let Some(request) = claimed.open(parties)? {
                return Ok(Some(request));
            }
        }
        Ok(None)
    }

    /// The peer whose keys are tried: the one that the message claims to come from. Whether it is the one that was
    /// asked is a check of its own.
    async fn peer_of(
        &self,
        response: &Unverified<Response>,
        pending: Option<&WaitingRequest>,
    ) -> Result<Arc<IdpPeer>, LoginRefusal> {
        let claimed = response
            .claimed_issuer()
            .or_else(|| pending.map(|request| request.idp.to_string()))
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
        pending: Option<&WaitingRequest>,
        now: SamlInstant,
    ) -> Result<Accepted<Assertion>, Rejected> {
        let solicitation =
            pending.map_or(Solicitation::Unsolicited, |request| Solicitation::Pending(request.to_pending()));
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
        accept_response(response, &expectation, solicitation)
    }

    /// Uses up the assertion and the request. Of several answers that were accepted at the same time, the one gets through
    /// whose mark on the request is the first.
    ///
    /// The mark on the assertion comes first. It names the request, so that it stops this assertion everywhere else, and not
    /// here: if the store fails before the request is marked, the same answer may come again, and so may another one.
    async fn use_up(
        &self,
        accepted: &Accepted<Assertion>,
        pending: Option<&WaitingRequest>,
        now: SamlInstant,
    ) -> Result<(), LoginRefusal> {
        self.mark_used(accepted, pending, now).await?;
        let Some(pending) = pending else { return Ok(()) };
        match self.mark_answered(pending, now).await? {
            Insertion::Inserted => Ok(()),
            Insertion::AlreadyPresent => {
                Err(replayed(accepted, REQUEST_ANSWERED, FIRST_ANSWER, pending.id.as_str()))
            }
        }
    }

    /// Uses up a request: only one caller ever inserts this mark. It stays until nobody takes an answer to the request any
    /// more, however far the clocks of our nodes are apart within the skew.
    async fn mark_answered(
        &self,
        pending: &WaitingRequest,
        now: SamlInstant,
    ) -> Result<Insertion, RecordError> {
        let skew = self.config().site.clock_skew.as_duration();
        let expires_at =
            pending.facts.expires_at().saturating_add(skew).saturating_add(Duration::from_secs(1));
        let mark = Draft { name: pending.id.as_str(), content: &(), peer: Some(&pending.idp), expires_at };
        self.records().insert(ANSWERED, mark, now).await
    }

    /// An answer that nobody asked for and that was used is refused before anything is stored, however often it comes.
    async fn require_unused(
        &self,
        accepted: &Accepted<Assertion>,
        now: SamlInstant,
    ) -> Result<(), LoginRefusal> {
        match self.records().get(USED, &name_of_use(accepted), now).await? {
            None => Ok(()),
            Some(_marked) => Err(used_before(accepted)),
        }
    }

    /// One use per assertion and issuer, remembered for as long as it could be presented again (attacks 180–183). An
    /// assertion that answers a request may be marked for that very request already, by a post that failed half way or that
    /// arrives at the same time: then the mark on the request decides.
    async fn mark_used(
        &self,
        accepted: &Accepted<Assertion>,
        pending: Option<&WaitingRequest>,
        now: SamlInstant,
    ) -> Result<(), LoginRefusal> {
        let name = name_of_use(accepted);
        let request = pending.map(|request| request.facts.name());
        // A node whose clock is behind still takes the assertion for that long.
        let skew = self.config().site.clock_skew.as_duration();
        let expires_at = accepted.replayable_until().saturating_add(skew);
        let mark = Draft { name: &name, content: &request, peer: Some(accepted.issuer()), expires_at };
        match self.records().insert(USED, mark, now).await? {
            Insertion::Inserted => Ok(()),
            Insertion::AlreadyPresent => {
                let marked_for = self.records().get(USED, &name, now).await?.flatten();
                if request.is_some() && marked_for == request {
                    return Ok(());
                }
                Err(used_before(accepted))
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
        pending: Option<&WaitingRequest>,
        relay_state: Option<&RelayState>,
        now: SamlInstant,
    ) -> Result<(CompletedRecord, Session), LoginRefusal> {
        let (begun, correlation_id) = match pending {
            Some(request) => (Begun::Here(answered(request, accepted)), request.facts.correlation_id()),
            None => (Begun::AtIdp { return_to: self.deep_link(relay_state) }, CorrelationId::random()),
        };
        let session = Session::of(accepted, self.config().lifetimes.session, self.config().site.clock_skew);
        // First the era, then the trust: a provider that was disabled before this era began is not trusted now, though it
        // was when this request came in.
        let era = self.era_of(&session.idp, now).await?;
        if self.identity_provider(session.idp.as_str()).await?.is_none() {
            return Err(SessionError::Over.into());
        }
        let record =
            CompletedRecord { begun, session: SessionRecord::new(session.clone(), era, now), correlation_id };
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

/// What the last hop has to know of the request and its answer.
fn answered(request: &WaitingRequest, accepted: &Accepted<Assertion>) -> AnsweredRequest {
    let contexts = request.facts.wishes.contexts;
    let found = accepted.authn_statements().filter_map(|one| one.authn_context.class_ref.as_ref());
    let class_refs = match contexts {
        Some(_asked_for) => found.map(|class_ref| class_ref.uri().to_owned()).collect(),
        None => Vec::new(),
    };
    AnsweredRequest { request: request.facts.name(), contexts, class_refs }
}

/// How many identity providers of ours are tried for an ID whose identity provider did not answer. Anybody can send one,
/// and each try is an HMAC.
const TRIED: usize = 16;

const REQUEST_ANSWERED: &str = "replay.request_answered";
const FIRST_ANSWER: &str = "the first answer to a request";

/// Whatever else is wrong with the answer.
fn answered_before(request: &WaitingRequest) -> LoginRefusal {
    LoginRefusal::because(PublicReason::AlreadyUsed, REQUEST_ANSWERED, FIRST_ANSWER, request.id.as_str())
}

/// An entity ID has no line feed, so that two pairs never give one name.
fn name_of_use(accepted: &Accepted<Assertion>) -> String {
    format!("{}\n{}", accepted.issuer(), accepted.id)
}

fn used_before(accepted: &Accepted<Assertion>) -> LoginRefusal {
    let expected = "an assertion that was never used";
    replayed(accepted, "replay.assertion_used", expected, accepted.id.as_str())
}

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
