//! The last hop: the login meets its browser.

use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::SamlInstant;
use saml_core::protocol::AuthnContextComparison;
use saml_core::validation::{Outcome, RequestedContext, Verdict, requested_authn_context};
use saml_provider::event::{Event, Occurrence};
use saml_provider::record::StateKey;
use saml_store::Token;

use super::logins::{BegunLogins, Holder};
use super::receive::NobodyThere;
use super::record::{AnsweredRequest, Begun, CompletedRecord};
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

/// The cookies by which a browser is recognised as the one in which a login was started.
#[derive(Clone, Copy, Debug, Default)]
pub struct BrowserCookies<'a> {
    /// The token that [`StartLogin::browser`](crate::StartLogin::browser) was; `None` if the browser sent none.
    pub browser: Option<&'a Token>,
    /// The text of [`StartedLogin::logins`](crate::StartedLogin::logins) as the browser sent it, whatever it is; `None` if it
    /// sent none.
    pub logins: Option<&'a str>,
}

impl ServiceProvider {
    /// Begins the session, in the browser in which the login was started and in no other.
    ///
    /// A browser whose cookies don't have the login is refused: somebody would otherwise be signed in to an attacker's
    /// account (attack 178). What was asked for beyond that, ways of authentication, is judged here too, for the list is in
    /// the cookie. A login that the identity provider started has no such browser; the peer's policy admitted that.
    ///
    /// # Errors
    /// [`LoginRefusal`].
    pub async fn complete_login(
        &self,
        token: &Token,
        cookies: BrowserCookies<'_>,
        now: SamlInstant,
    ) -> Result<SignedIn, LoginRefusal> {
        self.snapshot().complete_login(token, cookies, now).await
    }

    /// Says where the browser goes on whose person is signed in nowhere, after
    /// [`LoginAnswer::Nobody`](crate::LoginAnswer::Nobody). It changes nothing, and may be asked again.
    ///
    /// # Errors
    /// [`LoginRefusal`]: this browser started no such login.
    pub async fn return_as_nobody(
        &self,
        nobody: &NobodyThere,
        cookies: BrowserCookies<'_>,
        now: SamlInstant,
    ) -> Result<ReturnTo, LoginRefusal> {
        self.snapshot().return_as_nobody(nobody, cookies, now).await
    }
}

impl Snapshot {
    pub(crate) async fn complete_login(
        &self,
        token: &Token,
        cookies: BrowserCookies<'_>,
        now: SamlInstant,
    ) -> Result<SignedIn, LoginRefusal> {
        let completed = self.complete(token, cookies, now).await;
        self.traced(completed, now).await
    }

    pub(crate) async fn return_as_nobody(
        &self,
        nobody: &NobodyThere,
        cookies: BrowserCookies<'_>,
        now: SamlInstant,
    ) -> Result<ReturnTo, LoginRefusal> {
        let back = self.back_as_nobody(nobody, cookies, now).await;
        self.traced(back, now).await
    }

    async fn back_as_nobody(
        &self,
        nobody: &NobodyThere,
        cookies: BrowserCookies<'_>,
        now: SamlInstant,
    ) -> Result<ReturnTo, LoginRefusal> {
        let key = self.state_key(now).await?;
        let logins = self.logins_in(cookies, &key)?;
        let login = logins.of(nobody.request()).filter(|login| login.is_passive);
        self.own_path(&login.ok_or_else(|| other_browser(cookies))?.return_to)
    }

    async fn complete(
        &self,
        token: &Token,
        cookies: BrowserCookies<'_>,
        now: SamlInstant,
    ) -> Result<SignedIn, LoginRefusal> {
        // Before the login is taken: a store that fails here costs nobody their login.
        let key = self.state_key(now).await?;
        let logins = self.logins_in(cookies, &key)?;
        let record = self.records().take(COMPLETED, &token.key(), now).await?.ok_or_else(|| {
            LoginRefusal::because(
                PublicReason::AlreadyUsed,
                "login.not_waiting",
                "a login on its last hop",
                "none",
            )
        })?;
        let CompletedRecord { begun, session, correlation_id } = record;
        let era = session.era().map(str::to_owned);
        let session = session.into_session().ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))?;
        let idp = self.identity_provider(session.idp.as_str()).await?.map(|idp| idp.entity_id.clone());
        let about = |refusal: LoginRefusal| match &idp {
            None => refusal,
            Some(idp) => refusal.about(idp),
        };
        let return_to = return_to_of(begun, &logins, cookies, &key).map_err(about)?;
        let return_to = self.own_path(&return_to)?;
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

    /// The logins that this browser began.
    fn logins_in(&self, cookies: BrowserCookies<'_>, key: &StateKey) -> Result<BegunLogins, LoginRefusal> {
        let Some(browser) = cookies.browser else { return Ok(BegunLogins::default()) };
        let holder = Holder { key, sp: &self.config().site.entity_id, browser };
        Ok(BegunLogins::open(cookies.logins, holder)?)
    }

    fn own_path(&self, path: &str) -> Result<ReturnTo, LoginRefusal> {
        ReturnTo::received(path, self.site()).ok_or_else(|| LoginRefusal::unavailable("store.corrupt"))
    }
}

/// Where a login leads, if it may end here: in the browser in which it began, and as it was asked for.
fn return_to_of(
    begun: Begun,
    logins: &BegunLogins,
    cookies: BrowserCookies<'_>,
    key: &StateKey,
) -> Result<String, LoginRefusal> {
    let answered = match begun {
        Begun::AtIdp { return_to } => return Ok(return_to),
        Begun::Here(answered) => answered,
    };
    let login = logins.of(&answered.request).ok_or_else(|| other_browser(cookies))?;
    let class_refs = login.contexts(answered.contexts, key)?.ok_or_else(|| other_browser(cookies))?;
    require_context(class_refs, &answered)?;
    Ok(login.return_to.clone())
}

fn other_browser(cookies: BrowserCookies<'_>) -> LoginRefusal {
    let found = match cookies {
        BrowserCookies { browser: None, .. } => "a browser without the cookie",
        BrowserCookies { logins: None, .. } => "a browser without the cookie of its logins",
        BrowserCookies { browser: Some(_), logins: Some(_) } => "another browser",
    };
    let (reason, expected) = (PublicReason::OtherBrowser, "the browser that started the login");
    LoginRefusal::because(reason, "login.other_browser", expected, found)
}

/// The person authenticated in one of the ways that were asked for, if some were.
fn require_context(
    class_refs: Vec<AuthnContextClassRef>,
    answered: &AnsweredRequest,
) -> Result<(), LoginRefusal> {
    if class_refs.is_empty() {
        return Ok(());
    }
    let requested = RequestedContext { comparison: AuthnContextComparison::Exact, class_refs };
    let found: Vec<_> = answered.class_refs.iter().map(|uri| AuthnContextClassRef::from_uri(uri)).collect();
    let check = requested_authn_context(&requested, &found);
    match check.outcome() {
        Outcome::Pass | Outcome::Warning | Outcome::NotApplicable => Ok(()),
        Outcome::Fail => {
            Err(LoginRefusal::new(PublicReason::SignInFailed, Verdict::default().with_check(check)))
        }
    }
}
