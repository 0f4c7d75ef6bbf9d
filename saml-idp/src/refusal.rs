//! Why a request is not followed: one text for the person, all of it for the administrator.

use saml_core::base::{Coded, EntityId, VerdictCode};
use saml_core::bindings::BindingError;
use saml_core::trust::TrustError;
use saml_core::validation::Verdict;
use saml_provider::event::{self, CorrelationId, Exchange, Refused};
use saml_provider::record::RecordError;
use saml_store::{StoreError, TokenUnavailable};

/// What a person may be told. Nothing of the message, nothing of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicReason {
    /// The request can't be used, or its sender is not known here.
    BadRequest,
    /// The transaction is over: answered, or waited too long.
    TransactionOver,
    /// The form was not shown by us to this browser.
    OtherBrowser,
    /// Our own fault; try later.
    Unavailable,
}

/// A request that is not followed, and that nobody is answered.
#[derive(Debug, thiserror::Error)]
#[error("the request is refused: {}", self.code())]
pub struct SsoRefusal {
    /// What the person may be told.
    pub reason: PublicReason,
    /// Everything that was checked, for the log.
    pub verdict: Verdict,
    /// The configured peer that it is about, if it came so far.
    pub peer: Option<EntityId>,
    /// The number under which it stands in the log, for the page that the person sees.
    pub correlation_id: CorrelationId,
}

impl SsoRefusal {
    /// The code of the likeliest cause.
    #[must_use]
    pub fn code(&self) -> VerdictCode {
        self.verdict.code().unwrap_or(VerdictCode::new("request.refused"))
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
        event::refused(Refused::Request, exchange, self.code(), &self.verdict);
    }

    /// The same, about this peer.
    pub(crate) fn about(mut self, peer: &EntityId) -> Self {
        self.peer = Some(peer.clone());
        self
    }

    pub(crate) fn because(reason: PublicReason, code: &'static str, expected: &str, found: &str) -> Self {
        let verdict = Verdict::default().with_failure(
            "request",
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

    pub(crate) fn unavailable(code: &'static str) -> Self {
        Self::because(PublicReason::Unavailable, code, "an answer", "none")
    }

    /// Something that was to be sent could not be made.
    pub(crate) fn outgoing_failed(error: &dyn Coded) -> Self {
        Self::new(PublicReason::Unavailable, Verdict::refused(error))
    }
}

impl From<RecordError> for SsoRefusal {
    fn from(error: RecordError) -> Self {
        Self::because(PublicReason::Unavailable, error.code(), &error.expected(), &error.found())
    }
}

impl From<StoreError> for SsoRefusal {
    fn from(error: StoreError) -> Self {
        RecordError::from(error).into()
    }
}

impl From<TokenUnavailable> for SsoRefusal {
    fn from(_error: TokenUnavailable) -> Self {
        Self::unavailable("random.unavailable")
    }
}

impl From<BindingError> for SsoRefusal {
    fn from(error: BindingError) -> Self {
        Self::new(PublicReason::BadRequest, Verdict::refused(&error))
    }
}

impl From<TrustError> for SsoRefusal {
    fn from(error: TrustError) -> Self {
        Self::new(PublicReason::BadRequest, Verdict::refused(&error))
    }
}
