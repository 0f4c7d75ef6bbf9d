//! Requests come in, answers go out.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::Utc;
use saml_core::base::{RelayState, SamlInstant};
use saml_core::bindings::{post, redirect};
use saml_core::validation::Verdict;
use saml_store::Handle;
use serde::Deserialize;

use super::cookie::Purpose;
use super::login::{self, Shown};
use super::reply;
use crate::config::CONTINUE_PATH;
use crate::refusal::PublicReason;
use crate::{IdentityProvider, Next, SsoRefusal, SsoSession};

/// The clock, read once per exchange.
pub(super) fn now() -> SamlInstant {
    SamlInstant::new(Utc::now())
}

pub(super) async fn metadata(idp: web::Data<IdentityProvider>) -> HttpResponse {
    match idp.metadata_xml() {
        Ok(xml) => HttpResponse::Ok().content_type("application/samlmetadata+xml").body(xml),
        Err(error) => {
            reply::refused(&idp, &SsoRefusal::new(PublicReason::Unavailable, Verdict::refused(&*error)))
        }
    }
}

/// A request by HTTP Redirect, judged on the query as it came.
pub(super) async fn by_redirect(idp: web::Data<IdentityProvider>, request: HttpRequest) -> HttpResponse {
    let received = match redirect::decode(request.query_string(), &idp.config().limits) {
        Ok(message) => idp.receive_redirect(message, now()).await,
        Err(error) => Err(error.into()),
    };
    received_reply(&idp, received)
}

/// A request by HTTP POST.
pub(super) async fn by_post(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let Ok(body) = body else {
        return reply::refused(&idp, &too_large());
    };
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let received = match post::decode(content_type, &body, &idp.config().limits) {
        Ok(message) => idp.receive_post(message, now()).await,
        Err(error) => Err(error.into()),
    };
    received_reply(&idp, received)
}

pub(super) fn too_large() -> SsoRefusal {
    SsoRefusal::because(
        PublicReason::BadRequest,
        "binding.too_large",
        "a body within the limit",
        "a larger one",
    )
}

fn received_reply(idp: &IdentityProvider, received: Result<Next, SsoRefusal>) -> HttpResponse {
    match received {
        Ok(Next::Continue(handle)) => {
            reply::see_other(&format!("{CONTINUE_PATH}?transaction={}", handle.expose())).finish()
        }
        Ok(Next::Post { form, .. }) => reply::post_form(&form),
        Ok(Next::LogIn) => reply::refused(idp, &SsoRefusal::unavailable("transaction.lost")),
        Err(refusal) => reply::refused(idp, &refusal),
    }
}

#[derive(Deserialize)]
pub(super) struct TransactionQuery {
    transaction: String,
}

/// A transaction goes on: here the browser's cookies do come.
pub(super) async fn go_on(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    query: Result<web::Query<TransactionQuery>, actix_web::Error>,
) -> HttpResponse {
    let Some(handle) = query.ok().and_then(|query| Handle::received(&query.transaction)) else {
        let refusal = SsoRefusal::because(
            PublicReason::BadRequest,
            "transaction.handle",
            "the handle of a transaction",
            "none",
        );
        return reply::refused(&idp, &refusal);
    };
    let now = now();
    let session = match session(&idp, &request, now).await {
        Ok(session) => session,
        Err(refusal) => return reply::refused(&idp, &refusal),
    };
    match idp.continue_transaction(&handle, session.as_ref(), now).await {
        Ok(Next::LogIn) => {
            let shown = Shown { transaction: Some(&handle), user_name: None, error: None };
            login::show(&idp, &request, shown, now).await
        }
        Ok(Next::Post { form, .. }) => reply::post_form(&form),
        Ok(Next::Continue(_)) => reply::refused(&idp, &SsoRefusal::unavailable("transaction.lost")),
        Err(refusal) => reply::refused(&idp, &refusal),
    }
}

/// The person of this browser, if they are signed in.
pub(super) async fn session(
    idp: &IdentityProvider,
    request: &HttpRequest,
    now: SamlInstant,
) -> Result<Option<SsoSession>, SsoRefusal> {
    match Purpose::Session.read(idp, request) {
        None => Ok(None),
        Some(handle) => Ok(idp.session(&handle, now).await?),
    }
}

#[derive(Deserialize)]
pub(super) struct StartQuery {
    sp: String,
    #[serde(rename = "RelayState")]
    relay_state: Option<String>,
}

/// A login that no service asked for, where the service's policy admits it.
pub(super) async fn start(
    idp: web::Data<IdentityProvider>,
    query: Result<web::Query<StartQuery>, actix_web::Error>,
) -> HttpResponse {
    let refused = |found: &str| {
        SsoRefusal::because(PublicReason::BadRequest, "start.query", "sp and perhaps RelayState", found)
    };
    let Ok(query) = query else {
        return reply::refused(&idp, &refused("another query"));
    };
    let relay_state = match query.relay_state.as_deref().map(RelayState::received).transpose() {
        Ok(relay_state) => relay_state.flatten(),
        Err(_invalid) => return reply::refused(&idp, &refused("a RelayState that can't be carried")),
    };
    match idp.start_at_idp(&query.sp, relay_state, now()).await {
        Ok(handle) => reply::see_other(&format!("{CONTINUE_PATH}?transaction={}", handle.expose())).finish(),
        Err(refusal) => reply::refused(&idp, &refusal),
    }
}
