//! What the application wants to do when somebody signs in, signs out or is refused.

use saml_core::base::{EntityId, VerdictCode};
use saml_provider::event::CorrelationId;
use saml_provider::{Hook, HookFault};

use crate::{PublicReason, Session, SessionAttribute};

/// The hooks of a service provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hooks {
    pub(crate) login: Option<Hook<Login, Login>>,
    pub(crate) logout: Option<Hook<Session, ()>>,
    pub(crate) refusal: Option<Hook<RefusedLogin, ()>>,
}

/// A login that was judged in full, and whose session is about to begin.
#[derive(Debug)]
pub struct Login {
    session: Session,
    correlation_id: CorrelationId,
}

impl Login {
    pub(crate) const fn new(session: Session, correlation_id: CorrelationId) -> Self {
        Self { session, correlation_id }
    }

    /// The session to be.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// The number of the login in the log.
    #[must_use]
    pub const fn correlation_id(&self) -> &CorrelationId {
        &self.correlation_id
    }

    /// The attributes, to be mapped or added to. Who the person is, and until when, can't be changed.
    pub const fn attributes_mut(&mut self) -> &mut Vec<SessionAttribute> {
        &mut self.session.attributes
    }
}

/// A login that did not happen, as a hook is told of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefusedLogin {
    /// The reason that the person is told.
    pub reason: PublicReason,
    /// The code of the likeliest cause.
    pub code: VerdictCode,
    /// The identity provider, if it came so far.
    pub idp: Option<EntityId>,
    /// The number under which it stands in the log.
    pub correlation_id: CorrelationId,
}

impl Hooks {
    /// The session as the application wants it.
    pub(crate) async fn on_login(&self, session: Session, id: &CorrelationId) -> Result<Session, HookFault> {
        let Some(hook) = &self.login else { return Ok(session) };
        let (idp, name_id) = (session.idp.clone(), session.name_id.clone());
        let login = hook.run(Login::new(session, id.clone())).await?;
        // A hook that keeps logins, and gives back another one, is refused.
        let is_the_same = login.session.idp == idp && login.session.name_id == name_id;
        if is_the_same && login.correlation_id == *id { Ok(login.session) } else { Err(HookFault::Failed) }
    }

    pub(crate) async fn on_logout(&self, session: Session) -> Result<(), HookFault> {
        match &self.logout {
            Some(hook) => hook.run(session).await,
            None => Ok(()),
        }
    }
}
