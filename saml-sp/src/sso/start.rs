//! A login begins: the AuthnRequest. [Profiles §4.1.4.1], [Core §3.4.1]

use std::sync::Arc;

use saml_core::assertion::{AuthnContextClassRef, Issuer, NameIdFormat};
use saml_core::base::{Binding, MessageId, RelayState, SamlInstant};
use saml_core::bindings::post::PostForm;
use saml_core::bindings::{MessageParameter, OutgoingMessage, redirect};
use saml_core::crypto::Signer;
use saml_core::dsig::sign_enveloped;
use saml_core::protocol::{
    AssertionConsumerServiceChoice, AuthnContextComparison, AuthnRequest, NameIdPolicy, RequestAbstract,
    RequestedAuthnContext, RequestedAuthnContextReferences,
};
use saml_core::validation::{Outcome, Verdict};
use saml_provider::SystemRandom;
use saml_provider::event::{CorrelationId, Event, Occurrence};
use saml_provider::record::{RecordError, StateKey};
use saml_store::Token;

use super::logins::{BegunLogin, BegunLogins, Holder};
use super::request_id::{Parties, RequestFacts, Wishes, hash_of};
use crate::idp_peer::RequestBinding;
use crate::refusal::PublicReason;
use crate::{IdpPeer, LoginRefusal, ReturnTo, ServiceProvider, Snapshot};

/// How a login is to be started.
#[derive(Clone, Debug)]
pub struct StartLogin<'a> {
    /// The entity ID of the identity provider to ask; `None` if there is only one.
    pub idp: Option<&'a str>,
    /// Where the person goes afterwards.
    pub return_to: Option<ReturnTo>,
    /// The token in the browser's cookie; the answer counts in this browser only.
    pub browser: &'a Token,
    /// The text of [`StartedLogin::logins`] that this browser sent, whatever it is: the logins that it began before go on
    /// beside this one. `None` if it sent none; what does not open counts as none. The handlers read it by themselves.
    pub logins: Option<&'a str>,
    /// Ask the person to prove who they are though a session exists.
    pub force_authn: bool,
    /// Don't bother the person: is somebody signed in there? If nobody is, and the identity provider signs its answer,
    /// the person comes back to `return_to` as they were, without a page. So that the application does not ask for
    /// ever, say in `return_to` that it has asked.
    pub is_passive: bool,
    /// The kind of name to ask for; `None` leaves it to the provider, which works with most.
    pub name_id_format: Option<NameIdFormat>,
    /// Ways of authentication, one of which is demanded exactly. Usually none (ENTRA-04).
    pub class_refs: Vec<AuthnContextClassRef>,
}

impl<'a> StartLogin<'a> {
    /// An ordinary login in this browser.
    #[must_use]
    pub const fn new(browser: &'a Token) -> Self {
        Self {
            idp: None,
            return_to: None,
            browser,
            logins: None,
            force_authn: false,
            is_passive: false,
            name_id_format: None,
            class_refs: Vec::new(),
        }
    }
}

/// A login that waits for its answer. Nothing of it is stored: whoever drops this value has begun nothing.
#[derive(Debug)]
pub struct StartedLogin {
    /// What goes to the identity provider.
    pub outgoing: Outgoing,
    /// The logins that wait in this browser, this one among them: the newest eight, and fewer if they are long. The browser
    /// has to keep the text in a cookie beside the token, and both have to come back on the last hop
    /// ([`BrowserCookies`](crate::BrowserCookies)). Letters, digits, `-` and `_`, at most 3 584 of them.
    ///
    /// It is sealed for this service provider and this browser's token. It says where the person goes, and what was asked
    /// for; the address of the answer says neither. Of two logins that begin in one browser at the same moment, each with the
    /// cookie of before, only the one counts whose cookie the browser keeps.
    pub logins: String,
}

/// The message that the browser carries to the peer.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outgoing {
    /// Send it there with a GET.
    Redirect(String),
    /// Show a form that posts itself.
    Post(PostForm),
}

impl ServiceProvider {
    /// Makes a request, and says how to send it and what the browser has to keep. It stores nothing, so that no number of
    /// strangers takes memory or room; only a store without a [key](saml_provider::record::StateKey) gets one.
    ///
    /// # Errors
    /// [`LoginRefusal`]: the identity provider is unknown, its metadata has expired, more is asked for than a cookie can hold,
    /// or the environment failed.
    pub async fn start_login(
        &self,
        login: StartLogin<'_>,
        now: SamlInstant,
    ) -> Result<StartedLogin, LoginRefusal> {
        self.snapshot().start_login(login, now).await
    }
}

impl Snapshot {
    pub(crate) async fn start_login(
        &self,
        login: StartLogin<'_>,
        now: SamlInstant,
    ) -> Result<StartedLogin, LoginRefusal> {
        let started = self.start(login, now).await;
        self.traced(started, now).await
    }

    async fn start(&self, login: StartLogin<'_>, now: SamlInstant) -> Result<StartedLogin, LoginRefusal> {
        let idp = self.choose(login.idp, now).await?;
        let asked = self.ask(&idp, login, now).await;
        let (started, correlation_id) = asked.map_err(|refusal| refusal.about(&idp.entity_id))?;
        let event = Occurrence::new(Event::LoginStarted, correlation_id, now).with(Some(&idp.entity_id));
        self.trace()
            .write(&event)
            .await
            .map_err(|failed| LoginRefusal::from(failed).about(&idp.entity_id))?;
        Ok(started)
    }

