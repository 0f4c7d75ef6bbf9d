//! The endpoints: thin wrappers around the state machine.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, REFRESH, SET_COOKIE};
use actix_web::{HttpRequest, HttpResponse, web};
use saml_core::base::SamlInstant;
use saml_core::bindings::post::PostForm;
use saml_core::bindings::{BindingError, fields, post};
use saml_provider::event::CorrelationId;
use saml_provider::web::clock::now;
use saml_provider::web::cookie::CookieDuplicated;
use saml_provider::web::route::Message;
use saml_provider::web::{Asked, body, cookie as set_cookie, document};
use saml_store::{Token, TokenUnavailable};

use super::pages::{ChooseIdpPage, IdpChoice};
use super::{cookie, reply, routes};
use crate::config::{COMPLETE_PATH, LOGIN_PATH};
use crate::refusal::PublicReason;
use crate::{
    BrowserCookies, LoginAnswer, LoginRefusal, NobodyThere, Outgoing, PeerCursor, ReturnTo, ServiceProvider,
    Session, Snapshot, StartLogin, StartedLogin,
};

/// The most octets of the body of a request with a Response in it.
const MAX_RESPONSE_OCTETS: usize = 4 * 1024 * 1024;

pub(super) async fn metadata(sp: web::Data<ServiceProvider>, request: HttpRequest) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    match sp.metadata_xml() {
        Ok(xml) => {
            document::reply(request.headers(), document::METADATA_TYPE, document::METADATA_CACHE_CONTROL, xml)
        }
        Err(error) => {
            let refusal = LoginRefusal::outgoing_failed(&error);
            reply::refused(&sp, &refusal, None)
        }
    }
}

/// Starts a login, or first asks where if there are several places.
pub(super) async fn login(sp: web::Data<ServiceProvider>, request: HttpRequest) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    let [idp, from, return_to] = match fields(request.query_string().as_bytes(), ["idp", "from", "return_to"])
    {
        Ok(fields) => fields,
        Err(error) => {
            let (expected, found) = ("idp, from and return_to, once each", error.to_string());
            let refusal = LoginRefusal::because(PublicReason::BadRequest, "login.query", expected, &found);
            return reply::refused(&sp, &sp.tell(refusal, now()).await, None);
        }
    };
    let return_to = return_to.as_deref().and_then(|path| ReturnTo::received(path, sp.site()));
    if idp.is_none() && sp.identity_providers().only().is_none() {
        let from = from.and_then(|from| from.parse().ok()).map(PeerCursor::from_u64).unwrap_or_default();
        return choose_idp(&sp, from, return_to.as_ref());
    }
    let browser = match recognised(&sp, &request) {
        Ok(browser) => browser,
        Err(error) => return reply::refused(&sp, &error.into(), None),
    };
    let idp = idp.as_deref();
    started(&sp, &request, StartLogin { idp, return_to, ..StartLogin::new(&browser) }).await
}

/// The token that recognises this browser when its login ends: its present one, or a new one.
///
/// # Errors
/// The system has no randomness.
pub fn browser(sp: &ServiceProvider, request: &HttpRequest) -> Result<Token, TokenUnavailable> {
    recognised(&sp.snapshot(), request)
}

pub(super) fn recognised(sp: &Snapshot, request: &HttpRequest) -> Result<Token, TokenUnavailable> {
    cookie::browser(sp).read_or_new(request.headers())
}

/// Sends the browser to its identity provider with a request of the application's own making, say with `force_authn`
/// before something delicate; `/saml/login` does it without further wishes.
///
/// ```no_run
/// # use actix_web::{HttpRequest, HttpResponse};
/// # async fn step_up(sp: saml_sp::ServiceProvider, request: HttpRequest) -> Option<HttpResponse> {
/// use saml_sp::{StartLogin, web};
/// let browser = web::browser(&sp, &request).ok()?;
/// Some(web::start_login(&sp, &request, StartLogin { force_authn: true, ..StartLogin::new(&browser) }).await)
/// # }
/// ```
///
/// Whether somebody is signed in at the identity provider can be asked without a page. The browser comes back to
/// `return_to`, signed in or as a stranger; that `return_to` says that it was asked keeps a page from asking again:
///
/// ```no_run
/// # use actix_web::{HttpRequest, HttpResponse};
/// use saml_sp::{ReturnTo, ServiceProvider, StartLogin, web::{SignedInUser, browser, start_login}};
/// async fn welcome(sp: ServiceProvider, user: Option<SignedInUser>, request: HttpRequest) -> HttpResponse {
///     if user.is_none() && request.query_string() != "asked"
///         && let Ok(browser) = browser(&sp, &request)
///     {
///         let return_to = ReturnTo::received("/welcome?asked", &sp.config().site);
///         let login = StartLogin { is_passive: true, return_to, ..StartLogin::new(&browser) };
///         return start_login(&sp, &request, login).await;
///     }
///     HttpResponse::Ok().body(if user.is_some() { "welcome back" } else { "welcome, stranger" })
/// }
/// ```
pub async fn start_login(sp: &ServiceProvider, request: &HttpRequest, start: StartLogin<'_>) -> HttpResponse {
    started(&reply::asked(sp, request), request, start).await
}

