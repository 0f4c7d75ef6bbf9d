//! Requests come in, answers go out.

use actix_web::{HttpRequest, HttpResponse, web};
use saml_core::base::{RelayState, SamlInstant};
use saml_core::bindings::{BindingError, fields, post, redirect};
use saml_provider::web::clock::now;
use saml_provider::web::route::Message;
use saml_provider::web::{Asked, body, document};

use super::login::{self, Shown};
use super::{cookie, reply, routes};
use crate::config::CONTINUE_PATH;
use crate::refusal::PublicReason;
use crate::{BrowserRequest, IdentityProvider, Next, SealedRequest, Snapshot, SsoRefusal, SsoSession};

pub(super) async fn metadata(idp: web::Data<IdentityProvider>, request: HttpRequest) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    match idp.metadata_xml() {
        Ok(xml) => {
            document::reply(request.headers(), document::METADATA_TYPE, document::METADATA_CACHE_CONTROL, xml)
        }
        Err(error) => reply::refused(&idp, &SsoRefusal::outgoing_failed(&error)),
    }
}

/// A request by HTTP Redirect, judged on the query as it came.
pub(super) async fn by_redirect(idp: web::Data<IdentityProvider>, request: HttpRequest) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    let query = request.query_string();
    let received = match redirect::decode(query, &idp.config().site.limits) {
        Ok(message) => idp.receive_redirect(message, now()).await,
        Err(error) => return undecoded(&idp, &request, query.as_bytes(), error),
    };
    received_reply(&idp, received)
}

/// A request by HTTP POST.
pub(super) async fn by_post(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    let headers = request.headers();
    let body = match body::read(headers, payload, body::REQUEST_OCTETS).await {
        Ok(body) => body,
        Err(error) => return reply::body_refused(&idp, error),
    };
    let received = match post::decode(body::content_type(headers), &body, &idp.config().site.limits) {
        Ok(message) => idp.receive_post(message, now()).await,
        Err(error) => return undecoded(&idp, &request, &body, error),
    };
    received_reply(&idp, received)
}

/// The request holds no readable message, perhaps only the name of one.
fn undecoded(
    idp: &Asked<Snapshot>,
    request: &HttpRequest,
    octets: &[u8],
    error: BindingError,
) -> HttpResponse {
    if error == BindingError::ParameterMissing && Message::named_in(octets) == Some(Message::Artifact) {
        let misdirected = routes::SSO.misdirected(request.method(), Message::Artifact);
        return reply::misdirected(idp, misdirected);
    }
    reply::refused(idp, &error.into())
}

fn continue_href(idp: &Snapshot, request: &SealedRequest) -> String {
    format!("{}?transaction={}", idp.site().path(CONTINUE_PATH), request.expose())
}

fn received_reply(idp: &Asked<Snapshot>, received: Result<Next, SsoRefusal>) -> HttpResponse {
    match received {
        Ok(Next::Continue(sealed)) => reply::see_other(&continue_href(idp, &sealed)).finish(),
        Ok(Next::Post { form, service_name, .. }) => reply::post_form(idp, &form, &service_name),
        Ok(Next::LogIn(_)) => reply::refused(idp, &SsoRefusal::unavailable("transaction.lost")),
        Err(refusal) => reply::refused(idp, &refusal),
    }
}

/// A transaction goes on: here the browser's cookies do come.
pub(super) async fn go_on(idp: web::Data<IdentityProvider>, request: HttpRequest) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    let query = fields(request.query_string().as_bytes(), ["transaction"]);
    let Some(sealed) = query.ok().and_then(|[transaction]| SealedRequest::received(&transaction?)) else {
        let refusal =
            SsoRefusal::because(PublicReason::BadRequest, "transaction.handle", "a sealed request", "none");
        return reply::refused(&idp, &refusal);
    };
    let now = now();
    let session = match session(&idp, &request, now).await {
        Ok(session) => session,
        Err(refusal) => return reply::refused(&idp, &refusal),
    };
    let browser = match login::browser(&idp, &request) {
        Ok(browser) => browser,
        Err(refusal) => return reply::refused(&idp, &refusal),
    };
    let waiting = BrowserRequest { request: &sealed, browser: &browser };
    match idp.continue_transaction(waiting, session.as_ref(), now).await {
        Ok(Next::LogIn(form)) => {
            let shown = Shown { transaction: Some(&form), user_name: None, error: None };
            login::show(&idp, &browser, shown, now).await
        }
        Ok(Next::Post { form, service_name, .. }) => reply::post_form(&idp, &form, &service_name),
        Ok(Next::Continue(_)) => reply::refused(&idp, &SsoRefusal::unavailable("transaction.lost")),
        Err(refusal) => reply::refused(&idp, &refusal),
    }
}

/// The person of this browser, if they are signed in.
pub(super) async fn session(
    idp: &Snapshot,
    request: &HttpRequest,
    now: SamlInstant,
) -> Result<Option<SsoSession>, SsoRefusal> {
    match cookie::session(idp).read(request.headers()) {
        Ok(None) => Ok(None),
        Ok(Some(token)) => Ok(idp.session(&token, now).await?),
        Err(duplicated) => Err(SsoRefusal::other_browser(&duplicated)),
    }
}

/// A login that no service asked for, where the service's policy admits it.
pub(super) async fn start(idp: web::Data<IdentityProvider>, request: HttpRequest) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    let refused = |found: &str| {
        SsoRefusal::because(PublicReason::BadRequest, "start.query", "sp and perhaps RelayState", found)
    };
    let (sp, relay_state) = match fields(request.query_string().as_bytes(), ["sp", "RelayState"]) {
        Ok([Some(sp), relay_state]) => (sp, relay_state),
        Ok([None, _]) => return reply::refused(&idp, &refused("no sp")),
        Err(error) => return reply::refused(&idp, &refused(&error.to_string())),
    };
    let relay_state = match relay_state.as_deref().map(RelayState::received).transpose() {
        Ok(relay_state) => relay_state.flatten(),
        Err(_invalid) => return reply::refused(&idp, &refused("a RelayState that can't be carried")),
    };
    match idp.start_at_idp(&sp, relay_state, now()).await {
        Ok(sealed) => reply::see_other(&continue_href(&idp, &sealed)).finish(),
        Err(refusal) => reply::refused(&idp, &refusal),
    }
}
