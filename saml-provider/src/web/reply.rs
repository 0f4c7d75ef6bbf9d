//! How pages, forms and refusals become HTTP responses, in both roles alike.

use std::borrow::Cow;
use std::ops::Deref;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use saml_core::base::Coded as _;
use saml_core::bindings::post::{PostForm, RedirectsAfterSubmission};

use super::body::BodyError;
use super::clock::now;
use super::document;
use super::endpoint::Instead;
use super::pages::{self, ASSET_CACHE_CONTROL, AUTO_SUBMIT, Asset, CONTENT_SECURITY_POLICY, HEADERS, Page};
use super::route::{MethodNotAllowed, Misdirected, Route};
use crate::event::CorrelationId;
use crate::refusal::{Reason, Refusal};

/// The header with the number under which a refusal stands in the log, the one that its page shows.
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// Who answers: a role, as far as its answers differ from the other's.
pub trait Answers {
    /// The reasons that it tells people.
    type Reason: Reason;

    /// The files that its pages load.
    const ASSETS: &'static [Asset];

    /// The path under which they are served, without a slash at its end.
    fn assets_path(&self) -> Cow<'_, str>;

    /// The constant page for a refusal, which stands in the log.
    fn refusal_page(&self, refusal: &Refusal<Self::Reason>) -> HttpResponse;

    /// The constant page for an unknown address.
    fn not_found_page(&self, correlation_id: &CorrelationId) -> HttpResponse;
}

/// What leads to a role answers as it does.
impl<T> Answers for T
where
    T: Deref,
    T::Target: Answers,
{
    type Reason = <T::Target as Answers>::Reason;

    const ASSETS: &'static [Asset] = <T::Target as Answers>::ASSETS;

    fn assets_path(&self) -> Cow<'_, str> {
        (**self).assets_path()
    }

    fn refusal_page(&self, refusal: &Refusal<Self::Reason>) -> HttpResponse {
        (**self).refusal_page(refusal)
    }

    fn not_found_page(&self, correlation_id: &CorrelationId) -> HttpResponse {
        (**self).not_found_page(correlation_id)
    }
}

/// A page with its headers and its own content security policy.
pub fn page<P: Page>(status: StatusCode, page: &P) -> HttpResponse {
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

/// The form that carries a message to a peer.
pub fn post_form(server: &impl Answers, form: &PostForm) -> HttpResponse {
    let policy = form.content_security_policy(RedirectsAfterSubmission::AnyOrigin);
    let script = format!("{}/{}", server.assets_path(), AUTO_SUBMIT.file_name);
    with_headers(StatusCode::OK, &policy).body(form.page(&script))
}

/// A page of the role's own with the form that carries a message to a peer.
pub fn page_with<P: Page>(form: &PostForm, page: &P) -> HttpResponse {
    let targets = form.form_action(RedirectsAfterSubmission::AnyOrigin);
    let policy = format!("{}; form-action {targets}", P::CONTENT_SECURITY_POLICY);
    with_headers(StatusCode::OK, &policy).body(page.to_html())
}

/// Sends the browser on with a GET, whatever it came with.
#[must_use]
pub fn see_other(location: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::SeeOther();
    builder.insert_header((header::LOCATION, location));
    builder.insert_header((header::CACHE_CONTROL, "no-store"));
    builder.insert_header((header::REFERRER_POLICY, "no-referrer"));
    builder
}

/// One of the files that the pages load.
pub fn asset<S: Answers>(server: &S, headers: &HeaderMap, file_name: &str) -> HttpResponse {
    match pages::find(S::ASSETS, file_name).or_else(|| pages::find(&[AUTO_SUBMIT], file_name)) {
        Some(asset) => document::reply(headers, asset.content_type, ASSET_CACHE_CONTROL, asset.body),
        None => not_found(server),
    }
}

/// The constant page for a refusal; the detail goes to the log under the same identifier, and nowhere else.
pub fn refused<S: Answers>(server: &S, refusal: &Refusal<S::Reason>) -> HttpResponse {
    refusal.log(now());
    numbered(server.refusal_page(refusal), &refusal.correlation_id)
}

/// With the number of a refusal in a header, for those who don't read its page.
#[must_use]
pub fn numbered(mut response: HttpResponse, number: &CorrelationId) -> HttpResponse {
    if let Ok(number) = HeaderValue::from_str(number.as_str()) {
        response.headers_mut().insert(CORRELATION_ID, number);
    }
    response
}

/// A body that was not read.
pub fn body_refused<S: Answers>(server: &S, error: BodyError) -> HttpResponse {
    let reason = match error {
        BodyError::NoRoom => S::Reason::UNAVAILABLE,
        BodyError::TooLarge { .. } | BodyError::TooSlow { .. } | BodyError::Broken => S::Reason::BAD_REQUEST,
    };
    let mut response = refused(server, &Refusal::of(reason, &error));
    error.mark(&mut response);
    response
}

/// The answer in place of a handler's.
pub fn instead<S: Answers>(server: &S, instead: Instead) -> HttpResponse {
    match instead {
        Instead::Present => present(),
        Instead::MethodNotAllowed(route) => method_not_allowed(server, route),
        Instead::Misdirected(message) => misdirected(server, message),
    }
}

/// The answer to a message that is not taken here.
pub fn misdirected<S: Answers>(server: &S, misdirected: Misdirected) -> HttpResponse {
    let mut response = refused(server, &Refusal::of(S::Reason::BAD_REQUEST, &misdirected));
    misdirected.mark(&mut response);
    response
}

/// The endpoint is there, but not by this method.
fn method_not_allowed(server: &impl Answers, route: Route) -> HttpResponse {
    let number = CorrelationId::random();
    let error = MethodNotAllowed(route);
    let correlation_id = number.as_str();
    tracing::info!(correlation_id, code = %error.code(), path = route.path, "there is no such method");
    let mut response = numbered(server.not_found_page(&number), &number);
    error.mark(&mut response);
    response
}

/// The endpoint is there, and nothing has happened.
fn present() -> HttpResponse {
    with_headers(StatusCode::OK, CONTENT_SECURITY_POLICY).finish()
}

/// No such page. The address is not logged: it may hold a message.
pub fn not_found(server: &impl Answers) -> HttpResponse {
    let number = CorrelationId::random();
    let correlation_id = number.as_str();
    tracing::info!(correlation_id, code = "http.not_found", "there is no such page");
    numbered(server.not_found_page(&number), &number)
}
