//! A person proves who they are.

use std::time::Duration;

use saml_core::base::{SamlInstant, Secret, VerdictCode};
use saml_core::validation::Verdict;
use saml_provider::ClientNetwork;
use saml_provider::event::{CorrelationId, Event, Occurrence, Refused};
use saml_store::Token;

use super::pending_sso::PendingSso;
use super::respond::Next;
use super::sealed_request::BrowserRequest;
use crate::known_browser::Recognised;
use crate::session::person as person_of;
use crate::throttle::{Door, PATIENCE, Tried};
use crate::{IdentityProvider, KnownBrowser, Principal, Snapshot, SsoRefusal, SsoSession};

/// How a try to sign in ended.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one for each login, and it is taken apart at once")]
#[non_exhaustive]
pub enum LoginOutcome {
    /// The person is signed in here; this is the cookie's new token.
    SignedIn {
        /// The session's token.
        session: Token,
        /// What goes to the service, if the login was for one.
        next: Option<Next>,
        /// What the browser is known by from now on, for a cookie. `None` if it could not be made: the browser then counts like
        /// any other.
        known_browser: Option<KnownBrowser>,
    },
    /// User name and password don't belong together.
    Wrong,
    /// Too many passwords are being looked at. The try counts against nobody, and should be made again after this time.
    Busy {
        /// How long the queue may take.
        retry_after: Duration,
    },
    /// Too many wrong tries; none is looked at for up to this long.
    Throttled {
        /// The window in which tries are counted.
        retry_after: Duration,
    },
}

/// The user name and password that a person typed, and the address of the client.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// The user name.
    pub user_name: &'a str,
    /// The password.
    pub password: &'a Secret,
    /// The client's network address, which tries are counted by as well: as a connection has it or as a proxy writes
    /// it, with a port, in brackets, or as an element of `Forwarded`. A text that is no address is counted as one
    /// client.
    pub address: &'a str,
    /// What the browser is known by, if it sent that: its tries are counted apart for accounts that have signed in there.
    pub known_browser: Option<&'a KnownBrowser>,
}

impl IdentityProvider {
    /// Checks a user name and password and, if they are right, begins a session; then answers the request that waits in the
    /// form, if the login is for one.
    ///
    /// The caller has made sure that the form was shown by us to this browser.
    ///
    /// Where as many passwords of an account or a network are being looked at as may be wrong, or as it may have in the
    /// queue, it waits for one of them, up to twenty seconds: it needs a Tokio runtime with a timer. Where the queue of
    /// passwords is full, it waits for nothing and says [`LoginOutcome::Busy`].
    ///
    /// # Errors
    /// The transaction is over, or the environment failed.
    pub async fn log_in(
        &self,
        waiting: Option<BrowserRequest<'_>>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        self.snapshot().log_in(waiting, credentials, now).await
    }
}

impl Snapshot {
    pub(crate) async fn log_in(
        &self,
        waiting: Option<BrowserRequest<'_>>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        let outcome = self.try_to_log_in(waiting, credentials, now).await;
        self.traced(outcome, now).await
    }

