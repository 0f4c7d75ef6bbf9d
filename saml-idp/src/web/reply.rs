//! How pages, forms and refusals become HTTP responses.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, HttpResponseBuilder};
use saml_core::base::Coded as _;
use saml_core::bindings::post::{PostForm, RedirectsAfterSubmission};
use saml_core::validation::Verdict;
use saml_provider::web::body::BodyError;
use saml_provider::web::endpoint::Instead;
use saml_provider::web::route::{MethodNotAllowed, Misdirected, Route};
use uuid::Uuid;

use super::pages::{CONTENT_SECURITY_POLICY, ErrorKind, ErrorPage, Frame, HEADERS, Page};
use crate::IdentityProvider;
use crate::config::ASSETS_PATH;
use crate::refusal::{PublicReason, SsoRefusal};

/// The script that submits a form by itself where scripts run.
pub(super) const AUTO_SUBMIT_FILE: &str = "post.js";

/// A page with its headers and its own content security policy.
pub(super) fn page<P: Page>(status: StatusCode, page: &P) -> HttpResponse {
    with_headers(status, P::CONTENT_SECURITY_POLICY).body(page.to_html())
}

fn with_headers(status: StatusCode, content_security_policy: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    for (name, value) in HEADERS {
        builder.insert_header((name, value));
    }
    builder.insert_header((header::CONTENT_SECURITY_POLICY, content_security_policy));
    builder
}

/// The form that carries our answer to the service.
pub(super) fn post_form(form: &PostForm) -> HttpResponse {
    let policy = form.content_security_policy(RedirectsAfterSubmission::AnyOrigin);
    with_headers(StatusCode::OK, &policy).body(form.page(&format!("{ASSETS_PATH}/{AUTO_SUBMIT_FILE}")))
}

/// Sends the browser on with a GET, whatever it came with.
pub(super) fn see_other(location: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::SeeOther();
    builder.insert_header((header::LOCATION, location));
    builder.insert_header((header::CACHE_CONTROL, "no-store"));
    builder.insert_header((header::REFERRER_POLICY, "no-referrer"));
    builder
}

pub(super) fn frame(idp: &IdentityProvider) -> Frame<'_> {
    let config = idp.config();
    Frame {
        theme: config.theme.as_deref(),
        mark: config.mark.as_deref(),
        ..Frame::new(&config.display_name, ASSETS_PATH)
    }
}

/// The constant page for a refusal; the detail goes to the log under the same identifier, and nowhere else.
pub(super) fn refused(idp: &IdentityProvider, refusal: &SsoRefusal) -> HttpResponse {
    refusal.log();
    error_page(idp, kind_of(refusal), refusal.correlation_id.as_str())
}

/// A body that was not read.
pub(super) fn body_refused(idp: &IdentityProvider, error: BodyError) -> HttpResponse {
    let reason = match error {
        BodyError::NoRoom => PublicReason::Unavailable,
        BodyError::TooLarge { .. } | BodyError::TooSlow { .. } | BodyError::Broken => {
            PublicReason::BadRequest
        }
    };
    let mut response = refused(idp, &SsoRefusal::new(reason, Verdict::refused(&error)));
    error.mark(&mut response);
    response
}

/// What is answered in the stead of a handler.
pub(super) fn instead(idp: &IdentityProvider, instead: Instead) -> HttpResponse {
    match instead {
        Instead::Present => present(),
        Instead::MethodNotAllowed(route) => method_not_allowed(idp, route),
        Instead::Misdirected(message) => misdirected(idp, message),
    }
}

/// A message where it is not taken.
pub(super) fn misdirected(idp: &IdentityProvider, misdirected: Misdirected) -> HttpResponse {
    let refusal = SsoRefusal::new(PublicReason::BadRequest, Verdict::refused(&misdirected));
    let mut response = refused(idp, &refusal);
    misdirected.mark(&mut response);
    response
}

/// The endpoint is there, but not by this method.
fn method_not_allowed(idp: &IdentityProvider, route: Route) -> HttpResponse {
    let correlation_id = Uuid::new_v4().to_string();
    let error = MethodNotAllowed(route);
    tracing::info!(correlation_id, code = %error.code(), path = route.path, "there is no such method");
    let mut response = error_page(idp, ErrorKind::NotFound, &correlation_id);
    error.mark(&mut response);
    response
}

/// The endpoint is there, and nothing has happened.
fn present() -> HttpResponse {
    with_headers(StatusCode::OK, CONTENT_SECURITY_POLICY).finish()
}

/// No such page. The address is not logged: it may hold a message.
pub(super) fn not_found(idp: &IdentityProvider) -> HttpResponse {
    let correlation_id = Uuid::new_v4().to_string();
    tracing::info!(correlation_id, code = "http.not_found", "there is no such page");
    error_page(idp, ErrorKind::NotFound, &correlation_id)
}

fn error_page(idp: &IdentityProvider, kind: ErrorKind, correlation_id: &str) -> HttpResponse {
    page(kind.status(), &ErrorPage { frame: frame(idp), kind, correlation_id })
}

fn kind_of(refusal: &SsoRefusal) -> ErrorKind {
    match refusal.reason {
        PublicReason::BadRequest if refusal.code().as_str() == "issuer.unknown" => ErrorKind::UnknownService,
        PublicReason::BadRequest => ErrorKind::RequestRefused,
        PublicReason::TransactionOver => ErrorKind::Expired,
        PublicReason::OtherBrowser => ErrorKind::FormRefused,
        PublicReason::Unavailable => ErrorKind::Unavailable,
    }
}