pub(super) async fn started(
    sp: &Asked<Snapshot>,
    request: &HttpRequest,
    start: StartLogin<'_>,
) -> HttpResponse {
    let (browser, idp) = (start.browser, start.idp);
    // Of two, neither is taken.
    let sent = cookie::logins(sp).read_text(request.headers()).ok().flatten();
    let start = StartLogin { logins: start.logins.or(sent), ..start };
    let StartedLogin { outgoing, logins } = match sp.start_login(start, now()).await {
        Ok(started) => started,
        Err(refusal) => return reply::refused(sp, &refusal, None),
    };
    let lifetime = sp.config().lifetimes.of_a_login();
    let cookies =
        [cookie::browser(sp).set(browser, lifetime), cookie::logins(sp).set_text(&logins, lifetime)];
    let mut response = match outgoing {
        Outgoing::Redirect(url) => reply::see_other(&url).finish(),
        Outgoing::Post(form) => reply::post_form(sp, &form, &name_of(sp, idp, &form).await),
    };
    for cookie in &cookies {
        set_cookie::add(&mut response, cookie);
    }
    response
}

/// The name that people know an identity provider by; its address where it went away meanwhile.
async fn name_of(sp: &Snapshot, idp: Option<&str>, form: &PostForm) -> String {
    let found = match idp {
        Some(idp) => sp.identity_provider(idp).await.ok().flatten(),
        None => sp.identity_providers().only(),
    };
    found.map_or_else(|| form.action().to_owned(), |idp| idp.display_name().to_owned())
}

/// The most identity providers on one page, and the fewest where there are more.
const CHOICES: usize = 100;
const FEWEST_CHOICES: usize = 10;

/// The most octets that the links of one page take for the place that they all lead to. A stranger writes it, once.
const ECHOED_OCTETS: usize = 32 * 1024;

fn choose_idp(sp: &Asked<Snapshot>, from: PeerCursor, return_to: Option<&ReturnTo>) -> HttpResponse {
    let return_to =
        return_to.map_or_else(String::new, |path| format!("&return_to={}", encoded(path.as_str())));
    let room = ECHOED_OCTETS.checked_div(return_to.len()).unwrap_or(CHOICES);
    let page = sp.identity_providers().page(from, room.clamp(FEWEST_CHOICES, CHOICES));
    let href = |name, value: &str| login_href(sp, (name, value), &return_to);
    let links: Vec<String> = page.peers.iter().map(|idp| href("idp", idp.entity_id().as_str())).collect();
    let choices: Vec<IdpChoice<'_>> = page
        .peers
        .iter()
        .zip(&links)
        .map(|(idp, href)| {
            let name = idp.display_name();
            // Two of one name are told apart by their entity IDs.
            let is_shared = page.peers.iter().filter(|other| other.display_name() == name).count() > 1;
            IdpChoice { display_name: name, note: is_shared.then(|| idp.entity_id().as_str()), href }
        })
        .collect();
    let more = page.next.map(|next| href("from", &next.to_u64().to_string()));
    let look = sp.look();
    let page = ChooseIdpPage { frame: look.frame(), choices: &choices, more: more.as_deref() };
    reply::page(StatusCode::OK, &page)
}

fn login_href(sp: &Snapshot, (name, value): (&str, &str), return_to: &str) -> String {
    format!("{}?{name}={}{return_to}", sp.site().path(LOGIN_PATH), encoded(value))
}

