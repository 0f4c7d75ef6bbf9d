//! What the application wants to do when somebody signs in, signs out or is refused.

use saml_core::base::{EntityId, VerdictCode};
use saml_provider::event::CorrelationId;
use saml_provider::{Hook, HookFault};

use crate::{Principal, PublicReason, SsoSession};

/// The hooks of an identity provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hooks {
    pub(crate) login: Option<Hook<Principal, Principal>>,
    pub(crate) logout: Option<Hook<SsoSession, ()>>,
    pub(crate) refusal: Option<Hook<RefusedRequest, ()>>,
}

/// A request or a login that came to nothing, as a hook is told of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefusedRequest {
    /// The reason that the person is told.
    pub reason: PublicReason,
    /// The code of the likeliest cause.
    pub code: VerdictCode,
    /// The service provider, if it came so far.
    pub service_provider: Option<EntityId>,
    /// The number under which it stands in the log.
    pub correlation_id: CorrelationId,
}

impl Hooks {
    /// The person as the application wants them.
    pub(crate) async fn on_login(&self, person: Principal) -> Result<Principal, HookFault> {
        let Some(hook) = &self.login else { return Ok(person) };
        let user_name = person.user_name.clone();
        let person = hook.run(person).await?;
        // Whoever proved who they are signs in, and nobody else.
        if person.user_name == user_name { Ok(person) } else { Err(HookFault::Failed) }
    }

    pub(crate) async fn on_logout(&self, session: SsoSession) -> Result<(), HookFault> {
        match &self.logout {
            Some(hook) => hook.run(session).await,
            None => Ok(()),
        }
    }
}
