//! A login that no service asked for. [Profiles §4.1.5]

use saml_core::base::{RelayState, SamlInstant};
use saml_core::validation::route_unsolicited;
use saml_provider::event::{CorrelationId, Event, Occurrence};

use super::pending_sso::require_idp_initiated;
use super::sealed_request::{Carrier, SealedRequest};
use crate::refusal::PublicReason;
use crate::{IdentityProvider, Snapshot, SsoRefusal, name_id};

impl IdentityProvider {
    /// Starts a login at a service whose policy admits it, as if it had asked. It goes on as
    /// [`Next::Continue`](crate::Next::Continue) does.
    ///
    /// # Errors
    /// The service is unknown, its policy does not admit it, or it has no endpoint that an answer may
    /// go to by POST.
    pub async fn start_at_idp(
        &self,
        service_provider: &str,
        relay_state: Option<RelayState>,
        now: SamlInstant,
    ) -> Result<SealedRequest, SsoRefusal> {
        self.snapshot().start_at_idp(service_provider, relay_state, now).await
    }
}

impl Snapshot {
    pub(crate) async fn start_at_idp(
        &self,
        service_provider: &str,
        relay_state: Option<RelayState>,
        now: SamlInstant,
    ) -> Result<SealedRequest, SsoRefusal> {
        let started = self.offer(service_provider, relay_state, now).await;
        self.traced(started, now).await
    }

    async fn offer(
        &self,
        service_provider: &str,
        relay_state: Option<RelayState>,
        now: SamlInstant,
    ) -> Result<SealedRequest, SsoRefusal> {
        let refused = |code, expected, found: &str| {
            SsoRefusal::because(PublicReason::BadRequest, code, expected, found)
        };
        let sp = self
            .service_provider(service_provider)
            .await?
            .ok_or_else(|| refused("issuer.unknown", "a configured service provider", service_provider))?;
        let about = |refusal: SsoRefusal| refusal.about(&sp.entity_id);
        require_idp_initiated(&sp).map_err(about)?;
        let sso_url = self.config().sso_url();
        let formats = name_id::formats(self, &sp);
        let request = route_unsolicited(&self.expectation(&sp, &sso_url, &formats, now))
            .map_err(|refusal| about(SsoRefusal::new(PublicReason::BadRequest, refusal.verdict)))?;
        let transaction = self.begin(&sp, request, relay_state, now).map_err(about)?;
        let sealed = self.seal_request(&transaction, Carrier::Address, now).await.map_err(about)?;
        let offered = Occurrence::new(Event::LoginOffered, CorrelationId::random(), now);
        self.trace()
            .write(&offered.with(Some(&sp.entity_id)))
            .await
            .map_err(|failed| about(failed.into()))?;
        Ok(sealed)
    }
}
