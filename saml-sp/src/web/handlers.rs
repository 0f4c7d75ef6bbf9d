//! The endpoints: thin wrappers around the state machine.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentType};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use saml_core::base::{SamlInstant, VerdictCode};
use saml_core::bindings::post::{self, AUTO_SUBMIT_SCRIPT, RedirectsAfterSubmission};
use saml_core::validation::Verdict;
use saml_store::{Handle, HandleUnavailable};
use serde::Deserialize;

use super::cookie::Purpose;
use super::pages::{self, ChooseIdpPage, IdpChoice, LoggedOutPage, LogoutOutcome};
use super::reply;
use crate::config::{COMPLETE_PATH, LOGIN_PATH};
use crate::refusal::PublicReason;
use crate::{BrowserCookie, LoginRefusal, Outgoing, ReturnTo, ServiceProvider, StartLogin};

/// The clock, read once per exchange.
pub(super) fn now() -> SamlInstant {
    SamlInstant::new(Utc::now())
}

pub(super) async fn metadata(sp: web::Data<ServiceProvider>) -> HttpResponse {
    match sp.metadata_xml() {
        Ok(xml) => HttpResponse::Ok().content_type("application/samlmetadata+xml").body(xml),
        Err(error) => {
            let refusal = LoginRefusal::new(PublicReason::Unavailable, Verdict::refused(&*error));
            reply::refused(&sp, &refusal, None)
        }
    }
}

#[derive(Deserialize)]
pub(super) struct LoginQuery {
    idp: Option<String>,
    return_to: Option<String>,
}

/// Starts a login, or first asks where if there are several places.
pub(super) async fn login(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    query: Result<web::Query<LoginQuery>, actix_web::Error>,
) -> HttpResponse {
    let Ok(web::Query(query)) = query else {
        let refusal = LoginRefusal::because(
            PublicReason::BadRequest,
            "login.query",
            "idp and return_to, once each",
            "another query",
        );
        return reply::refused(&sp, &refusal, None);
    };
    let return_to = query.return_to.as_deref().and_then(ReturnTo::received);
    if query.idp.is_none() && sp.identity_providers().len() > 1 {
        return choose_idp(&sp, return_to.as_ref());
    }
    let (browser, cookie) = match Purpose::Browser.read(&sp, &request) {
        Some(browser) => (browser, BrowserCookie::Sent),
        None => match Handle::random() {
            Ok(browser) => (browser, BrowserCookie::New),
            Err(error) => return reply::refused(&sp, &error.into(), None),
        },
    };
    let idp = query.idp.as_deref();
    start_login(&sp, StartLogin { idp, return_to, cookie, ..StartLogin::new(&browser) }).await
}

/// The handle by which this browser is recognised when its login ends: the one that it has, or a new one.
///
/// # Errors
/// The system has no randomness.
pub fn browser(sp: &ServiceProvider, request: &HttpRequest) -> Result<Handle, HandleUnavailable> {
    Purpose::Browser.read(sp, request).map_or_else(Handle::random, Ok)
}

/// Sends the browser to its identity provider with a request of the application's own making, say with `force_authn`
/// before something delicate; `/saml/login` does it without further wishes.
///
/// ```no_run
/// # use actix_web::{HttpRequest, HttpResponse};
/// # async fn step_up(sp: saml_sp::ServiceProvider, request: HttpRequest) -> Option<HttpResponse> {
/// use saml_sp::{StartLogin, web};
/// let browser = web::browser(&sp, &request).ok()?;
/// Some(web::start_login(&sp, StartLogin { force_authn: true, ..StartLogin::new(&browser) }).await)
/// # }
/// ```
pub async fn start_login(sp: &ServiceProvider, start: StartLogin<'_>) -> HttpResponse {
    let browser = start.browser;
    let outgoing = match sp.start_login(start, now()).await {
        Ok(outgoing) => outgoing,
        Err(refusal) => return reply::refused(sp, &refusal, None),
    };
    let cookie = Purpose::Browser.set(sp, browser, sp.config().lifetimes.pending_request);
    match outgoing {
        Outgoing::Redirect(url) => reply::see_other(&url).cookie(cookie).finish(),
        Outgoing::Post(form) => {
            let script = format!("{}/{}", crate::config::ASSETS_PATH, AUTO_SUBMIT_FILE);
            reply::with_headers(
                StatusCode::OK,
                &form.content_security_policy(RedirectsAfterSubmission::AnyOrigin),
            )
            .cookie(cookie)
            .body(form.page(&script))
        }
    }
}

const AUTO_SUBMIT_FILE: &str = "post.js";

fn choose_idp(sp: &ServiceProvider, return_to: Option<&ReturnTo>) -> HttpResponse {
    let links: Vec<String> =
        sp.identity_providers().iter().map(|idp| login_href(idp.entity_id().as_str(), return_to)).collect();
    let choices: Vec<IdpChoice<'_>> = sp
        .identity_providers()
        .iter()
        .zip(&links)
        .map(|(idp, href)| IdpChoice { display_name: idp.display_name(), note: None, href })
        .collect();
    reply::page(StatusCode::OK, &ChooseIdpPage { frame: reply::frame(sp), choices: &choices })
}

