//! How pages, forms and refusals become HTTP responses, in both roles alike.

use std::borrow::Cow;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::{HttpResponse, HttpResponseBuilder};
use saml_core::base::{Coded as _, RelayState};
use saml_core::bindings::post::{PostForm, RedirectsAfterSubmission};

use super::asked::{Asked, HasSite};
use super::body::BodyError;
use super::clock::now;
use super::document;
use super::endpoint::Instead;
use super::look::ASSETS_PATH;
use super::pages::{
    self, ASSET_CACHE_CONTROL, AUTO_SUBMIT, Asset, CONTENT_SECURITY_POLICY, ErrorPage, Failure, HEADERS,
    Page, PostPage,
};
use super::route::{MethodNotAllowed, Misdirected, Route};
use crate::event::CorrelationId;
use crate::refusal::{Reason, Refusal};

/// The header with the number under which a refusal stands in the log, the one that its page shows.
const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// Who answers: a role, as far as its answers differ from the other's.
pub trait Answers: HasSite {
    /// The reasons that it tells people.
    type Reason: Reason;

    /// The files that its pages load.
    const ASSETS: &'static [Asset];

    /// What is said of an unknown address.
    const NOT_FOUND: Failure;

    /// What is said of a refusal, which stands in the log.
    fn failure(&self, refusal: &Refusal<Self::Reason>) -> Failure;

    /// The path that leads on from what can't be done.
    fn onward_path(&self) -> Cow<'_, str>;
}

/// A page with its headers and its own content security policy.
pub fn page<P: Page>(status: StatusCode, page: &P) -> HttpResponse {
    in_language(status, page, P::CONTENT_SECURITY_POLICY)
}

/// A page and the name of its language, which was chosen by the request.
fn in_language<P: Page>(status: StatusCode, page: &P, content_security_policy: &str) -> HttpResponse {
    with_headers(status, content_security_policy)
        .insert_header((header::CONTENT_LANGUAGE, page.language()))
        .insert_header((header::VARY, "accept-language"))
        .body(page.to_html())
}

fn with_headers(status: StatusCode, content_security_policy: &str) -> HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    for (name, value) in HEADERS {
        builder.insert_header((name, value));
    }
    builder.insert_header((header::CONTENT_SECURITY_POLICY, content_security_policy));
    builder
}

/// The page with the form that carries a message to a peer of this name.
pub fn post_form<S: Answers>(asked: &Asked<S>, form: &PostForm, peer_name: &str) -> HttpResponse {
    let (look, assets) = (asked.look(), asked.site().path(ASSETS_PATH));
    let page = PostPage {
        frame: look.frame(),
        service_name: peer_name,
        action: form.action(),
        parameter: form.parameter().name(),
        message: form.value(),
        relay_state: form.relay_state().map(RelayState::as_str),
        script: &format!("{assets}/{}", AUTO_SUBMIT.file_name),
    };
    let targets = form.form_action(RedirectsAfterSubmission::AnyOrigin);
    let policy = format!("{}; form-action {targets}", PostPage::CONTENT_SECURITY_POLICY);
    in_language(StatusCode::OK, &page, &policy)
}

/// The constant page for what can't be done, under this number.
pub fn failed<S: Answers>(asked: &Asked<S>, failure: Failure, number: &CorrelationId) -> HttpResponse {
    let (look, onward_href) = (asked.look(), asked.onward_path());
    let error = ErrorPage {
        frame: look.frame(),
        failure,
        correlation_id: number.as_str(),
        time: &now().truncated_to_seconds().to_string(),
        onward_href: &onward_href,
    };
    numbered(page(failure.status, &error), number)
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
pub fn asset<S: Answers>(asked: &Asked<S>, headers: &HeaderMap, file_name: &str) -> HttpResponse {
    match pages::find(S::ASSETS, file_name).or_else(|| pages::find(&[AUTO_SUBMIT], file_name)) {
        Some(asset) => document::reply(headers, asset.content_type, ASSET_CACHE_CONTROL, asset.body),
        None => not_found(asked),
    }
}

/// The constant page for a refusal; the detail goes to the log under the same identifier, and nowhere else.
pub fn refused<S: Answers>(asked: &Asked<S>, refusal: &Refusal<S::Reason>) -> HttpResponse {
    refusal.log(now());
    failed(asked, asked.failure(refusal), &refusal.correlation_id)
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
pub fn body_refused<S: Answers>(asked: &Asked<S>, error: BodyError) -> HttpResponse {
    let reason = match error {
        BodyError::NoRoom => S::Reason::UNAVAILABLE,
        BodyError::TooLarge { .. } | BodyError::TooSlow { .. } | BodyError::Broken => S::Reason::BAD_REQUEST,
    };
    let mut response = refused(asked, &Refusal::of(reason, &error));
    error.mark(&mut response);
    response
}

/// The answer in place of a handler's.
pub fn instead<S: Answers>(asked: &Asked<S>, instead: Instead) -> HttpResponse {
    match instead {
        Instead::Present => present(),
        Instead::MethodNotAllowed(route) => method_not_allowed(asked, route),
        Instead::Misdirected(message) => misdirected(asked, message),
    }
}

/// The answer to a message that is not taken here.
pub fn misdirected<S: Answers>(asked: &Asked<S>, misdirected: Misdirected) -> HttpResponse {
    let mut response = refused(asked, &Refusal::of(S::Reason::BAD_REQUEST, &misdirected));
    misdirected.mark(&mut response);
    response
}

/// The endpoint is there, but not by this method.
fn method_not_allowed<S: Answers>(asked: &Asked<S>, route: Route) -> HttpResponse {
    let number = CorrelationId::random();
    let error = MethodNotAllowed(route);
    let correlation_id = number.as_str();
    tracing::info!(correlation_id, code = %error.code(), path = route.path, "there is no such method");
    let mut response = failed(asked, S::NOT_FOUND, &number);
    error.mark(&mut response);
    response
}

/// The endpoint is there, and nothing has happened.
fn present() -> HttpResponse {
    with_headers(StatusCode::OK, CONTENT_SECURITY_POLICY).finish()
}

/// No such page. The address is not logged: it may hold a message.
pub fn not_found<S: Answers>(asked: &Asked<S>) -> HttpResponse {
    let number = CorrelationId::random();
    let correlation_id = number.as_str();
    tracing::info!(correlation_id, code = "http.not_found", "there is no such page");
    failed(asked, S::NOT_FOUND, &number)
}
