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
use saml_provider::record::{Draft, ListEntry};
use saml_store::{Insertion, Token};

use super::record::PendingRecord;
use crate::idp_peer::RequestBinding;
use crate::refusal::PublicReason;
use crate::remembered::PENDING;
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
    /// Whether the browser sent that cookie, or gets it only now.
    pub cookie: BrowserCookie,
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

/// The cookie of the browser in which a login begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BrowserCookie {
    /// It gets its cookie with this login.
    New,
    /// It sent its cookie. Of the logins that it began and did not end, the last fifty wait.
    Sent,
}

impl<'a> StartLogin<'a> {
    /// An ordinary login in this browser.
    #[must_use]
    pub const fn new(browser: &'a Token) -> Self {
        Self {
            idp: None,
            return_to: None,
            browser,
            cookie: BrowserCookie::New,
            force_authn: false,
            is_passive: false,
            name_id_format: None,
            class_refs: Vec::new(),
        }
    }
}

/// The message that the browser carries to the peer.
#[derive(Debug)]
pub enum Outgoing {
    /// Send it there with a GET.
    Redirect(String),
    /// Show a form that posts itself.
    Post(PostForm),
}

impl ServiceProvider {
    /// Makes a request, remembers it for its one answer, and says how to send it.
    ///
    /// # Errors
    /// [`LoginRefusal`]: the identity provider is unknown, its metadata has expired, or the environment failed.
    pub async fn start_login(
        &self,
        login: StartLogin<'_>,
        now: SamlInstant,
    ) -> Result<Outgoing, LoginRefusal> {
        self.snapshot().start_login(login, now).await
    }
}

impl Snapshot {
    pub(crate) async fn start_login(
        &self,
        login: StartLogin<'_>,
        now: SamlInstant,
    ) -> Result<Outgoing, LoginRefusal> {
        let started = self.start(login, now).await;
        self.traced(started, now).await
    }

    async fn start(&self, login: StartLogin<'_>, now: SamlInstant) -> Result<Outgoing, LoginRefusal> {
        let idp = self.choose(login.idp, now).await?;
        let correlation_id = CorrelationId::random();
        let outgoing = self.ask(&idp, login, &correlation_id, now).await;
        let outgoing = outgoing.map_err(|refusal| refusal.about(&idp.entity_id))?;
        let started = Occurrence::new(Event::LoginStarted, correlation_id, now).with(Some(&idp.entity_id));
        self.trace()
            .write(&started)
            .await
            .map_err(|failed| LoginRefusal::from(failed).about(&idp.entity_id))?;
        Ok(outgoing)
    }

    async fn ask(
        &self,
        idp: &IdpPeer,
        login: StartLogin<'_>,
        correlation_id: &CorrelationId,
        now: SamlInstant,
    ) -> Result<Outgoing, LoginRefusal> {
        let id = MessageId::generate(&mut SystemRandom)
            .map_err(|_error| LoginRefusal::unavailable("random.unavailable"))?;
        let expires_at = now.saturating_add(self.config().lifetimes.pending_request);
        let cookie = login.cookie;
        let return_to =
            login.return_to.as_ref().map_or(self.config().default_return_to.as_str(), ReturnTo::as_str);
        let record = PendingRecord {
            id: id.to_string(),
            idp: idp.entity_id.to_string(),
            issued_at: now.unix_millis(),
            expires_at: expires_at.unix_millis(),
            force_authn: login.force_authn,
            is_passive: login.is_passive,
            requested_class_refs: login.class_refs.iter().map(|c| c.uri().to_owned()).collect(),
            browser: login.browser.key(),
            return_to: return_to.to_owned(),
            correlation_id: correlation_id.clone(),
        };
        let outgoing = self.send(idp, self.authn_request(idp, id, login, now))?;
        // The identifier is fresh, so that no record has this name. Who can't end logins at one provider leaves room
        // for others.
        let draft = Draft { name: &record.id, content: &record, peer: Some(&idp.entity_id), expires_at };
        let _new: Insertion = self.records().insert(PENDING.records, draft, now).await?;
        match cookie {
            // A browser without a cookie may never come back, so that it should leave as little behind as possible.
            BrowserCookie::New => {}
            BrowserCookie::Sent => {
                let (holder, name) = (record.browser.as_str(), record.id.as_str());
                let entry = ListEntry { holder, name, peer: Some(&idp.entity_id), expires_at };
                // The list bounds the share of one browser. Where that can't be counted, the login goes on.
                let _counted = self.records().enter(PENDING, entry, now).await;
            }
        }
        Ok(outgoing)
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

    /// The pending record is found by the answer's `InResponseTo`; `RelayState` is an opaque token that some peers
    /// drop (ADFS-10, PING-01) and that nothing depends on. With a key every request is signed, as our metadata says.
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
