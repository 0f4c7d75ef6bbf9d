//! What can't be done, as far as anyone may know.

use actix_web::http::StatusCode;
use saml_provider::texts::Text;
use saml_provider::web::pages::Failure;

/// What happened, as far as anyone may know.
///
/// A refused message has one kind per profile, however it failed: a text or a status that told a wrong padding from a
/// wrong signature would be an oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A response was refused, or it brought no assertion.
    SignInFailed,
    /// The request itself is malformed or came to the wrong address. No identity provider is to blame.
    RequestRefused,
    /// A logout message was refused.
    SignOutFailed,
    /// A response was good, but this is not the browser in which the sign-in was started.
    OtherBrowser,
    /// Everything was right, and the application does not let this person in.
    NotAdmitted,
    /// A form that was kept is not sent any more.
    FormOver,
    /// There is no such page.
    NotFound,
    /// Our own fault: the store, the clock, the network, the configuration.
    Unavailable,
}

impl ErrorKind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Self; 8] = [
        Self::SignInFailed,
        Self::RequestRefused,
        Self::SignOutFailed,
        Self::OtherBrowser,
        Self::NotAdmitted,
        Self::FormOver,
        Self::NotFound,
        Self::Unavailable,
    ];

    /// What the person is told: constant.
    #[must_use]
    pub const fn failure(self) -> Failure {
        let (heading, text) = match self {
            Self::SignInFailed => (Text::SignInFailedHeading, Text::SignInFailedText),
            Self::RequestRefused => (Text::RequestRefusedHeading, Text::RequestIncompleteText),
            Self::SignOutFailed => (Text::SignOutFailedHeading, Text::SignOutFailedText),
            Self::OtherBrowser => (Text::OtherBrowserHeading, Text::OtherBrowserText),
            Self::NotAdmitted => (Text::NotAdmittedHeading, Text::NotAdmittedByServiceText),
            Self::FormOver => (Text::FormOverHeading, Text::FormOverText),
            Self::NotFound => (Text::NotFoundHeading, Text::NotFoundText),
            Self::Unavailable => (Text::UnavailableHeading, Text::UnavailableText),
        };
        let onward = match self {
            Self::NotFound | Self::FormOver => Text::ErrorStartPage,
            Self::SignInFailed
            | Self::RequestRefused
            | Self::SignOutFailed
            | Self::OtherBrowser
            | Self::NotAdmitted
            | Self::Unavailable => Text::ErrorTryAgain,
        };
        Failure { heading, text, onward, status: self.status() }
    }

    /// The status that the page is sent with.
    const fn status(self) -> StatusCode {
        match self {
            Self::SignInFailed | Self::OtherBrowser | Self::NotAdmitted => StatusCode::FORBIDDEN,
            Self::RequestRefused | Self::SignOutFailed | Self::FormOver => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
