//! How pages and refusals become HTTP responses.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use saml_core::base::Coded as _;
use saml_core::validation::Verdict;
use saml_provider::web::body::BodyError;
use saml_provider::web::endpoint::Instead;
use saml_provider::web::route::{MethodNotAllowed, Misdirected, Route};
use uuid::Uuid;

use super::pages::{
    AlreadySignedInPage, CONTENT_SECURITY_POLICY, ErrorKind, ErrorPage, Frame, HEADERS, Page,
};
use crate::config::ASSETS_PATH;
use crate::refusal::{LoginRefusal, PublicReason};
use crate::{ServiceProvider, Session, SessionNameId};

/// A page with its headers and its own content security policy.
pub(super) fn page<P: Page>(status: StatusCode, page: &P) -> HttpResponse {
    with_headers(status, P::CONTENT_SECURITY_POLICY).body(page.to_html())
}

pub(super) fn with_headers(status: StatusCode, content_security_policy: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    for (name, value) in HEADERS {
        builder.insert_header((name, value));
    }
    builder.insert_header((header::CONTENT_SECURITY_POLICY, content_security_policy));
    builder
}

/// Sends the browser on with a GET, whatever it came with.
pub(super) fn see_other(location: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::SeeOther();
    builder.insert_header((header::LOCATION, location));
    builder.insert_header((header::CACHE_CONTROL, "no-store"));
    builder.insert_header((header::REFERRER_POLICY, "no-referrer"));
    builder
}

pub(super) fn frame(sp: &ServiceProvider) -> Frame<'_> {
    let config = sp.config();
    Frame {
        theme: config.theme.as_deref(),
        mark: config.mark.as_deref(),
        ..Frame::new(&config.display_name, ASSETS_PATH)
    }
}

/// The constant page for a refusal; the detail goes to the log under the same identifier, and nowhere else.
pub(super) fn refused(
    sp: &ServiceProvider,
    refusal: &LoginRefusal,
    session: Option<&Session>,
) -> HttpResponse {
    refusal.log();
    if let (PublicReason::AlreadyUsed, Some(session)) = (refusal.reason, session) {
        let display_name = session.name_id.as_ref().and_then(SessionNameId::readable).unwrap_or_default();
        let continue_href = &sp.config().default_return_to;
        return page(
            StatusCode::CONFLICT,
            &AlreadySignedInPage { frame: frame(sp), display_name, continue_href },
        );
    }
    error_page(sp, kind_of(refusal.reason), refusal.correlation_id.as_str())
}

/// A body that was not read.
pub(super) fn body_refused(sp: &ServiceProvider, error: BodyError) -> HttpResponse {
    let reason = match error {
        BodyError::NoRoom => PublicReason::Unavailable,
        BodyError::TooLarge { .. } | BodyError::TooSlow { .. } | BodyError::Broken => {
            PublicReason::BadRequest
        }
    };
    let mut response = refused(sp, &LoginRefusal::new(reason, Verdict::refused(&error)), None);
    error.mark(&mut response);
    response
}

/// What is answered in the stead of a handler.
pub(super) fn instead(sp: &ServiceProvider, instead: Instead) -> HttpResponse {
    match instead {
        Instead::Present => present(),
        Instead::MethodNotAllowed(route) => method_not_allowed(sp, route),
        Instead::Misdirected(message) => misdirected(sp, message),
    }
}

/// A message where it is not taken.
pub(super) fn misdirected(sp: &ServiceProvider, misdirected: Misdirected) -> HttpResponse {
    let refusal = LoginRefusal::new(PublicReason::BadRequest, Verdict::refused(&misdirected));
    let mut response = refused(sp, &refusal, None);
    misdirected.mark(&mut response);
    response
}

/// The endpoint is there, but not by this method.
fn method_not_allowed(sp: &ServiceProvider, route: Route) -> HttpResponse {
    let correlation_id = Uuid::new_v4().to_string();
    let error = MethodNotAllowed(route);
    tracing::info!(correlation_id, code = %error.code(), path = route.path, "there is no such method");
    let mut response = error_page(sp, ErrorKind::NotFound, &correlation_id);
    error.mark(&mut response);
    response
}

/// The endpoint is there, and nothing has happened.
fn present() -> HttpResponse {
    with_headers(StatusCode::OK, CONTENT_SECURITY_POLICY).finish()
}

/// No such page. The address is not logged: it may hold a message.
pub(super) fn not_found(sp: &ServiceProvider) -> HttpResponse {
    let correlation_id = Uuid::new_v4().to_string();
    tracing::info!(correlation_id, code = "http.not_found", "there is no such page");
    error_page(sp, ErrorKind::NotFound, &correlation_id)
}

fn error_page(sp: &ServiceProvider, kind: ErrorKind, correlation_id: &str) -> HttpResponse {
    let try_again_href = &sp.config().default_return_to;
    page(kind.status(), &ErrorPage { frame: frame(sp), kind, correlation_id, try_again_href })
}

const fn kind_of(reason: PublicReason) -> ErrorKind {
    match reason {
        PublicReason::SignInFailed
        | PublicReason::AlreadyUsed
        | PublicReason::RefusedByIdentityProvider
        | PublicReason::BadRequest => ErrorKind::SignInFailed,
        PublicReason::OtherBrowser => ErrorKind::OtherBrowser,
        PublicReason::SignOutFailed => ErrorKind::SignOutFailed,
        PublicReason::Unavailable => ErrorKind::Unavailable,
    }
}
