//! A form that was posted when nobody was signed in any more: kept in the browser, shown and sent again by the person.
//! [saml2int SDP-SP22]
//!
//! The guard of an opted-in route answers such a post with a page that holds the form, sealed, in a hidden field. The
//! person signs in in another window, comes back, and has [`show`] open the seal: the next page shows what the form says,
//! and its button posts it to where it was meant to go, octet for octet. Nothing of it is ever in the store.
//!
//! A form of another site never gets that far, neither into the seal nor out of it: both posts must come from a page of
//! our own origin, by what browsers alone can say of that (`Origin`, `Sec-Fetch-Site`). The last one is a form as any
//! other: the guard, and what the application has against forged forms, judge it anew.

use std::time::Duration;

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use saml_core::base::SamlInstant;
use saml_core::bindings::{fields, post};
use saml_provider::record::RecordError;
use saml_provider::web::body::BodyError;
use saml_provider::web::clock::now;
use saml_provider::web::{Asked, body, cookie as set_cookie};
use saml_store::Token;

use super::pages::{FormKeptPage, FormLostPage, FormReadyPage, SignedInPage};
use super::problem::challenged;
use super::{cookie, reply};
use crate::config::LOGIN_PATH;
use crate::refusal::PublicReason;
use crate::{LoginRefusal, ReturnTo, ServiceProvider, Session, SessionNameId, Site, Snapshot};

/// The most octets of a form that is kept.
pub const KEPT_FORM_OCTETS: usize = 64 * 1024;

/// The most fields of a form that is kept.
pub const KEPT_FORM_FIELDS: usize = 1_000;

/// How long a form is kept.
pub const KEPT_FORM_LIFETIME: Duration = Duration::from_secs(60 * 60);

/// Where a sign-in beside a form ends, below the mount.
pub(super) const SIGNED_IN_PATH: &str = "/signed-in";

/// Where a kept form is shown.
pub(super) const KEPT_FORM_PATH: &str = "/kept-form";

/// The field that holds a sealed form.
const FIELD: &str = "form";

/// The purpose of the seal.
const PURPOSE: &str = "kept form";

/// The most octets of a post that brings a sealed form: Base64 takes a third more, and there is a path before the form.
const SEALED_OCTETS: usize = KEPT_FORM_OCTETS / 3 * 4 + 8 * 1024;

/// What a browser leaves as it is in a form [URL, application/x-www-form-urlencoded]; a space becomes `+`.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// Whether a person pressed a button of a page of this very origin. Only a browser writes these headers, a script can't,
/// and a page of another site gets others. A browser that writes none of them has its forms refused as ever.
pub(super) fn is_posted_by_our_page(site: &Site, request: &HttpRequest) -> bool {
    let headers = request.headers();
    let origin = sole(headers, "origin");
    let is_navigation = sole(headers, "sec-fetch-mode") == Some("navigate");
    *request.method() == Method::POST
        && origin.is_some_and(|origin| origin.eq_ignore_ascii_case(site.public_url.origin()))
        && sole(headers, "sec-fetch-site") == Some("same-origin")
        && is_navigation
}

/// The value of a header that is there once.
fn sole<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut lines = headers.get_all(name);
    match (lines.next(), lines.next()) {
        (Some(only), None) => only.to_str().ok(),
        (None | Some(_), _) => None,
    }
}

/// Keeps what was posted by [a page of ours](is_posted_by_our_page), to be sent when somebody is signed in.
pub(super) async fn keep(sp: &Asked<Snapshot>, request: &mut ServiceRequest) -> HttpResponse {
    let payload = request.take_payload();
    let headers = request.headers();
    if post::require_form(body::content_type(headers)).is_err() {
        return lost(sp);
    }
    let octets = match body::read(headers, payload, KEPT_FORM_OCTETS).await {
        Ok(octets) => octets,
        Err(BodyError::TooLarge { .. }) => return lost(sp),
        Err(error) => return reply::body_refused(sp, error),
    };
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let action = sp.site().public_path_of(path).and_then(|path| ReturnTo::received(&path, sp.site()));
    let form = action.zip(std::str::from_utf8(&octets).ok()).filter(|(_, text)| read(text).is_some());
    let Some((action, text)) = form else { return lost(sp) };
    let now = now();
    let browser = match cookie::form(sp).read_or_new(headers) {
        Ok(browser) => browser,
        Err(error) => return reply::refused(sp, &error.into(), None),
    };
    let expires_at = now.saturating_add(KEPT_FORM_LIFETIME);
    let plain = format!("{}\n{}\n{text}", expires_at.unix(), action.as_str());
    match seal(sp, &browser, &plain, now).await {
        Ok(sealed) => {
            let mut response = kept(sp, &sealed);
            set_cookie::add(&mut response, &cookie::form(sp).set(&browser, KEPT_FORM_LIFETIME));
            response
        }
        Err(error) => reply::refused(sp, &error.into(), None),
    }
}

