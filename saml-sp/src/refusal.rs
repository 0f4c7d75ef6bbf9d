//! Why a person is not signed in: one text for them, all of it for the administrator.

use saml_core::base::{Coded, EntityId, VerdictCode};
use saml_core::bindings::BindingError;
use saml_core::trust::TrustError;
use saml_core::validation::{Rejected, Verdict};
use saml_provider::event::{self, CorrelationId, Exchange, Refused};
use saml_provider::record::RecordError;
use saml_store::{StoreError, TokenUnavailable};

/// What a person may be told. Nothing of the message, nothing of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicReason {
    /// The answer can't be used; another try may help.
    SignInFailed,
    /// The answer was used before.
    AlreadyUsed,
    /// The identity provider said no.
    RefusedByIdentityProvider,
    /// The login was started in another browser, or its cookie is gone.
    OtherBrowser,
    /// The sign-out was not asked for by a page of ours.
    SignOutFailed,
    /// The request made no sense.
    BadRequest,
    /// Our own fault; try later.
    Unavailable,
}

/// A login that did not happen.
#[derive(Debug, thiserror::Error)]
#[error("the login is refused: {}", self.code())]
pub struct LoginRefusal {
    /// What the person may be told.
    pub reason: PublicReason,
    /// Everything that was checked, for the log.
    pub verdict: Verdict,
    /// The configured peer that it is about, if it came so far.
    pub peer: Option<EntityId>,
    /// The number under which it stands in the log, for the page that the person sees.
    pub correlation_id: CorrelationId,
}

impl LoginRefusal {
    /// The code of the likeliest cause.
    #[must_use]
    pub fn code(&self) -> VerdictCode {
        self.verdict.code().unwrap_or(VerdictCode::new("login.refused"))
    }

    /// A refusal with a number of its own, about no peer.
    #[must_use]
    pub fn new(reason: PublicReason, verdict: Verdict) -> Self {
        Self { reason, verdict, peer: None, correlation_id: CorrelationId::random() }
    }

    /// Writes the one line of the log that a refusal leaves. The handlers of this crate do that by themselves.
    pub fn log(&self) {
        let exchange =
            Exchange { peer: self.peer.as_ref(), client: None, correlation_id: &self.correlation_id };
        event::refused(Refused::Login, exchange, self.code(), &self.verdict);
    }

    /// The same, about this peer.
    pub(crate) fn about(mut self, peer: &EntityId) -> Self {
        self.peer = Some(peer.clone());
        self
    }

    /// A refusal for one reason that no message check knows of.
    pub(crate) fn because(reason: PublicReason, code: &'static str, expected: &str, found: &str) -> Self {
        let verdict = Verdict::default().with_failure(
            "login",
            "[Profiles §4.1.3]",
            VerdictCode::new(code),
            expected,
            found,
        );
        Self::new(reason, verdict)
    }

    /// The browser's cookies don't say which browser it is.
    #[cfg(feature = "actix")]
    pub(crate) fn other_browser(error: &dyn Coded) -> Self {
        Self::new(PublicReason::OtherBrowser, Verdict::refused(error))
    }

    /// The browser's cookies don't say which session is to end.
    #[cfg(feature = "actix")]
    pub(crate) fn sign_out(error: &dyn Coded) -> Self {
        Self::new(PublicReason::SignOutFailed, Verdict::refused(error))
    }

    pub(crate) fn unavailable(code: &'static str) -> Self {
        Self::because(PublicReason::Unavailable, code, "an answer", "none")
    }
}

impl From<RecordError> for LoginRefusal {
    fn from(error: RecordError) -> Self {
        Self::because(PublicReason::Unavailable, error.code(), &error.expected(), &error.found())
    }
}

impl From<StoreError> for LoginRefusal {
    fn from(error: StoreError) -> Self {
        RecordError::from(error).into()
    }
}

impl From<TokenUnavailable> for LoginRefusal {
    fn from(_error: TokenUnavailable) -> Self {
        Self::unavailable("random.unavailable")
    }
}

impl From<BindingError> for LoginRefusal {
    fn from(error: BindingError) -> Self {
        Self::new(PublicReason::BadRequest, Verdict::refused(&error))
    }
}

impl From<TrustError> for LoginRefusal {
    fn from(error: TrustError) -> Self {
        Self::new(PublicReason::SignInFailed, Verdict::refused(&error))
    }
}

impl From<Rejected> for LoginRefusal {
    fn from(rejected: Rejected) -> Self {
        let told_no = rejected.verdict.code() == Some(VerdictCode::new("status.not_success"));
        let reason =
            if told_no { PublicReason::RefusedByIdentityProvider } else { PublicReason::SignInFailed };
        Self::new(reason, rejected.verdict)
    }
}

/// Something that was to be sent could not be made.
pub(crate) fn outgoing_failed(error: &dyn Coded) -> LoginRefusal {
    LoginRefusal::new(PublicReason::Unavailable, Verdict::refused(error))
}
