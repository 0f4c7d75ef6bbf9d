//! A refusal is traced, and the application is told.

use saml_core::base::{Coded as _, SamlInstant};

use crate::hooks::RefusedLogin;
use crate::{LoginRefusal, Snapshot};

impl Snapshot {
    /// Traces a refusal, if it is one, and tells the application.
    pub(crate) async fn traced<T>(
        &self,
        result: Result<T, LoginRefusal>,
        now: SamlInstant,
    ) -> Result<T, LoginRefusal> {
        match result {
            Ok(value) => Ok(value),
            Err(refusal) => Err(self.tell(refusal, now).await),
        }
    }

    /// Traces a refusal and tells the application, unless that was done.
    pub(crate) async fn tell(&self, refusal: LoginRefusal, now: SamlInstant) -> LoginRefusal {
        if refusal.is_told() {
            return refusal;
        }
        self.trace().note(&refusal.occurrence(now)).await;
        if let Some(hook) = &self.hooks().refusal {
            let told = RefusedLogin {
                reason: refusal.reason,
                code: refusal.code(),
                idp: refusal.peer.clone(),
                correlation_id: refusal.correlation_id.clone(),
            };
            if let Err(fault) = hook.run(told).await {
                let (code, correlation_id) = (fault.code(), &refusal.correlation_id);
                tracing::warn!(%code, %correlation_id, "a hook for refused logins failed");
            }
        }
        refusal.told()
    }
}
