//! A person proves who they are.

use std::time::Duration;

use saml_core::base::{SamlInstant, Secret};
use saml_store::Handle;

use super::respond::Next;
use crate::client_network::ClientNetwork;
use crate::{IdentityProvider, SsoRefusal};

/// How a try to sign in ended.
#[derive(Debug)]
pub enum LoginOutcome {
    /// The person is signed in here; this is the cookie's new handle.
    SignedIn {
        /// The session's handle.
        session: Handle,
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

/// What a person typed, and where from.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// The user name.
    pub user_name: &'a str,
    /// The password.
    pub password: &'a Secret,
    /// The client's network address, which tries are counted by as well: as a connection has it or as a proxy writes
    /// it, with a port, in brackets, or as an element of `Forwarded`. What is no address is counted as one.
    pub address: &'a str,
}

impl IdentityProvider {
    /// Checks a user name and password and, if they are right, begins a session; then answers the transaction's
    /// request, if the login is for one.
    ///
    /// The caller has made sure that the form was shown by us to this browser.
    ///
    /// # Errors
    /// The transaction is over, or the environment failed.
    pub async fn log_in(
        &self,
        transaction: Option<&Handle>,
        credentials: Credentials<'_>,
        now: SamlInstant,
    ) -> Result<LoginOutcome, SsoRefusal> {
        let waiting = match transaction {
            None => None,
            Some(handle) => Some((handle, self.transaction(handle, now).await?)),
        };
        let Credentials { user_name, password, address } = credentials;
        let account = self.authenticator().account_key(user_name);
        let Some(made) = self.begin_try(&account, ClientNetwork::of(address), now).await? else {
            return Ok(LoginOutcome::Throttled { retry_after: self.config().throttle.window });
        };
        let person = match self.authenticator().authenticate(user_name, password).await {
            Ok(None) => return Ok(LoginOutcome::Wrong),
            Ok(Some(person)) => {
                self.forgive(made, now).await?;
                person
            }
            Err(_error) => {
                // It was not looked at, so it was not wrong: an outage must not lock out whom it kept waiting.
                self.forgive(made, now).await?;
                return Err(SsoRefusal::unavailable("authenticator.unavailable"));
            }
        };
        let session = self.new_session(person, now)?;
        let next = match &waiting {
            None => None,
            Some((handle, transaction)) => {
                let answer = self.respond_to_person(transaction, &session, now)?;
                self.use_up(handle, now).await?;
                Some(answer)
            }
        };
        let session_handle = self.begin_session(&session, now).await;
        if let (Err(_), Some((handle, transaction))) = (&session_handle, &waiting) {
            self.put_back(handle, transaction, now).await;
        }
        Ok(LoginOutcome::SignedIn { session: session_handle?, next })
    }
}
