//! The reasons that a person is told when a login fails.

use saml_core::base::VerdictCode;
use saml_core::validation::Verdict;
use saml_provider::event::Refused;
use saml_provider::refusal::{Reason, Refusal};

/// A login that did not happen.
pub type LoginRefusal = Refusal<PublicReason>;

/// A reason that a person may be told. It has no detail of the message or of the check.
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
    /// The application does not let this person in.
    NotAdmitted,
    /// The sign-out was not asked for by a page of ours.
    SignOutFailed,
    /// A form that was kept until somebody would be signed in can't be sent any more.
    FormOver,
    /// The request made no sense.
    BadRequest,
    /// Our own fault; try later.
    Unavailable,
}

impl Reason for PublicReason {
    const EVENT: Refused = Refused::Login;
    const SUBJECT: &'static str = "the login";
    const CHECK: &'static str = "login";
    const CODE: VerdictCode = VerdictCode::new("login.refused");
    const BAD_REQUEST: Self = Self::BadRequest;
    const OTHER_BROWSER: Self = Self::OtherBrowser;
    const UNAVAILABLE: Self = Self::Unavailable;
    const NOT_ADMITTED: Self = Self::NotAdmitted;
    const UNTRUSTED: Self = Self::SignInFailed;

    fn status(self) -> u16 {
        match self {
            Self::SignInFailed
            | Self::AlreadyUsed
            | Self::RefusedByIdentityProvider
            | Self::OtherBrowser
            | Self::NotAdmitted => 403,
            Self::BadRequest | Self::SignOutFailed | Self::FormOver => 400,
            Self::Unavailable => 503,
        }
    }

    fn of_rejected(verdict: &Verdict) -> Self {
        let told_no = verdict.code() == Some(VerdictCode::new("status.not_success"));
        if told_no { Self::RefusedByIdentityProvider } else { Self::SignInFailed }
    }
}
