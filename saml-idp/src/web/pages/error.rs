//! What can't be done, as far as anyone may know.

use actix_web::http::StatusCode;
use saml_provider::texts::Text;
use saml_provider::web::pages::Failure;

/// What happened, as far as anyone may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A message of a service was refused, for whatever reason.
    RequestRefused,
    /// The message names a service that isn't registered here.
    UnknownService,
    /// A form or a pending request that was answered before, or is older than we remember.
    Expired,
    /// A form didn't carry this browser's token.
    FormRefused,
    /// Everything was right, and this person may not sign in here.
    NotAdmitted,
    /// Too many requests.
    Throttled,
    /// There is no such page.
    NotFound,
    /// Our own fault: the store, the clock, the network, the configuration.
    Unavailable,
}

impl ErrorKind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Self; 8] = [
        Self::RequestRefused,
        Self::UnknownService,
        Self::Expired,
        Self::FormRefused,
        Self::NotAdmitted,
        Self::Throttled,
        Self::NotFound,
        Self::Unavailable,
    ];

    /// What the person is told: constant.
    #[must_use]
    pub const fn failure(self) -> Failure {
        let (heading, text) = match self {
            Self::RequestRefused => (Text::RequestRefusedHeading, Text::RequestOfServiceRefusedText),
            Self::UnknownService => (Text::UnknownServiceHeading, Text::UnknownServiceText),
            Self::Expired => (Text::ExpiredHeading, Text::ExpiredText),
            Self::FormRefused => (Text::FormRefusedHeading, Text::FormRefusedText),
            Self::NotAdmitted => (Text::NotAdmittedHeading, Text::NotAdmittedHereText),
            Self::Throttled => (Text::ThrottledHeading, Text::ThrottledText),
            Self::NotFound => (Text::NotFoundHeading, Text::NotFoundText),
            Self::Unavailable => (Text::UnavailableHeading, Text::UnavailableText),
        };
        let onward = Text::ErrorServices;
        Failure { heading, text, onward, status: self.status() }
    }

    /// The status that the page is sent with.
    const fn status(self) -> StatusCode {
        match self {
            Self::RequestRefused | Self::UnknownService | Self::Expired => StatusCode::BAD_REQUEST,
            Self::FormRefused | Self::NotAdmitted => StatusCode::FORBIDDEN,
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