    async fn ask(
        &self,
        idp: &IdpPeer,
        login: StartLogin<'_>,
        now: SamlInstant,
    ) -> Result<(StartedLogin, CorrelationId), LoginRefusal> {
        let key = self.state_key(now).await?;
        let wishes = Wishes {
            force_authn: login.force_authn,
            is_passive: login.is_passive,
            contexts: hash_of(&key, &login.class_refs)?,
        };
        let lifetime = self.config().lifetimes.pending_request;
        let facts = RequestFacts::new(wishes, lifetime, now, &mut SystemRandom)
            .map_err(|_error| LoginRefusal::unavailable("random.unavailable"))?;
        let parties = Parties { key: &key, sp: &self.config().site.entity_id, idp: &idp.entity_id };
        let id = facts.id(parties)?;
        let logins = self.remember(&login, &facts, &key, now)?;
        let outgoing = self.send(idp, self.authn_request(idp, id, login, now))?;
        Ok((StartedLogin { outgoing, logins }, facts.correlation_id()))
    }

    /// The text for the browser to keep.
    fn remember(
        &self,
        login: &StartLogin<'_>,
        facts: &RequestFacts,
        key: &StateKey,
        now: SamlInstant,
    ) -> Result<String, LoginRefusal> {
        let start_page = self.config().default_return_to.as_str();
        let holder = Holder { key, sp: &self.config().site.entity_id, browser: login.browser };
        let with = |return_to: &str| {
            let begun = BegunLogin {
                request: facts.name(),
                expires_at: now.saturating_add(self.config().lifetimes.of_a_login()).unix_millis(),
                return_to: return_to.to_owned(),
                class_refs: login.class_refs.iter().map(|class_ref| class_ref.uri().to_owned()).collect(),
                is_passive: login.is_passive,
            };
            BegunLogins::open(login.logins, holder)?.begin(begun, now).seal(holder)
        };
        let sealed = match with(login.return_to.as_ref().map_or(start_page, ReturnTo::as_str)) {
            // A place that takes too much of the cookie is given up for the start page.
            Err(RecordError::TooLong { .. }) => with(start_page),
            other => other,
        };
        Ok(sealed?)
    }

    async fn choose(&self, wanted: Option<&str>, now: SamlInstant) -> Result<Arc<IdpPeer>, LoginRefusal> {
        let chosen = match wanted {
            Some(wanted) => self.identity_provider(wanted).await?,
            None => self.identity_providers().only(),
        };
        let refused = |code, found: &str| {
            LoginRefusal::because(PublicReason::BadRequest, code, "a configured identity provider", found)
        };
        let chosen = chosen.ok_or_else(|| refused("idp.unknown", wanted.unwrap_or("none")))?;
        match chosen.validity(now) {
            Some(check) if check.outcome() == Outcome::Fail => {
                let verdict = Verdict::default().with_check(check);
                Err(LoginRefusal::new(PublicReason::BadRequest, verdict).about(&chosen.entity_id))
            }
            Some(_) | None => Ok(chosen),
        }
    }

    /// Optional parts that nobody asked for are left out, because peers refuse parts that they don't know (ENTRA-04,
    /// ADFS-04).
    fn authn_request(
        &self,
        idp: &IdpPeer,
        id: MessageId,
        login: StartLogin<'_>,
        now: SamlInstant,
    ) -> AuthnRequest {
        let mut request = AuthnRequest::new(RequestAbstract::new(id, now.truncated_to_seconds()));
        request.request.destination = Some(idp.sso.location.clone());
        request.request.issuer = Some(Issuer::entity(&self.config().site.entity_id));
        request.assertion_consumer_service = AssertionConsumerServiceChoice::Url {
            url: self.config().acs_url(),
            protocol_binding: Some(Binding::HttpPost),
        };
        request.force_authn = login.force_authn;
        request.is_passive = login.is_passive;
        request.name_id_policy = idp.name_id_format(login.name_id_format).map(|format| NameIdPolicy {
            format: Some(format),
            sp_name_qualifier: None,
            allow_create: true,
        });
        request.requested_authn_context =
            saml_core::base::NonEmpty::from_vec(login.class_refs).map(|class_refs| RequestedAuthnContext {
                comparison: AuthnContextComparison::Exact,
                references: RequestedAuthnContextReferences::Classes(class_refs),
            });
        request
    }

    /// An answer is tied to its request by `InResponseTo`; `RelayState` is an opaque token that some peers drop (ADFS-10,
    /// PING-01) and that nothing depends on. With a key every request is signed, as our metadata says.
    fn send(&self, idp: &IdpPeer, request: AuthnRequest) -> Result<Outgoing, LoginRefusal> {
        let token = Token::random()?;
        let relay_state = RelayState::try_from(token.expose()).ok();
        let mut written = request.to_xml().map_err(|error| LoginRefusal::outgoing_failed(&error))?;
        let signer = self.signer().map(|signer| idp.signing.signer(signer));
        match idp.sso.binding {
            RequestBinding::Redirect => {
                let message = outgoing(&idp.sso.location, written.octets(), relay_state.as_ref());
                let signer = signer.as_ref().map(|signer| -> &dyn Signer { signer });
                Ok(Outgoing::Redirect(redirect::encode(&message, signer)?))
            }
            RequestBinding::Post => {
                if let Some(signer) = signer {
                    let id = request.request.id.as_str();
                    sign_enveloped(&mut written, id, &signer, idp.signing.options())
                        .map_err(|error| LoginRefusal::outgoing_failed(&error))?;
                }
                let message = outgoing(&idp.sso.location, written.octets(), relay_state.as_ref());
                Ok(Outgoing::Post(PostForm::new(&message)?))
            }
        }
    }
}

const fn outgoing<'a>(
    destination: &'a str,
    xml: &'a [u8],
    relay_state: Option<&'a RelayState>,
) -> OutgoingMessage<'a> {
    OutgoingMessage { destination, parameter: MessageParameter::SamlRequest, xml, relay_state }
}

#[cfg(test)]
mod tests;
