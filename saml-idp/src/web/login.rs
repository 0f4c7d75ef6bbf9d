//! People sign in and out, and see where they are signed in.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, web};
use saml_core::base::{SamlInstant, Secret};
use saml_core::bindings::{fields, post, secret_fields};
use saml_provider::web::clock::now;
use saml_provider::web::{Asked, body, cookie as set_cookie};
use saml_store::Token;
use zeroize::Zeroizing;

use super::pages::{HomePage, LoggedOutPage, LoginError, LoginPage, LogoutOutcome, Service};
use super::{cookie, reply, sso};
use crate::config::{ClientAddress, HOME_PATH, LOGIN_PATH, LOGOUT_PATH, START_PATH};
use crate::refusal::PublicReason;
use crate::sso::Credentials;
use crate::{
    BrowserRequest, IdentityProvider, KnownBrowser, LoginOutcome, PeerCursor, SealedRequest, SessionError,
    Snapshot, SsoRefusal, SsoSession,
};

/// The most services on one page.
const SERVICES: usize = 100;

/// How long the cookie that ties a form to a browser is kept.
const BROWSER_COOKIE: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// A login page to be shown.
pub(super) struct Shown<'a> {
    /// The request that it is for, if it is for one, sealed for this browser.
    pub(super) transaction: Option<&'a SealedRequest>,
    /// The user name that the person typed before, if any.
    pub(super) user_name: Option<&'a str>,
    /// The error of that attempt.
    pub(super) error: Option<LoginError>,
}

/// Shows the login page, tied to this browser and this transaction.
pub(super) async fn show(
    idp: &Asked<Snapshot>,
    browser: &Token,
    shown: Shown<'_>,
    now: SamlInstant,
) -> HttpResponse {
    match try_show(idp, browser, shown, now).await {
        Ok(response) => response,
        Err(refusal) => reply::refused(idp, &refusal),
    }
}

async fn try_show(
    idp: &Asked<Snapshot>,
    browser: &Token,
    shown: Shown<'_>,
    now: SamlInstant,
) -> Result<HttpResponse, SsoRefusal> {
    let Shown { transaction, user_name, error } = shown;
    let waiting = match transaction {
        None => None,
        Some(request) => Some(idp.transaction(BrowserRequest { request, browser }, now).await?),
    };
    let suggested = waiting.as_ref().map_or("", |waiting| waiting.suggested_user_name());
    let csrf_token = browser.proof_for(&purpose(transaction))?;
    let (look, action) = (idp.look(), idp.site().path(LOGIN_PATH));
    let page = LoginPage {
        frame: look.frame(),
        action: &action,
        csrf_token: &csrf_token,
        transaction: transaction.map(SealedRequest::expose),
        service_name: waiting.as_ref().map(|waiting| waiting.service_name()),
        user_name: user_name.unwrap_or(suggested),
        error,
    };
    let status = match error {
        None => StatusCode::OK,
        Some(LoginError::WrongCredentials | LoginError::SessionLost) => StatusCode::FORBIDDEN,
        Some(LoginError::Throttled { .. }) => StatusCode::TOO_MANY_REQUESTS,
        Some(LoginError::Busy { .. }) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = reply::page(status, &page);
    if let Some(LoginError::Throttled { retry_after_s } | LoginError::Busy { retry_after_s }) = error {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(retry_after_s));
    }
    add_browser_cookie(idp, &mut response, browser);
    Ok(response)
}

/// The browser that the request comes from; a new one, if it has no cookie.
pub(super) fn browser(idp: &Snapshot, request: &HttpRequest) -> Result<Token, SsoRefusal> {
    match cookie::browser(idp).read(request.headers()) {
        Ok(Some(browser)) => Ok(browser),
        Ok(None) => Ok(Token::random()?),
        Err(duplicated) => Err(SsoRefusal::other_browser(&duplicated)),
    }
}

fn add_browser_cookie(idp: &Snapshot, response: &mut HttpResponse, browser: &Token) {
    set_cookie::add(response, &cookie::browser(idp).set(browser, BROWSER_COOKIE));
}

/// The purpose of a login form's token.
fn purpose(transaction: Option<&SealedRequest>) -> String {
    format!("login\n{}", transaction.map_or("", SealedRequest::expose))
}

/// What a person typed, erased after use.
struct LoginForm {
    csrf_token: Zeroizing<String>,
    transaction: Option<Zeroizing<String>>,
    user_name: Zeroizing<String>,
    password: Zeroizing<String>,
}

impl LoginForm {
    fn read(headers: &HeaderMap, form: &[u8]) -> Option<Self> {
        post::require_form(body::content_type(headers)).ok()?;
        let [csrf_token, transaction, user_name, password] =
            secret_fields(form, ["csrf_token", "transaction", "user_name", "password"]).ok()?;
        let transaction = transaction.filter(|text| !text.is_empty());
        Some(Self { csrf_token: csrf_token?, transaction, user_name: user_name?, password: password? })
    }
}

