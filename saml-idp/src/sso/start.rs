//! A login that no service asked for. [Profiles §4.1.5]

use saml_core::base::{Binding, RelayState, SamlInstant};
use saml_core::metadata::IndexedEndpoint;
use saml_core::validation::{RoutedAuthnRequest, Verdict};
use saml_store::Handle;

use super::transaction::Transaction;
use crate::refusal::PublicReason;
use crate::{IdentityProvider, SsoRefusal};

impl IdentityProvider {
    /// Starts a login at a service whose policy admits it, as if it had asked.
    ///
    /// # Errors
    /// The service is unknown, its policy does not admit it, or it has no endpoint for answers by POST.
    pub async fn start_at_idp(
        &self,
        service_provider: &str,
        relay_state: Option<RelayState>,
        now: SamlInstant,
    ) -> Result<Handle, SsoRefusal> {
        let refused = |code, expected, found: &str| {
            SsoRefusal::because(PublicReason::BadRequest, code, expected, found)
        };
        let sp = self
            .service_provider(service_provider)
            .filter(|sp| sp.is_current(now))
            .ok_or_else(|| refused("issuer.unknown", "a configured service provider", service_provider))?;
        if !sp.policy.idp_initiated {
            return Err(refused(
                "sp.idp_initiated_refused",
                "a service whose policy admits it",
                service_provider,
            ));
        }
        let post =
            sp.role.assertion_consumer_services.iter().filter(|e| e.endpoint.binding == Binding::HttpPost);
        let endpoint = IndexedEndpoint::default_of(post)
            .ok_or_else(|| refused("acs.none_in_metadata", "an HTTP-POST endpoint", "none"))?;
        let request = RoutedAuthnRequest {
            in_response_to: None,
            service_provider: sp.entity_id.clone(),
            acs_url: endpoint.endpoint.location.clone(),
            name_id_policy: None,
            force_authn: false,
            is_passive: false,
            requested_context: None,
            attribute_consuming_service_index: None,
            verdict: Verdict::default(),
        };
        self.keep(&Transaction { request, relay_state }, now).await
    }
}
