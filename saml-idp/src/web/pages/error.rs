//! The page that says that something can't be done, and nothing of why.

use actix_web::http::StatusCode;
use askama::Template;

use super::{CONTENT_SECURITY_POLICY, Frame, Page};

/// The page that says that something can't be done.
///
/// It has no field for a detail: what was refused and why stands in the log, under the correlation id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Template)]
#[template(path = "error.html")]
pub struct ErrorPage<'a> {
    /// What all pages have in common.
    pub frame: Frame<'a>,
    /// What happened, as far as anyone may know.
    pub kind: ErrorKind,
    /// The name of this event in the log.
    pub correlation_id: &'a str,
    /// When it happened, in UTC.
    pub time: &'a str,
    /// The path that leads on: to the services of this person.
    pub home_href: &'a str,
}

impl Page for ErrorPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;
}

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

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::RequestRefused => "This request can’t be accepted",
            Self::UnknownService => "This service isn’t known here",
            Self::Expired => "This sign-in is over",
            Self::FormRefused => "This form can’t be accepted",
            Self::NotAdmitted => "You can’t sign in here",
            Self::Throttled => "Too many requests",
            Self::NotFound => "There is no such page",
            Self::Unavailable => "This isn’t available at the moment",
        }
    }

    /// The text for the person: constant.
    #[must_use]
    pub const fn public_text(self) -> &'static str {
        match self {
            Self::RequestRefused => {
                "The service that sent you here made a request that we can’t accept. Go back to the service and start again."
            }
            Self::UnknownService => {
                "The service that sent you here isn’t registered with us, so we can’t sign you in to it."
            }
            Self::Expired => {
                "It was completed before, or it took too long. Open the service that you wanted to use; if you aren’t signed in there, start again."
            }
            Self::FormRefused => {
                "Your browser didn’t send what we expected. Make sure that cookies are allowed, go back and try again."
            }
            Self::NotAdmitted => {
                "Your user name and password are right, but your account may not sign in here. Ask those who run this service for access."
            }
            Self::Throttled => "Please wait a minute and try again.",
            Self::NotFound => "The address may be incomplete, or the page may have moved.",
            Self::Unavailable => {
                "Something went wrong on our side. Nothing was lost: wait a moment and try again."
            }
        }
    }

    /// The status that the page is sent with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::RequestRefused | Self::UnknownService | Self::Expired => StatusCode::BAD_REQUEST,
            Self::FormRefused | Self::NotAdmitted => StatusCode::FORBIDDEN,
            Self::Throttled => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
