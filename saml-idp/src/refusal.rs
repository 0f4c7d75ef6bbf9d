//! The reasons that a person is told when a request is not followed.

use saml_core::base::VerdictCode;
use saml_core::validation::Verdict;
use saml_provider::event::Refused;
use saml_provider::refusal::{Reason, Refusal};

/// A request that is not followed, and that nobody is answered.
pub type SsoRefusal = Refusal<PublicReason>;

/// A reason that a person may be told. It has no detail of the message or of the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PublicReason {
    /// The request can't be used, or its sender is not known here.
    BadRequest,
    /// The transaction is over: answered, or waited too long.
    TransactionOver,
    /// The form was not shown by us to this browser.
    OtherBrowser,
    /// The application does not let this person in.
    NotAdmitted,
    /// Our own fault; try later.
    Unavailable,
}

impl Reason for PublicReason {
    const EVENT: Refused = Refused::Request;
    const SUBJECT: &'static str = "the request";
    const CHECK: &'static str = "request";
    const CODE: VerdictCode = VerdictCode::new("request.refused");
    const BAD_REQUEST: Self = Self::BadRequest;
    const OTHER_BROWSER: Self = Self::OtherBrowser;
    const UNAVAILABLE: Self = Self::Unavailable;
    const NOT_ADMITTED: Self = Self::NotAdmitted;
    const UNTRUSTED: Self = Self::BadRequest;

    fn status(self) -> u16 {
        match self {
            Self::BadRequest | Self::TransactionOver => 400,
            Self::OtherBrowser | Self::NotAdmitted => 403,
            Self::Unavailable => 503,
        }
    }

    fn of_rejected(_verdict: &Verdict) -> Self {
        Self::BadRequest
    }
}