fn encoded(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// The assertion consumer service. Reads no cookie to decide anything: browsers send none with a cross-site POST.
pub(super) async fn acs(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    let body = match body::read(request.headers(), payload, MAX_RESPONSE_OCTETS).await {
        Ok(body) => body,
        Err(error) => return reply::body_refused(&sp, error),
    };
    let now = now();
    let received = match post::decode(body::content_type(request.headers()), &body, &sp.config().site.limits)
    {
        Ok(message) => sp.receive_answer(message, now).await,
        Err(BindingError::ParameterMissing) if Message::named_in(&body) == Some(Message::Artifact) => {
            let misdirected = routes::ACS.misdirected(request.method(), Message::Artifact);
            return reply::misdirected(&sp, misdirected);
        }
        Err(error) => Err(sp.tell(error.into(), now).await),
    };
    match received {
        Ok(LoginAnswer::Accepted(login)) => {
            let complete = sp.site().path(COMPLETE_PATH);
            reply::see_other(&format!("{complete}?login={}", login.token.expose())).finish()
        }
        Ok(LoginAnswer::Nobody(nobody)) => {
            let complete = sp.site().path(COMPLETE_PATH);
            reply::see_other(&format!("{complete}?nobody={}", nobody.request())).finish()
        }
        Err(refusal) => {
            let mut response = reply::refused(&sp, &refusal, None);
            if refusal.reason == PublicReason::AlreadyUsed {
                // A person who reloads the answer is told that they are signed in. Whether they are is seen one hop on,
                // where the cookie comes: by a refresh, so that whoever is no browser still hears the refusal here.
                let complete = sp.site().path(COMPLETE_PATH);
                let hop = format!("0; url={complete}?used={}", refusal.correlation_id);
                if let Ok(hop) = HeaderValue::from_str(&hop) {
                    response.headers_mut().insert(REFRESH, hop);
                }
            }
            response
        }
    }
}

/// The session of this browser, if its cookie says that it has one. Only for the wording of a page.
async fn own_session(sp: &Snapshot, request: &HttpRequest, now: SamlInstant) -> Option<Session> {
    match cookie::session(sp).read(request.headers()) {
        Ok(Some(token)) => sp.session(&token, now).await.ok().flatten(),
        Ok(None) | Err(_) => None,
    }
}

/// The last hop: here the browser's cookies do come.
pub(super) async fn complete(sp: web::Data<ServiceProvider>, request: HttpRequest) -> HttpResponse {
    let sp = reply::asked(&sp, &request);
    let now = now();
    let query = fields(request.query_string().as_bytes(), ["login", "used", "nobody"]);
    let [login, used, nobody] = query.unwrap_or_default();
    if let (None, Some(used)) = (&login, used.as_deref().and_then(CorrelationId::received)) {
        let session = own_session(&sp, &request, now).await;
        return reply::already_used(&sp, &used, session.as_ref());
    }
    let token = login.as_deref().and_then(Token::received);
    let Some(ended) =
        token.map(Ended::Login).or_else(|| Some(Ended::Nobody(NobodyThere::received(&nobody?)?)))
    else {
        let refusal =
            LoginRefusal::because(PublicReason::BadRequest, "login.handle", "the token of a login", "none");
        return reply::refused(&sp, &sp.tell(refusal, now).await, None);
    };
    let cookies = match Cookies::read(&sp, &request) {
        Ok(cookies) => cookies,
        // The login is not used up: nobody was signed in, and nobody would be seen to be.
        Err(duplicated) => {
            let refusal = sp.tell(LoginRefusal::other_browser(&duplicated), now).await;
            return reply::refused(&sp, &refusal, None);
        }
    };
    match ended {
        Ended::Login(token) => completed(&sp, &token, cookies, now).await,
        Ended::Nobody(nobody) => match sp.return_as_nobody(&nobody, cookies.of_browser(), now).await {
            Ok(return_to) => reply::see_other(return_to.as_str()).finish(),
            Err(refusal) => reply::refused(&sp, &refusal, None),
        },
    }
}

/// What came of the login that is on its last hop.
enum Ended {
    /// Somebody is signed in.
    Login(Token),
    /// Nobody is, and nobody was to be asked.
    Nobody(NobodyThere),
}

/// The cookies of ours that come with the last hop.
struct Cookies<'a> {
    session: Option<Token>,
    browser: Option<Token>,
    logins: Option<&'a str>,
}

impl<'a> Cookies<'a> {
    fn read(sp: &Snapshot, request: &'a HttpRequest) -> Result<Self, CookieDuplicated> {
        let headers = request.headers();
        Ok(Self {
            session: cookie::session(sp).read(headers)?,
            browser: cookie::browser(sp).read(headers)?,
            logins: cookie::logins(sp).read_text(headers)?,
        })
    }

    fn of_browser(&self) -> BrowserCookies<'_> {
        BrowserCookies { browser: self.browser.as_ref(), logins: self.logins }
    }
}

async fn completed(
    sp: &Asked<Snapshot>,
    token: &Token,
    cookies: Cookies<'_>,
    now: SamlInstant,
) -> HttpResponse {
    let completed = sp.complete_login(token, cookies.of_browser(), now).await;
    let previous = cookies.session;
    match completed {
        Ok(signed_in) => {
            if let Some(previous) = previous
                && let Err(error) = sp.end(&previous.key(), now).await
            {
                tracing::warn!(code = error.code(), "the previous session could not be ended");
            }
            let lifetime = signed_in.session.expires_at.since(now);
            reply::see_other(signed_in.return_to.as_str())
                .append_header((SET_COOKIE, cookie::session(sp).set(&signed_in.token, lifetime)))
                .finish()
        }
        Err(refusal) => {
            let session = match previous {
                Some(token) => sp.session(&token, now).await.ok().flatten(),
                None => None,
            };
            reply::refused(sp, &refusal, session.as_ref())
        }
    }
}

pub(super) async fn asset(
    sp: web::Data<ServiceProvider>,
    request: HttpRequest,
    file: web::Path<String>,
) -> HttpResponse {
    reply::asset(&reply::asked(&sp, &request), request.headers(), &file)
}

#[cfg(test)]
mod tests;
