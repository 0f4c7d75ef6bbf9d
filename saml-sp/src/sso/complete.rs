//! The last hop: the login meets its browser.

use saml_core::base::SamlInstant;
use saml_store::{Entry, Handle};

use super::record::CompletedRecord;
use crate::refusal::PublicReason;
use crate::service_provider::{COMPLETED, SESSION};
use crate::{LoginRefusal, ReturnTo, ServiceProvider, Session};
use saml_provider::store_instant;

/// A person who is signed in from now on.
#[derive(Debug)]
pub struct SignedIn {
    /// The new session's handle, for the cookie. It never existed before this login (attack 242).
    pub handle: Handle,
    /// The session.
    pub session: Session,
    /// Where the person goes.
    pub return_to: ReturnTo,
}

impl ServiceProvider {
    /// Begins the session, in the browser in which the login was started and in no other.
    ///
    /// `browser` is the handle in the browser's cookie. A missing or different one refuses the login: somebody would
    /// otherwise be signed in to an attacker's account (attack 178). A login that the identity provider started has
    /// no such browser; the peer's policy admitted that.
    ///
    /// # Errors
    /// [`LoginRefusal`].
    pub async fn complete_login(
        &self,
        handle: &Handle,
        browser: Option<&Handle>,
        now: SamlInstant,
    ) -> Result<SignedIn, LoginRefusal> {
        let at = store_instant(now);
        let stored = self.store().take(COMPLETED, &handle.key(), at).await?.ok_or_else(|| {
            LoginRefusal::because(
                PublicReason::AlreadyUsed,
                "login.not_waiting",
                "a login on its last hop",
                "none",
            )
        })?;
        let record: CompletedRecord =
            serde_json::from_slice(&stored).map_err(|_error| LoginRefusal::unavailable("store.corrupt"))?;
        let same_browser = match (&record.browser, browser) {
            (None, _) => true,
            (Some(expected), Some(found)) => found.has_key(expected),
            (Some(_), None) => false,
        };
        if !same_browser {
            return Err(LoginRefusal::because(
                PublicReason::OtherBrowser,
                "login.other_browser",
                "the browser that started the login",
                if browser.is_some() { "another browser" } else { "a browser without the cookie" },
            ));
        }
        let session_handle = Handle::random()?;
        let value = serde_json::to_vec(&record.session)
            .map_err(|_error| LoginRefusal::unavailable("store.corrupt"))?;
        let expires_at =
            saml_store::StoreInstant::from_unix_millis(record.session.expires_at.saturating_mul(1000));
        let entry = Entry { namespace: SESSION, key: &session_handle.key(), value, expires_at };
        self.store().put(entry, at).await?;
        let return_to = ReturnTo::received(&record.return_to)
            .ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))?;
        Ok(SignedIn { handle: session_handle, session: record.session, return_to })
    }
}