    async fn try_to_log_in(
        &self,
        waiting: Option<BrowserRequest<'_>>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        let transaction = match waiting {
            None => None,
            Some(waiting) => Some(self.transaction(waiting, now).await?),
        };
        let peer = transaction.as_ref().map(PendingSso::service_provider);
        let outcome = self.sign_in(transaction.as_ref(), credentials, now).await;
        outcome.map_err(|refusal| match peer {
            None => refusal,
            Some(peer) => refusal.about(peer),
        })
    }

    async fn sign_in(
        &self,
        transaction: Option<&PendingSso>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        let network = ClientNetwork::of(credentials.address);
        let (client, correlation_id) = (network.to_string(), CorrelationId::random());
        let peer = transaction.map(PendingSso::service_provider);
        let occurrence =
            |event| Occurrence::new(event, correlation_id.clone(), now).with(peer).from_client(&client);
        let (person, known_browser) = match self.identify(credentials, network, now).await? {
            Identified::Principal(person, known_browser) => (person, known_browser),
            Identified::Busy => {
                let verdict = not_signed_in(BUSY, "a place in the queue of those who sign in", "none");
                self.trace().note(&occurrence(Event::refused(Refused::Throttled, BUSY, &verdict))).await;
                return Ok(LoginOutcome::Busy { retry_after: BUSY_FOR });
            }
            Identified::Nobody => {
                let verdict = not_signed_in(WRONG, "a user name and its password", "another pair");
                self.trace().note(&occurrence(Event::refused(Refused::SignIn, WRONG, &verdict))).await;
                return Ok(LoginOutcome::Wrong);
            }
            Identified::NotLookedAt => {
                let verdict = not_signed_in(THROTTLED, "fewer wrong tries than are admitted", "as many");
                self.trace().note(&occurrence(Event::refused(Refused::Throttled, THROTTLED, &verdict))).await;
                return Ok(LoginOutcome::Throttled { retry_after: self.config().throttle.window });
            }
        };
        let (session_token, session) = self.new_session(self.hooks().on_login(person).await?, now)?;
        let answer = match transaction {
            None => None,
            Some(transaction) => {
                let answer = self.respond_to_person(transaction, &session, now).await?;
                self.mark_answered(transaction, now).await?;
                Some(answer)
            }
        };
        let mut events = vec![occurrence(Event::SignedIn).about(Some(person_of(&session.person)))];
        let answered = answer.as_ref().zip(peer);
        events.extend(answered.map(|(answer, peer)| answer.occurrence(peer, &correlation_id, now)));
        let begun = self.begin_traced(&session, &events, now).await;
        if let (Err(_), Some(transaction)) = (&begun, transaction) {
            self.unmark_answered(transaction, now).await;
        }
        begun?;
        Ok(LoginOutcome::SignedIn { session: session_token, next: answer.map(Next::from), known_browser })
    }

    /// Begins the session once all of its events are written: there is none that the audit knows nothing of.
    async fn begin_traced(
        &self,
        session: &SsoSession,
        events: &[Occurrence],
        now: SamlInstant,
    ) -> Result<(), SsoRefusal> {
        for event in events {
            self.trace().write(event).await?;
        }
        self.begin_session(session, now).await
    }

    /// Counts the try, and has the password looked at.
    async fn identify(
        &self,
        Credentials { user_name, password, known_browser, .. }: Credentials<'_>,
        network: ClientNetwork,
        now: SamlInstant,
    ) -> Result<Identified, SsoRefusal> {
        let account = self.authenticator().account_key(user_name);
        let recognised = self.recognise(known_browser, user_name, now).await;
        let place = recognised.as_ref().and_then(Recognised::place);
        let tried = Tried { account: &account, network, place };
        // A flood is turned away before anything is written for it, and before anybody waits.
        let queue = self.password_queue();
        if queue.is_full(tried.browser()) {
            return Ok(Identified::Busy);
        }
        let Some(mut turn) = queue.turn(&tried.sharers(), PATIENCE).await else {
            return Ok(Identified::Busy);
        };
        if queue.is_full(tried.browser()) {
            return Ok(Identified::Busy);
        }
        let made = match self.begin_try(tried, &mut turn, now).await? {
            Door::Open(made) => made,
            Door::Shut => return Ok(Identified::NotLookedAt),
            Door::Busy => return Ok(Identified::Busy),
        };
        let Some(_seat) = queue.seat(tried.browser()) else {
            self.forgive(made, now).await?;
            return Ok(Identified::Busy);
        };
        match self.authenticator().authenticate(user_name, password).await {
            Ok(None) => {
                // It counts, whether or not the store hears of it: then it counts as under way, and before long as wrong.
                let _told = self.count_wrong(made, now).await;
                Ok(Identified::Nobody)
            }
            Ok(Some(person)) => {
                self.forgive(made, now).await?;
                let known =
                    recognised.and_then(|recognised| self.known_from_now_on(&recognised, &person, now));
                Ok(Identified::Principal(person, known))
            }
            Err(_error) => {
                // The password was not checked, so that it doesn't count as wrong: an outage must not lock people out.
                self.forgive(made, now).await?;
                Err(SsoRefusal::unavailable("authenticator.unavailable"))
            }
        }
    }
}

/// The result of checking a user name and a password.
enum Identified {
    Principal(Principal, Option<KnownBrowser>),
    Nobody,
    NotLookedAt,
    Busy,
}

const WRONG: VerdictCode = VerdictCode::new("sign_in.wrong");
const THROTTLED: VerdictCode = VerdictCode::new("sign_in.throttled");
const BUSY: VerdictCode = VerdictCode::new("sign_in.busy");

/// When somebody who found the queue full should come back. A queue of the default length is through in less.
const BUSY_FOR: Duration = Duration::from_secs(5);

fn not_signed_in(code: VerdictCode, expected: &str, found: &str) -> Verdict {
    Verdict::default().with_failure("sign_in", "[Profiles §4.1.3]", code, expected, found)
}
