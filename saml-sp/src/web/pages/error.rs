//! The page that says that something can't be done, and nothing of why.

use actix_web::http::StatusCode;
use askama::Template;

use super::{CONTENT_SECURITY_POLICY, Frame, Page};

/// The page that says that something can't be done.
///
/// It has no field for a detail: what was refused and why stands in the verdict, under the correlation id.
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
    /// The path at which the person may start again.
    pub try_again_href: &'a str,
}

impl Page for ErrorPage<'_> {
    const CONTENT_SECURITY_POLICY: &'static str = CONTENT_SECURITY_POLICY;
}

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
    /// There is no such page.
    NotFound,
    /// Our own fault: the store, the clock, the network, the configuration.
    Unavailable,
}

impl ErrorKind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Self; 7] = [
        Self::SignInFailed,
        Self::RequestRefused,
        Self::SignOutFailed,
        Self::OtherBrowser,
        Self::NotAdmitted,
        Self::NotFound,
        Self::Unavailable,
    ];

    /// The heading.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::SignInFailed => "We couldn’t sign you in",
            Self::RequestRefused => "This request can’t be accepted",
            Self::SignOutFailed => "We couldn’t complete the sign-out",
            Self::OtherBrowser => "This sign-in was started elsewhere",
            Self::NotAdmitted => "You can’t sign in here",
            Self::NotFound => "There is no such page",
            Self::Unavailable => "This isn’t available at the moment",
        }
    }

    /// The text for the person: constant.
    #[must_use]
    pub const fn public_text(self) -> &'static str {
        match self {
            Self::SignInFailed => {
                "The answer of your organisation’s sign-in can’t be accepted. Please start again from here."
            }
            Self::RequestRefused => {
                "It isn’t complete, or it came to an address that it isn’t meant for. Please start again from here."
            }
            Self::SignOutFailed => {
                "You may still be signed in at other services. Close all windows of your browser to be safe, or try again."
            }
            Self::OtherBrowser => {
                "A sign-in has to end in the browser in which it began. Make sure that cookies are allowed, and start again from here."
            }
            Self::NotAdmitted => {
                "Your organisation’s sign-in worked, but this service doesn’t admit your account. Ask those who run the service for access."
            }
            Self::NotFound => "The address may be incomplete, or the page may have moved.",
            Self::Unavailable => "Something went wrong on our side. Wait a moment and try again.",
        }
    }

    /// The text of the link that leads on.
    #[must_use]
    pub const fn try_again(self) -> &'static str {
        match self {
            Self::NotFound => "Go to the start page",
            Self::SignInFailed
            | Self::RequestRefused
            | Self::SignOutFailed
            | Self::OtherBrowser
            | Self::NotAdmitted
            | Self::Unavailable => "Try again",
        }
    }

    /// The status that the page is sent with.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::SignInFailed | Self::OtherBrowser | Self::NotAdmitted => StatusCode::FORBIDDEN,
            Self::RequestRefused | Self::SignOutFailed => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