fn login_href(idp: &str, return_to: Option<&ReturnTo>) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let return_to =
        return_to.map_or_else(String::new, |path| format!("&return_to={}", encode(path.as_str())));
    format!("{LOGIN_PATH}?idp={}{return_to}", encode(idp))
}

/// The assertion consumer service. Reads no cookie to decide anything: browsers send none with a cross-site POST.
pub(super) async fn acs(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let now = now();
    let Ok(body) = body else {
        return reply::refused(&sp, &too_large(), None);
    };
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let received = match post::decode(content_type, &body, &sp.config().limits) {
        Ok(message) => sp.receive_response(message, now).await,
        Err(error) => Err(error.into()),
    };
    match received {
        Ok(completed) => {
            reply::see_other(&format!("{COMPLETE_PATH}?login={}", completed.handle.expose())).finish()
        }
        Err(refusal) => {
            // Only for the wording of the page: a person who reloads the answer is told that they are signed in.
            let session = match Purpose::Session.read(&sp, &request) {
                Some(handle) => sp.session(&handle, now).await.ok().flatten(),
                None => None,
            };
            reply::refused(&sp, &refusal, session.as_ref())
        }
    }
}

fn too_large() -> LoginRefusal {
    LoginRefusal::because(
        PublicReason::BadRequest,
        "binding.too_large",
        "a body within the limit",
        "a larger one",
    )
}

#[derive(Deserialize)]
pub(super) struct CompleteQuery {
    login: String,
}

/// The last hop: here the browser's cookie does come.
pub(super) async fn complete(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    query: Result<web::Query<CompleteQuery>, actix_web::Error>,
) -> HttpResponse {
    let now = now();
    let handle = query.ok().and_then(|query| Handle::received(&query.login));
    let Some(handle) = handle else {
        let refusal =
            LoginRefusal::because(PublicReason::BadRequest, "login.handle", "the handle of a login", "none");
        return reply::refused(&sp, &refusal, None);
    };
    let previous = Purpose::Session.read(&sp, &request);
    let browser = Purpose::Browser.read(&sp, &request);
    match sp.complete_login(&handle, browser.as_ref(), now).await {
        Ok(signed_in) => {
            if let Some(previous) = previous
                && let Err(error) = sp.end_session(&previous, now).await
            {
                tracing::warn!(code = error.code(), "the previous session could not be ended");
            }
            let lifetime = SamlInstant::from_unix(signed_in.session.expires_at)
                .map_or_else(Default::default, |end| end.since(now));
            reply::see_other(signed_in.return_to.as_str())
                .cookie(Purpose::Session.set(&sp, &signed_in.handle, lifetime))
                .finish()
        }
        Err(refusal) => {
            let session = match previous {
                Some(handle) => sp.session(&handle, now).await.ok().flatten(),
                None => None,
            };
            reply::refused(&sp, &refusal, session.as_ref())
        }
    }
}

/// Ends the session at this application. A form of another site can't do that: the cookie does not come with it, and
/// where none comes none is removed, for what we set in answer to such a form the browser would take.
pub(super) async fn logout(sp: web::Data<ServiceProvider>, request: HttpRequest) -> HttpResponse {
    let session = Purpose::Session.read(&sp, &request);
    if let Some(handle) = &session
        && let Err(error) = sp.end_session(handle, now()).await
    {
        let refusal = LoginRefusal::because(
            PublicReason::Unavailable,
            VerdictCode::new(error.code()).as_str(),
            "an answer of the store",
            "none",
        );
        return reply::refused(&sp, &refusal, None);
    }
    let page = LoggedOutPage {
        frame: reply::frame(&sp),
        outcome: LogoutOutcome::HereOnly,
        sign_in_href: &sp.config().default_return_to,
    };
    let mut response = reply::page(StatusCode::OK, &page);
    if session.is_some() {
        // A cookie that can't be added is no more than a name of nothing: the session is gone.
        let _added = response.add_cookie(&Purpose::Session.clear(&sp));
    }
    response
}

pub(super) async fn asset(sp: web::Data<ServiceProvider>, file: web::Path<String>) -> HttpResponse {
    let (content_type, body) = match pages::asset(&file) {
        Some(asset) => (asset.content_type, asset.body),
        None if *file == AUTO_SUBMIT_FILE => ("text/javascript; charset=utf-8", AUTO_SUBMIT_SCRIPT),
        None => return reply::not_found(&sp),
    };
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, pages::ASSET_CACHE_CONTROL))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type(content_type.parse().unwrap_or_else(|_error| ContentType::octet_stream().0))
        .body(body)
}

pub(super) async fn not_found(sp: web::Data<ServiceProvider>) -> HttpResponse {
    reply::not_found(&sp)
}

#[cfg(test)]
mod tests;
