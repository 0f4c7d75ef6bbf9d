//! What programs are told instead of a page. [RFC 9457]

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, WWW_AUTHENTICATE};
use saml_provider::web::problem;

/// A problem document: constant but for the address to sign in at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Problem<'a> {
    /// Nobody is signed in.
    Unauthorized {
        /// Where to sign in, if that is known.
        login_url: Option<&'a str>,
    },
    /// Somebody is, but not in a way that is enough.
    StepUp {
        /// Where to sign in.
        login_url: &'a str,
    },
    /// Somebody is, and may not go there.
    Forbidden,
    /// Who is signed in can't be told.
    Unavailable,
    /// The application stands elsewhere than its settings say.
    Misplaced,
}

impl Problem<'_> {
    const fn status(self) -> StatusCode {
        match self {
            Self::Unauthorized { .. } | Self::StepUp { .. } => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Misplaced => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Unauthorized { .. } => ("urn:saml:problem:sign-in-required", "Sign in first"),
            Self::StepUp { .. } => {
                ("urn:saml:problem:stronger-sign-in-required", "Sign in again, in a stronger way")
            }
            Self::Forbidden => ("urn:saml:problem:not-permitted", "You may not do that"),
            Self::Unavailable => ("urn:saml:problem:unavailable", "Not available at the moment"),
            Self::Misplaced => ("urn:saml:problem:misconfigured", "Not available here"),
        }
    }

    /// The answer.
    pub(super) fn response(self) -> HttpResponse {
        let (kind, title) = self.kind();
        let login_url = match self {
            Self::Unauthorized { login_url } => login_url,
            Self::StepUp { login_url } => Some(login_url),
            Self::Forbidden | Self::Unavailable | Self::Misplaced => None,
        };
        let response = problem(self.status(), kind, title, login_url.map(|url| ("login_url", url)));
        match self {
            Self::Unauthorized { .. } | Self::StepUp { .. } => challenged(response),
            Self::Forbidden | Self::Unavailable | Self::Misplaced => response,
        }
    }
}

/// A status of 401 needs a challenge [RFC 9110 §15.5.2]; browsers answer none of this scheme.
pub(super) fn challenged(mut response: HttpResponse) -> HttpResponse {
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("SAML"));
    response
}
