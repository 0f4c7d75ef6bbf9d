//! A person proves who they are.

use std::time::Duration;

use saml_core::base::{SamlInstant, Secret, VerdictCode};
use saml_core::validation::Verdict;
use saml_provider::ClientNetwork;
use saml_provider::event::{self, CorrelationId, Event, Exchange, Refused};
use saml_store::Token;

use super::pending_sso::PendingSso;
use super::respond::Next;
use crate::{IdentityProvider, Principal, Snapshot, SsoRefusal};

/// How a try to sign in ended.
#[derive(Debug)]
pub enum LoginOutcome {
    /// The person is signed in here; this is the cookie's new token.
    SignedIn {
        /// The session's token.
        session: Token,
        /// What goes to the service, if the login was for one.
        next: Option<Next>,
    },
    /// User name and password don't belong together.
    Wrong,
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
}

impl IdentityProvider {
    /// Checks a user name and password and, if they are right, begins a session; then answers the transaction's
    /// request, if the login is for one.
    ///
    /// The caller has made sure that the form was shown by us to this browser.
    ///
    /// Where as many passwords are being looked at as may be wrong, it waits for one of them, up to twenty seconds: it
    /// needs a Tokio runtime with a timer.
    ///
    /// # Errors
    /// The transaction is over, or the environment failed.
    pub async fn log_in(
        &self,
        transaction: Option<&Token>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        self.snapshot().log_in(transaction, credentials, now).await
    }
}

impl Snapshot {
    pub(crate) async fn log_in(
        &self,
        transaction: Option<&Token>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        let waiting = match transaction {
            None => None,
            Some(token) => Some((token, self.transaction(token, now).await?)),
        };
        let peer = waiting.as_ref().map(|(_, transaction)| transaction.service_provider());
        let outcome = self.sign_in(waiting.as_ref(), credentials, now).await;
        outcome.map_err(|refusal| match peer {
            None => refusal,
            Some(peer) => refusal.about(peer),
        })
    }

    async fn sign_in(
        &self,
        waiting: Option<&(&Token, PendingSso)>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        let network = ClientNetwork::of(credentials.address);
        let (client, correlation_id) = (network.to_string(), CorrelationId::random());
        let exchange = Exchange {
            peer: waiting.map(|(_, transaction)| transaction.service_provider()),
            client: Some(&client),
            correlation_id: &correlation_id,
        };
        let person = match self.identify(credentials, network, now).await? {
            Identified::Principal(person) => person,
            Identified::Nobody => {
                let verdict = not_signed_in(WRONG, "a user name and its password", "another pair");
                event::refused(Refused::SignIn, exchange, WRONG, &verdict);
                return Ok(LoginOutcome::Wrong);
            }
            Identified::NotLookedAt => {
                let verdict = not_signed_in(THROTTLED, "fewer wrong tries than are admitted", "as many");
                event::refused(Refused::Throttled, exchange, THROTTLED, &verdict);
                return Ok(LoginOutcome::Throttled { retry_after: self.config().throttle.window });
            }
        };
        let session = self.new_session(person, now)?;
        let next = match waiting {
            None => None,
            Some((token, transaction)) => {
                let answer = self.respond_to_person(transaction, &session, now)?;
                self.use_up(token, now).await?;
                Some(answer)
            }
        };
        let session_handle = self.begin_session(&session, now).await;
        if let (Err(_), Some((token, transaction))) = (&session_handle, waiting) {
            self.put_back(token, transaction, now).await;
        }
        let session = session_handle?;
        event::happened(Event::SignedIn, exchange);
        if let Some(next) = &next {
            next.log(Exchange { client: None, ..exchange });
        }
        Ok(LoginOutcome::SignedIn { session, next })
    }

    /// Counts the try, and has the password looked at.
    async fn identify(
        &self,
        Credentials { user_name, password, .. }: Credentials<'_>,
        network: ClientNetwork,
        now: SamlInstant,
    ) -> Result<Identified, SsoRefusal> {
        let account = self.authenticator().account_key(user_name);
        let Some(made) = self.begin_try(&account, network, now).await? else {
            return Ok(Identified::NotLookedAt);
        };
        match self.authenticator().authenticate(user_name, password).await {
            Ok(None) => {
                // It counts, whether or not the store hears of it: then it counts as under way, and before long as wrong.
                let _told = self.count_wrong(made, now).await;
                Ok(Identified::Nobody)
            }
            Ok(Some(person)) => {
                self.forgive(made, now).await?;
                Ok(Identified::Principal(person))
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
    Principal(Principal),
    Nobody,
    NotLookedAt,
}

const WRONG: VerdictCode = VerdictCode::new("sign_in.wrong");
const THROTTLED: VerdictCode = VerdictCode::new("sign_in.throttled");

fn not_signed_in(code: VerdictCode, expected: &str, found: &str) -> Verdict {
    Verdict::default().with_failure("sign_in", "[Profiles §4.1.3]", code, expected, found)
}
