//! A refusal is traced, and the application is told.

use saml_core::base::{Coded as _, SamlInstant};

use crate::hooks::RefusedRequest;
use crate::{Snapshot, SsoRefusal};

impl Snapshot {
    /// Traces a refusal, if it is one, and tells the application.
    pub(crate) async fn traced<T>(
        &self,
        result: Result<T, SsoRefusal>,
        now: SamlInstant,
    ) -> Result<T, SsoRefusal> {
        match result {
            Ok(value) => Ok(value),
            Err(refusal) => Err(self.tell(refusal, now).await),
        }
    }

    /// Traces a refusal and tells the application, unless that was done.
    pub(crate) async fn tell(&self, refusal: SsoRefusal, now: SamlInstant) -> SsoRefusal {
        if refusal.is_told() {
            return refusal;
        }
        self.trace().note(&refusal.occurrence(now)).await;
        if let Some(hook) = &self.hooks().refusal {
            let told = RefusedRequest {
                reason: refusal.reason,
                code: refusal.code(),
                service_provider: refusal.peer.clone(),
                correlation_id: refusal.correlation_id.clone(),
            };
            if let Err(fault) = hook.run(told).await {
                let (code, correlation_id) = (fault.code(), &refusal.correlation_id);
                tracing::warn!(%code, %correlation_id, "a hook for refused requests failed");
            }
        }
        refusal.told()
    }
}
