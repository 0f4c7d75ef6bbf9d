//! A request arrives. [Profiles §4.1.4.1], [Bindings §3.4, §3.5]

use std::sync::Arc;

use saml_core::assertion::NameIdFormat;
use saml_core::base::{RelayState, SamlInstant};
use saml_core::bindings::MessageParameter;
use saml_core::bindings::post::PostMessage;
use saml_core::bindings::redirect::RedirectMessage;
use saml_core::protocol::AuthnRequest;
use saml_core::trust::{PeerSignatures, ReceivedMessage, RefusedRequest, Unverified};
use saml_core::validation::{
    AuthnRequestExpectation, NameIdPolicySupport, RequestRefusal, route_authn_request,
};
use saml_provider::event::{CorrelationId, Event, Occurrence};

use super::respond::Next;
use super::sealed_request::Carrier;
use crate::config::RequestSignatures;
use crate::refusal::PublicReason;
use crate::{IdentityProvider, Snapshot, SpPeer, SsoRefusal, name_id};

impl IdentityProvider {
    /// Judges a request that came by HTTP Redirect.
    ///
    /// # Errors
    /// [`SsoRefusal`]: nobody may be answered.
    pub async fn receive_redirect(
        &self,
        message: RedirectMessage,
        now: SamlInstant,
    ) -> Result<Next, SsoRefusal> {
        self.snapshot().receive_redirect(message, now).await
    }

    /// Judges a request that came by HTTP POST.
    ///
    /// # Errors
    /// [`SsoRefusal`]: nobody may be answered.
    pub async fn receive_post(&self, message: PostMessage, now: SamlInstant) -> Result<Next, SsoRefusal> {
        self.snapshot().receive_post(message, now).await
    }
}

impl Snapshot {
    pub(crate) async fn receive_redirect(
        &self,
        message: RedirectMessage,
        now: SamlInstant,
    ) -> Result<Next, SsoRefusal> {
        let received = self.by_redirect(message, now).await;
        self.traced(received, now).await
    }

    async fn by_redirect(&self, message: RedirectMessage, now: SamlInstant) -> Result<Next, SsoRefusal> {
        require_request(message.parameter())?;
        let relay_state = message.relay_state().cloned();
        let received = message.receive::<AuthnRequest>(&self.config().site.limits)?;
        let sp = self.requester(received.message().claimed_issuer().as_deref()).await?;
        let judged = self.judge(&sp, received.verify(self.signatures_of(&sp)), relay_state, now).await;
        judged.map_err(|refusal| refusal.about(&sp.entity_id))
    }

    pub(crate) async fn receive_post(
        &self,
        message: PostMessage,
        now: SamlInstant,
    ) -> Result<Next, SsoRefusal> {
        let received = self.by_post(message, now).await;
        self.traced(received, now).await
    }

    async fn by_post(&self, message: PostMessage, now: SamlInstant) -> Result<Next, SsoRefusal> {
        require_request(message.parameter)?;
        let request = Unverified::<AuthnRequest>::parse(message.xml, &self.config().site.limits)?;
        let sp = self.requester(request.claimed_issuer().as_deref()).await?;
        let received = request.verify_enveloped(self.signatures_of(&sp));
        let judged = self.judge(&sp, received, message.relay_state, now).await;
        judged.map_err(|refusal| refusal.about(&sp.entity_id))
    }

    fn signatures_of<'a>(&'a self, sp: &'a SpPeer) -> PeerSignatures<'a> {
        PeerSignatures {
            keys: sp.keys.as_ref(),
            policy: &sp.policy.permitted,
            limits: &self.config().site.limits,
        }
    }

    async fn judge(
        &self,
        sp: &Arc<SpPeer>,
        received: Result<ReceivedMessage<AuthnRequest>, RefusedRequest<AuthnRequest>>,
        relay_state: Option<RelayState>,
        now: SamlInstant,
    ) -> Result<Next, SsoRefusal> {
        let sso_url = self.config().sso_url();
        let formats = name_id::formats(self, sp);
        match route_authn_request(received, &self.expectation(sp, &sso_url, &formats, now)) {
            Ok(request) => {
                let transaction = self.begin(sp, request, relay_state, now)?;
                let sealed = self.seal_request(&transaction, Carrier::Address, now).await?;
                let received = Occurrence::new(Event::RequestReceived, CorrelationId::random(), now);
                self.trace().write(&received.with(Some(&sp.entity_id))).await?;
                Ok(Next::Continue(sealed))
            }
            Err(RequestRefusal { verdict, answer: None }) => {
                Err(SsoRefusal::new(PublicReason::BadRequest, verdict))
            }
            Err(RequestRefusal { verdict, answer: Some(answer) }) => {
                let (request, status) = *answer;
                let transaction = self.begin(sp, request, relay_state, now)?;
                let answer = self.respond_with_status(&transaction, status, verdict, now)?;
                let event = answer.occurrence(&sp.entity_id, &CorrelationId::random(), now);
                self.trace().write(&event).await?;
                Ok(answer.into())
            }
        }
    }

    pub(super) fn expectation<'a>(
        &'a self,
        sp: &'a SpPeer,
        sso_url: &'a str,
        formats: &'a [NameIdFormat],
        now: SamlInstant,
    ) -> AuthnRequestExpectation<'a> {
        AuthnRequestExpectation {
            service_provider_id: &sp.entity_id,
            service_provider: &sp.role,
            metadata_valid_until: sp.valid_until(),
            sso_url,
            want_authn_requests_signed: self.config().request_signatures == RequestSignatures::Required,
            name_ids: NameIdPolicySupport { formats },
            relaxations: sp.policy.permitted.granted(),
            clock_skew: self.config().site.clock_skew,
            request_max_age: sp.policy.request_max_age,
            now,
        }
    }

    async fn requester(&self, claimed: Option<&str>) -> Result<Arc<SpPeer>, SsoRefusal> {
        let refused = |code, found: &str| {
            SsoRefusal::because(PublicReason::BadRequest, code, "a configured service provider", found)
        };
        let claimed = claimed.ok_or_else(|| refused("request.issuer_missing", "no Issuer"))?;
        self.service_provider(claimed).await?.ok_or_else(|| refused("issuer.unknown", claimed))
    }
}

fn require_request(parameter: MessageParameter) -> Result<(), SsoRefusal> {
    match parameter {
        MessageParameter::SamlRequest => Ok(()),
        MessageParameter::SamlResponse => Err(SsoRefusal::because(
            PublicReason::BadRequest,
            "binding.wrong_endpoint",
            "SAMLRequest by GET or POST",
            "SAMLResponse",
        )),
    }
}