/// A person sent the login form.
pub(super) async fn log_in(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    let form = match body::read(request.headers(), payload, body::FORM_OCTETS).await {
        Ok(form) => LoginForm::read(request.headers(), &form),
        Err(error) => return reply::body_refused(&idp, error),
    };
    let now = now();
    let Some(form) = form else {
        return reply::refused(&idp, &idp.tell(form_refused("another form"), now).await);
    };
    let transaction = match &form.transaction {
        None => None,
        Some(text) => match SealedRequest::received(text) {
            Some(sealed) => Some(sealed),
            None => {
                let found = "a request that can't have been sealed";
                return reply::refused(&idp, &idp.tell(form_refused(found), now).await);
            }
        },
    };
    let browser = match own_browser(&idp, &request, &purpose(transaction.as_ref()), &form.csrf_token) {
        Ok(browser) => browser,
        Err(refusal) => return reply::refused(&idp, &idp.tell(refusal, now).await),
    };
    let waiting = transaction.as_ref().map(|request| BrowserRequest { request, browser: &browser });
    let password = Secret::new(form.password.as_bytes().to_vec());
    let address = address(&idp, &request);
    let known_browser = known_browser(&idp, &request);
    let credentials = Credentials {
        user_name: &form.user_name,
        password: &password,
        address: &address,
        known_browser: known_browser.as_ref(),
    };
    let error = match idp.log_in(waiting, credentials, now).await {
        Ok(LoginOutcome::SignedIn { session, next, known_browser }) => {
            end_previous_session(&idp, &request, now).await;
            let mut response = signed_in(&idp, &session, next);
            if let Some(known) = known_browser {
                let lifetime = KnownBrowser::LIFETIME;
                set_cookie::add(
                    &mut response,
                    &cookie::known_accounts(&idp).set_text(known.expose(), lifetime),
                );
            }
            return response;
        }
        Ok(LoginOutcome::Wrong) => LoginError::WrongCredentials,
        Ok(LoginOutcome::Busy { retry_after }) => LoginError::Busy { retry_after_s: retry_after.as_secs() },
        Ok(LoginOutcome::Throttled { retry_after }) => {
            LoginError::Throttled { retry_after_s: retry_after.as_secs() }
        }
        Err(refusal) => return reply::refused(&idp, &idp.tell(refusal, now).await),
    };
    let shown =
        Shown { transaction: transaction.as_ref(), user_name: Some(&form.user_name), error: Some(error) };
    show(&idp, &browser, shown, now).await
}

/// What the browser is known by. Two cookies of that name are as good as none: nobody is refused for them.
fn known_browser(idp: &Snapshot, request: &HttpRequest) -> Option<KnownBrowser> {
    let text = cookie::known_accounts(idp).read_text(request.headers()).ok().flatten()?;
    KnownBrowser::received(text)
}

/// Ends the session that this browser had before: only a thief could still hold its cookie.
async fn end_previous_session(idp: &Snapshot, request: &HttpRequest, now: SamlInstant) {
    if let Ok(Some(previous)) = cookie::session(idp).read(request.headers())
        && let Err(error) = idp.end_session(&previous, now).await
    {
        tracing::warn!(code = error.code(), "the previous session could not be ended");
    }
}

/// The browser that sent a form, which was shown by us to this browser for this purpose.
fn own_browser(
    idp: &Snapshot,
    request: &HttpRequest,
    purpose: &str,
    token: &str,
) -> Result<Token, SsoRefusal> {
    match cookie::browser(idp).read(request.headers()) {
        Ok(Some(browser)) if browser.is_proof_for(purpose, token) => Ok(browser),
        Ok(_) => Err(form_refused("a form that was not shown to this browser")),
        Err(duplicated) => Err(SsoRefusal::other_browser(&duplicated)),
    }
}

fn form_refused(found: &str) -> SsoRefusal {
    SsoRefusal::because(PublicReason::OtherBrowser, "form.refused", "our form, from this browser", found)
}

fn signed_in(idp: &Asked<Snapshot>, session: &Token, next: Option<crate::Next>) -> HttpResponse {
    let mut response = match next {
        None => reply::see_other(&idp.site().path(HOME_PATH)).finish(),
        Some(crate::Next::Post { form, service_name, .. }) => reply::post_form(idp, &form, &service_name),
        Some(crate::Next::Continue(_) | crate::Next::LogIn(_)) => {
            return reply::refused(idp, &SsoRefusal::unavailable("transaction.lost"));
        }
    };
    set_cookie::add(&mut response, &cookie::session(idp).set(session, idp.config().lifetimes.session));
    response
}

/// The client's address, as the settings say it is known.
fn address(idp: &Snapshot, request: &HttpRequest) -> String {
    match &idp.config().client_address {
        ClientAddress::Connection => {
            request.peer_addr().map_or_else(String::new, |address| address.ip().to_string())
        }
        ClientAddress::ProxyHeader(name) => {
            request.headers().get_all(name.as_str()).last().map_or_else(String::new, nearest_hop)
        }
    }
}

