//! Why somebody is not served: one text for them, all of it for the administrator.

use std::fmt;

use saml_core::base::{Coded, EntityId, SamlInstant, VerdictCode};
use saml_core::bindings::BindingError;
use saml_core::trust::TrustError;
use saml_core::validation::{Rejected, Verdict};
use saml_store::{StoreError, TokenUnavailable};

use crate::event::{CorrelationId, Event, Occurrence, Refused, write_line};
use crate::peer::PeerSourceError;
use crate::record::RecordError;
use crate::{AuditFailed, HookFault};

/// The reason of a refusal, as a role tells it to a person. Each role has its own reasons. These are the ones that both
/// need, and the role's name for the refused thing.
pub trait Reason: Copy + fmt::Debug + Send + Sync + 'static {
    /// The event of the log line.
    const EVENT: Refused;
    /// The refused thing, as part of a sentence: "the login".
    const SUBJECT: &'static str;
    /// The name of the check where no check of a message was made.
    const CHECK: &'static str;
    /// The code of a refusal that names no broken rule.
    const CODE: VerdictCode;
    /// The request made no sense.
    const BAD_REQUEST: Self;
    /// This is not the browser in which it began.
    const OTHER_BROWSER: Self;
    /// Our own fault.
    const UNAVAILABLE: Self;
    /// The application said no.
    const NOT_ADMITTED: Self;
    /// The message is not the peer's.
    const UNTRUSTED: Self;

    /// The HTTP status of an answer that tells no more than this.
    fn status(self) -> u16;

    /// The reason that the person is told of a message that broke these rules.
    fn of_rejected(verdict: &Verdict) -> Self;
}

/// A refusal and its reason.
#[derive(Debug)]
pub struct Refusal<R> {
    /// The reason that the person may be told.
    pub reason: R,
    /// Everything that was checked, for the log.
    pub verdict: Verdict,
    /// The configured peer that it is about, if it came so far.
    pub peer: Option<EntityId>,
    /// The number under which it stands in the log, for the page that the person sees.
    pub correlation_id: CorrelationId,
    /// Whether its line was written, and all were told who are to be.
    is_told: bool,
}

impl<R: Reason> Refusal<R> {
    /// A refusal with a number of its own, about no peer.
    #[must_use]
    pub fn new(reason: R, verdict: Verdict) -> Self {
        Self { reason, verdict, peer: None, correlation_id: CorrelationId::random(), is_told: false }
    }

    /// A refusal for this error.
    #[must_use]
    pub fn of(reason: R, error: &dyn Coded) -> Self {
        Self::new(reason, Verdict::refused(error))
    }

    /// A refusal for one reason that no check of a message knows of.
    #[must_use]
    pub fn because(reason: R, code: &'static str, expected: &str, found: &str) -> Self {
        let code = VerdictCode::new(code);
        let verdict = Verdict::default().with_failure(R::CHECK, "[Profiles §4.1.3]", code, expected, found);
        Self::new(reason, verdict)
    }

    /// A refusal because something that we depend on gave no answer.
    #[must_use]
    pub fn unavailable(code: &'static str) -> Self {
        Self::because(R::UNAVAILABLE, code, "an answer", "none")
    }

    /// The browser's cookies don't say which browser it is.
    #[must_use]
    pub fn other_browser(error: &dyn Coded) -> Self {
        Self::of(R::OTHER_BROWSER, error)
    }

    /// Something that was to be sent could not be made.
    #[must_use]
    pub fn outgoing_failed(error: &dyn Coded) -> Self {
        Self::of(R::UNAVAILABLE, error)
    }

    /// The same, about this peer.
    #[must_use]
    pub fn about(mut self, peer: &EntityId) -> Self {
        self.peer = Some(peer.clone());
        self
    }

    /// The code of the likeliest cause.
    #[must_use]
    pub fn code(&self) -> VerdictCode {
        self.verdict.code().unwrap_or(R::CODE)
    }

    /// Whether it was traced already: it leaves one line, however many hands it goes through.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        self.is_told
    }

    /// The same, traced.
    #[must_use]
    pub fn told(mut self) -> Self {
        self.is_told = true;
        self
    }

    /// The event that it is.
    #[must_use]
    pub fn occurrence(&self, now: SamlInstant) -> Occurrence {
        let event = Event::refused(R::EVENT, self.code(), &self.verdict);
        Occurrence::new(event, self.correlation_id.clone(), now).with(self.peer.as_ref())
    }

    /// Writes the one line of the log that a refusal leaves, if it was not traced. The handlers of the roles do that by
    /// themselves.
    pub fn log(&self, now: SamlInstant) {
        if !self.is_told {
            write_line(&self.occurrence(now), None);
        }
    }
}

impl<R: Reason> fmt::Display for Refusal<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is refused: {}", R::SUBJECT, self.code())
    }
}

impl<R: Reason> std::error::Error for Refusal<R> {}

impl<R: Reason> From<RecordError> for Refusal<R> {
    fn from(error: RecordError) -> Self {
        Self::because(R::UNAVAILABLE, error.code(), &error.expected(), &error.found())
    }
}

impl<R: Reason> From<PeerSourceError> for Refusal<R> {
    fn from(error: PeerSourceError) -> Self {
        Self::of(R::UNAVAILABLE, &error)
    }
}

impl<R: Reason> From<StoreError> for Refusal<R> {
    fn from(error: StoreError) -> Self {
        RecordError::from(error).into()
    }
}

impl<R: Reason> From<AuditFailed> for Refusal<R> {
    fn from(failed: AuditFailed) -> Self {
        Self::because(R::UNAVAILABLE, "audit.failed", "an event in the audit", failed.found)
    }
}

impl<R: Reason> From<HookFault> for Refusal<R> {
    fn from(fault: HookFault) -> Self {
        let reason = match fault {
            HookFault::Vetoed { .. } => R::NOT_ADMITTED,
            HookFault::Failed | HookFault::TimedOut => R::UNAVAILABLE,
        };
        Self::of(reason, &fault)
    }
}

impl<R: Reason> From<TokenUnavailable> for Refusal<R> {
    fn from(_error: TokenUnavailable) -> Self {
        Self::unavailable("random.unavailable")
    }
}

impl<R: Reason> From<BindingError> for Refusal<R> {
    fn from(error: BindingError) -> Self {
        Self::of(R::BAD_REQUEST, &error)
    }
}

impl<R: Reason> From<TrustError> for Refusal<R> {
    fn from(error: TrustError) -> Self {
        Self::of(R::UNTRUSTED, &error)
    }
}

impl<R: Reason> From<Rejected> for Refusal<R> {
    fn from(rejected: Rejected) -> Self {
        Self::new(R::of_rejected(&rejected.verdict), rejected.verdict)
    }
}

#[cfg(test)]
mod tests;
