//! The last hop: the login meets its browser.

use saml_core::base::SamlInstant;
use saml_provider::event::{Event, Occurrence};
use saml_store::Token;

use super::record::CompletedRecord;
use crate::refusal::PublicReason;
use crate::remembered::COMPLETED;
use crate::session::SessionRecord;
use crate::{LoginRefusal, ReturnTo, ServiceProvider, Session, Snapshot};

/// A person who is signed in from now on.
#[derive(Debug)]
pub struct SignedIn {
    /// The new session's token, for the cookie. It never existed before this login (attack 242).
    pub token: Token,
    /// The session.
    pub session: Session,
    /// Where the person goes.
    pub return_to: ReturnTo,
}

impl ServiceProvider {
    /// Begins the session, in the browser in which the login was started and in no other.
    ///
    /// `browser` is the token in the browser's cookie. A missing or different one refuses the login: somebody would
    /// otherwise be signed in to an attacker's account (attack 178). A login that the identity provider started has
    /// no such browser; the peer's policy admitted that.
    ///
    /// # Errors
    /// [`LoginRefusal`].
    pub async fn complete_login(
        &self,
        token: &Token,
        browser: Option<&Token>,
        now: SamlInstant,
    ) -> Result<SignedIn, LoginRefusal> {
        self.snapshot().complete_login(token, browser, now).await
    }
}

impl Snapshot {
    pub(crate) async fn complete_login(
        &self,
        token: &Token,
        browser: Option<&Token>,
        now: SamlInstant,
    ) -> Result<SignedIn, LoginRefusal> {
        let completed = self.complete(token, browser, now).await;
        self.traced(completed, now).await
    }

    async fn complete(
        &self,
        token: &Token,
        browser: Option<&Token>,
        now: SamlInstant,
    ) -> Result<SignedIn, LoginRefusal> {
        let record = self.records().take(COMPLETED, &token.key(), now).await?.ok_or_else(|| {
            LoginRefusal::because(
                PublicReason::AlreadyUsed,
                "login.not_waiting",
                "a login on its last hop",
                "none",
            )
        })?;
        let CompletedRecord { browser: started_in, return_to, session, correlation_id } = record;
        let era = session.era().map(str::to_owned);
        let session = session.into_session().ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))?;
        let idp = self.identity_provider(session.idp.as_str()).await?.map(|idp| idp.entity_id.clone());
        let about = |refusal: LoginRefusal| match &idp {
            None => refusal,
            Some(idp) => refusal.about(idp),
        };
        let same_browser = match (&started_in, browser) {
            (None, _) => true,
            (Some(expected), Some(found)) => found.has_key(expected),
            (Some(_), None) => false,
        };
        if !same_browser {
            return Err(about(LoginRefusal::because(
                PublicReason::OtherBrowser,
                "login.other_browser",
                "the browser that started the login",
                if browser.is_some() { "another browser" } else { "a browser without the cookie" },
            )));
        }
        let return_to = ReturnTo::received(&return_to, self.site())
            .ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))?;
        let session = self.hooks().on_login(session, &correlation_id).await;
        let session = session.map_err(|fault| about(fault.into()))?;
        let completed = Occurrence::new(Event::LoginCompleted, correlation_id, now).with(idp.as_ref());
        // Before the session exists: there is none that the audit knows nothing of.
        let written = self.trace().write(&completed.about(session.person())).await;
        written.map_err(|failed| about(failed.into()))?;
        let record = SessionRecord::new(session.clone(), era, now);
        let begun = self.begin_session(&record, now).await;
        let token = begun.map_err(|error| about(error.into()))?;
        Ok(SignedIn { token, session, return_to })
    }
}
