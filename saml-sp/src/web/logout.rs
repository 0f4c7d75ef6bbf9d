//! A person ends their session at this application.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use saml_core::bindings::{fields, post};
use saml_provider::web::clock::now;
use saml_provider::web::{Asked, body, cookie as set_cookie};
use saml_store::{Token, TokenUnavailable};

use super::pages::{LoggedOutPage, LogoutOutcome};
use super::{cookie, reply};
use crate::config::{LOGOUT_RETURN_TO_FIELD, LOGOUT_TOKEN_FIELD};
use crate::refusal::PublicReason;
use crate::{LoginRefusal, ReturnTo, ServiceProvider, SessionError, Snapshot};

/// The purpose of a logout form's token.
const PURPOSE: &str = "logout";

/// The proof that a form must carry to end the session of this token.
pub(super) fn token(session: &Token) -> Result<String, TokenUnavailable> {
    session.proof_for(PURPOSE)
}

/// Ends the session at this application.
///
/// The cookie does not come with a form of another site, but with one of a sibling subdomain, which is the same site,
/// it does: so the form carries a token that only the pages of this session were given. Without a cookie in the
/// request, none is removed: the browser would take a cookie that we set in answer to a form of another site.
///
/// The person lands where the form says ([`LOGOUT_RETURN_TO_FIELD`]), if that is a path of ours: a page that anybody may
/// see, as nobody is signed in any more. Otherwise a page says what has ended.
pub(super) async fn logout(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    let session = match cookie::session(&sp).read(request.headers()) {
        Ok(Some(session)) => session,
        Ok(None) => return logged_out(&sp),
        Err(duplicated) => {
            let refusal = LoginRefusal::of(PublicReason::SignOutFailed, &duplicated);
            return reply::refused(&sp, &sp.tell(refusal, now()).await, None);
        }
    };
    let headers = request.headers();
    let form = match body::read(headers, payload, body::FORM_OCTETS).await {
        Ok(form) => form,
        Err(error) => return reply::body_refused(&sp, error),
    };
    let is_form = post::require_form(body::content_type(headers)).is_ok();
    let fields = fields(&form, [LOGOUT_TOKEN_FIELD, LOGOUT_RETURN_TO_FIELD]).ok().filter(|_| is_form);
    let [token, return_to] = fields.unwrap_or_default();
    if !token.is_some_and(|token| session.is_proof_for(PURPOSE, &token)) {
        let refusal = LoginRefusal::because(
            PublicReason::SignOutFailed,
            "form.refused",
            "a form of a page that was shown in this session",
            "another form",
        );
        return reply::refused(&sp, &sp.tell(refusal, now()).await, None);
    }
    if let Err(error) = sp.end(&session.key(), now()).await {
        let is_over = matches!(error, SessionError::Hook(_));
        let mut response = reply::refused(&sp, &sp.tell(error.into(), now()).await, None);
        if is_over {
            set_cookie::add(&mut response, &cookie::session(&sp).clear());
        }
        return response;
    }
    let return_to = return_to.as_deref().and_then(|path| ReturnTo::received(path, sp.site()));
    let mut response = match return_to {
        Some(return_to) => reply::see_other(return_to.as_str()).finish(),
        None => logged_out(&sp),
    };
    set_cookie::add(&mut response, &cookie::session(&sp).clear());
    response
}

fn logged_out(sp: &Asked<Snapshot>) -> HttpResponse {
    let look = sp.look();
    let page = LoggedOutPage {
        frame: look.frame(),
        outcome: LogoutOutcome::HereOnly,
        sign_in_href: &sp.config().default_return_to,
    };
    reply::page(StatusCode::OK, &page)
}