/// The last element of a list. A proxy that appends to the client's header, as many do by default, puts there the
/// address that it saw itself. All before it is the client's word, and what octets it has makes no difference.
fn nearest_hop(values: &header::HeaderValue) -> String {
    let last = values.as_bytes().rsplit(|octet| *octet == b',').next().unwrap_or_default();
    String::from_utf8_lossy(last).trim().to_owned()
}

/// Who is signed in, and to which services they can go; or the login page.
pub(super) async fn home(idp: web::Data<IdentityProvider>, request: HttpRequest) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    let now = now();
    match sso::session(&idp, &request, now).await {
        Err(refusal) => reply::refused(&idp, &refusal),
        Ok(None) => match browser(&idp, &request) {
            Ok(browser) => {
                let shown = Shown { transaction: None, user_name: None, error: None };
                show(&idp, &browser, shown, now).await
            }
            Err(refusal) => reply::refused(&idp, &refusal),
        },
        Ok(Some(session)) => match show_home(&idp, &request, &session) {
            Ok(response) => response,
            Err(refusal) => reply::refused(&idp, &refusal),
        },
    }
}

fn show_home(
    idp: &Asked<Snapshot>,
    request: &HttpRequest,
    session: &SsoSession,
) -> Result<HttpResponse, SsoRefusal> {
    let browser = browser(idp, request)?;
    let csrf_token = browser.proof_for("logout")?;
    let from = match fields(request.query_string().as_bytes(), ["from"]) {
        Ok([from]) => from.and_then(|from| from.parse().ok()).map(PeerCursor::from_u64).unwrap_or_default(),
        Err(_another_query) => PeerCursor::default(),
    };
    let listed = idp.service_providers().page(from, SERVICES);
    // Where nothing can be opened from here, a tile would lead nowhere.
    let opened = || listed.peers.iter().filter(|service| service.policy.idp_initiated);
    let links: Vec<String> = opened().map(|service| start_href(idp, service.entity_id().as_str())).collect();
    let services: Vec<Service<'_>> = opened()
        .zip(&links)
        .map(|(service, href)| Service { display_name: service.display_name(), note: None, href })
        .collect();
    let look = idp.look();
    let (logout_action, home) = (idp.site().path(LOGOUT_PATH), idp.site().path(HOME_PATH));
    let more = listed.next.map(|next| format!("{home}?from={}", next.to_u64()));
    let page = HomePage {
        frame: look.frame(),
        display_name: session.person.display_name(),
        user_name: &session.person.user_name,
        services: &services,
        more: more.as_deref(),
        logout_action: &logout_action,
        csrf_token: &csrf_token,
    };
    let mut response = reply::page(StatusCode::OK, &page);
    add_browser_cookie(idp, &mut response, &browser);
    Ok(response)
}

fn start_href(idp: &Snapshot, entity_id: &str) -> String {
    let sp = percent_encoding::utf8_percent_encode(entity_id, percent_encoding::NON_ALPHANUMERIC);
    format!("{}?sp={sp}", idp.site().path(START_PATH))
}

/// Ends the session here.
pub(super) async fn log_out(
    idp: web::Data<IdentityProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let idp = reply::asked(&idp, &request);
    let form = match body::read(request.headers(), payload, body::FORM_OCTETS).await {
        Ok(form) => form,
        Err(error) => return reply::body_refused(&idp, error),
    };
    let is_form = post::require_form(body::content_type(request.headers())).is_ok();
    let token = fields(&form, ["csrf_token"]).ok().and_then(|[token]| token).filter(|_| is_form);
    if let Err(refusal) = own_browser(&idp, &request, "logout", token.as_deref().unwrap_or("")) {
        return reply::refused(&idp, &idp.tell(refusal, now()).await);
    }
    match cookie::session(&idp).read(request.headers()) {
        Ok(Some(token)) => {
            if let Err(error) = idp.end_session(&token, now()).await {
                let is_over = matches!(error, SessionError::Hook(_));
                let mut response = reply::refused(&idp, &idp.tell(error.into(), now()).await);
                if is_over {
                    set_cookie::add(&mut response, &cookie::session(&idp).clear());
                }
                return response;
            }
        }
        Ok(None) => {}
        Err(duplicated) => {
            let refusal = idp.tell(SsoRefusal::other_browser(&duplicated), now()).await;
            return reply::refused(&idp, &refusal);
        }
    }
    let (look, home) = (idp.look(), idp.site().path(HOME_PATH));
    let page = LoggedOutPage { frame: look.frame(), outcome: LogoutOutcome::HereOnly, sign_in_href: &home };
    let mut response = reply::page(StatusCode::OK, &page);
    set_cookie::add(&mut response, &cookie::session(&idp).clear());
    response
}

#[cfg(test)]
mod tests;