/// Shows a kept form to who is signed in. Somebody who is not is where they were: their form is kept as before.
pub(super) async fn show(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    if !is_posted_by_our_page(sp.site(), &request) {
        return over(&sp, "a button of the page that keeps the form", "a post from elsewhere").await;
    }
    let octets = match body::read(request.headers(), payload, SEALED_OCTETS).await {
        Ok(octets) => octets,
        Err(error) => return reply::body_refused(&sp, error),
    };
    let Some(sealed) = fields(&octets, [FIELD]).ok().and_then(|[sealed]| sealed) else {
        return over(&sp, "a kept form", "none").await;
    };
    let now = now();
    let Some(browser) = cookie::form(&sp).read(request.headers()).ok().flatten() else {
        return over(&sp, "the cookie of the browser that keeps the form", "none").await;
    };
    let form = match open(&sp, &browser, &sealed, now).await {
        Ok(Some(form)) => form,
        Ok(None) => {
            return over(&sp, "a form that this browser keeps, for an hour at most", "another one").await;
        }
        Err(error) => return reply::refused(&sp, &error.into(), None),
    };
    match session(&sp, request.headers(), now).await {
        Ok(None) => kept(&sp, &sealed),
        Ok(Some(session)) => {
            let display_name = session.name_id.as_ref().and_then(SessionNameId::readable).unwrap_or_default();
            let (look, action) = (sp.look(), form.action.as_str());
            let page = FormReadyPage { frame: look.frame(), display_name, action, fields: &form.fields };
            reply::page(StatusCode::OK, &page)
        }
        Err(refusal) => reply::refused(&sp, &refusal, None),
    }
}

/// The end of a sign-in beside a form.
pub(super) async fn signed_in(sp: web::Data<ServiceProvider>, request: HttpRequest) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    match session(&sp, request.headers(), now()).await {
        Ok(Some(_)) => reply::page(StatusCode::OK, &SignedInPage { frame: sp.look().frame() }),
        Ok(None) => reply::see_other(&sp.config().default_return_to).finish(),
        Err(refusal) => reply::refused(&sp, &refusal, None),
    }
}

/// The session of the browser that sent these headers.
async fn session(
    sp: &Snapshot,
    headers: &HeaderMap,
    now: SamlInstant,
) -> Result<Option<Session>, LoginRefusal> {
    match cookie::session(sp).read(headers) {
        Ok(Some(token)) => Ok(sp.session(&token, now).await?),
        Ok(None) | Err(_) => Ok(None),
    }
}

/// A form as it comes out of its seal.
struct KeptForm {
    action: ReturnTo,
    fields: Vec<(String, String)>,
}

/// Bound to this service provider, whose key it is, and to the browser.
async fn seal(sp: &Snapshot, browser: &Token, plain: &str, now: SamlInstant) -> Result<String, RecordError> {
    let key = sp.state_key(now).await?;
    key.seal(PURPOSE, &[browser.key().as_bytes()], plain.as_bytes())
}

/// The form, if this browser keeps it and it is not over.
async fn open(
    sp: &Snapshot,
    browser: &Token,
    sealed: &str,
    now: SamlInstant,
) -> Result<Option<KeptForm>, RecordError> {
    let key = sp.state_key(now).await?;
    let plain = key.open(PURPOSE, &[browser.key().as_bytes()], sealed)?;
    let text = plain.as_ref().and_then(|plain| std::str::from_utf8(plain).ok());
    Ok(text.and_then(|text| opened(text, sp.site(), now)))
}

fn opened(plain: &str, site: &Site, now: SamlInstant) -> Option<KeptForm> {
    let (expires_at, rest) = plain.split_once('\n')?;
    let (action, text) = rest.split_once('\n')?;
    let expires_at = SamlInstant::from_unix(expires_at.parse().ok()?)?;
    let form = KeptForm { action: ReturnTo::received(action, site)?, fields: read(text)? };
    (now < expires_at).then_some(form)
}

/// The fields of a form; `None` if a page can't hold them so that a browser sends the very same octets again.
fn read(text: &str) -> Option<Vec<(String, String)>> {
    let mut fields = Vec::new();
    for pair in text.split('&').filter(|_| !text.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        let field = (decoded(name)?, decoded(value)?);
        if field.0.is_empty() || fields.len() == KEPT_FORM_FIELDS {
            return None;
        }
        // A browser writes the name of the encoding into a hidden field of this name, whatever stands in it. [HTML §4.10.21.4]
        if field.0.eq_ignore_ascii_case("_charset_") && field.1 != "UTF-8" {
            return None;
        }
        fields.push(field);
    }
    (written(&fields) == text).then_some(fields)
}

fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    let text = percent_decode_str(&text).decode_utf8().ok()?.into_owned();
    // A page has no NUL, and a browser sends every end of a line as CR LF.
    let fits = !text.replace("\r\n", "").contains(['\0', '\r', '\n']);
    fits.then_some(text)
}

fn written(fields: &[(String, String)]) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, ENCODED).to_string().replace(' ', "+");
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn kept(sp: &Asked<Snapshot>, sealed: &str) -> HttpResponse {
    let look = sp.look();
    let page = FormKeptPage {
        frame: look.frame(),
        sign_in_href: &sign_in_href(sp),
        action: &sp.site().path(KEPT_FORM_PATH),
        parameter: FIELD,
        sealed,
    };
    challenged(reply::page(StatusCode::UNAUTHORIZED, &page))
}

fn lost(sp: &Asked<Snapshot>) -> HttpResponse {
    let look = sp.look();
    let page = FormLostPage { frame: look.frame(), sign_in_href: &sign_in_href(sp) };
    challenged(reply::page(StatusCode::UNAUTHORIZED, &page))
}

fn sign_in_href(sp: &Snapshot) -> String {
    let return_to = sp.site().path(SIGNED_IN_PATH);
    format!("{}?return_to={}", sp.site().path(LOGIN_PATH), utf8_percent_encode(&return_to, NON_ALPHANUMERIC))
}

async fn over(sp: &Asked<Snapshot>, expected: &str, found: &str) -> HttpResponse {
    let refusal = LoginRefusal::because(PublicReason::FormOver, "form.refused", expected, found);
    reply::refused(sp, &sp.tell(refusal, now()).await, None)
}

#[cfg(test)]
mod tests;
