//! The door of an application: who gets in, and what everybody else is told.

use std::future::{Future, Ready, ready};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform};
use actix_web::http::{Method, header};
use actix_web::{Error, HttpMessage as _, HttpRequest, HttpResponse};
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::Coded as _;
use saml_provider::web::Asked;
use saml_provider::web::clock::now;

use super::problem::Problem;
use super::signed_in_user::SignedInUser;
use super::{cookie, handlers, kept_form, reply};
use crate::config::LOGIN_PATH;
use crate::{ReturnTo, ServiceProvider, Session, Snapshot, StartLogin};

/// What somebody is answered who is not signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Stranger {
    /// Is sent to sign in if they followed a link; gets 401 where a redirect would lose what was sent.
    #[default]
    SignsIn,
    /// Gets 401: for programs.
    Is401,
    /// Gets in, as nobody.
    GetsIn,
}

/// What becomes of a form that was posted when nobody was signed in any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Forms {
    /// It gets 401, as everything else that a redirect would lose.
    #[default]
    Refused,
    /// The browser keeps it until the person has signed in.
    Kept,
}

/// Middleware that lets in who is signed in at one service provider, and hands handlers the
/// [`SignedInUser`](super::SignedInUser). Made by [`require_sign_in`] and [`optional_sign_in`].
#[derive(Clone, Debug)]
pub struct SignInGuard {
    sp: ServiceProvider,
    stranger: Stranger,
    forms: Forms,
    attributes: Vec<(String, Vec<String>)>,
    class_refs: Vec<AuthnContextClassRef>,
}

/// Lets in who is signed in at `sp`. Whoever follows a link is sent to sign in and comes back to it; everything else
/// gets 401 as a problem document [RFC 9457], which says where to sign in.
///
/// ```no_run
/// # fn app(sp: saml_sp::ServiceProvider) {
/// use actix_web::{App, web};
/// use saml_sp::web::{SignedInUser, configure, require_sign_in};
/// let pages = web::scope("/pages").wrap(require_sign_in(&sp));
/// let api = web::scope("/api").wrap(require_sign_in(&sp).or_401());
/// let staff = web::scope("/staff").wrap(require_sign_in(&sp).having("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", ["staff"]));
/// # let _ =
/// App::new().configure(configure(sp)).service(pages).service(api).service(staff);
/// # }
/// ```
#[must_use]
pub fn require_sign_in(sp: &ServiceProvider) -> SignInGuard {
    SignInGuard {
        sp: sp.clone(),
        stranger: Stranger::SignsIn,
        forms: Forms::Refused,
        attributes: Vec::new(),
        class_refs: Vec::new(),
    }
}

/// Lets everybody in: a handler that takes `Option<SignedInUser>` gets the person who is signed in at `sp`, if somebody
/// is.
#[must_use]
pub fn optional_sign_in(sp: &ServiceProvider) -> SignInGuard {
    SignInGuard { stranger: Stranger::GetsIn, ..require_sign_in(sp) }
}

impl SignInGuard {
    /// Never redirects: who is not signed in gets 401.
    #[must_use]
    pub fn or_401(self) -> Self {
        Self { stranger: Stranger::Is401, ..self }
    }

    /// Has the browser keep a form that was posted when nobody was signed in any more [saml2int SDP-SP22]. A page holds it,
    /// sealed, in a hidden field; the person signs in in another window, is shown what the form says, and sends it by a
    /// click. It comes as it was posted the first time, and is judged as any other: by this guard, and by what the
    /// application has against forged forms.
    ///
    /// Kept are forms that a person sent from a page of the site's own origin
    /// (`Origin`, `Sec-Fetch-Site: same-origin`, `Sec-Fetch-Mode: navigate`), of up to
    /// [`KEPT_FORM_OCTETS`](super::KEPT_FORM_OCTETS) and [`KEPT_FORM_FIELDS`](super::KEPT_FORM_FIELDS), for
    /// [`KEPT_FORM_LIFETIME`](super::KEPT_FORM_LIFETIME), in the browser that sent them; never in the store. A form that
    /// is longer, or has files in it, is answered by a page that says that it was not sent. Everything else gets 401, and so
    /// does the form of somebody who is signed in and has to authenticate in another way.
    ///
    /// # Security
    /// Who signs in is who sends the form: whether that is the person who wrote it is not known, so the page names who is
    /// signed in. A page of yours that is sent with `Referrer-Policy: no-referrer` has no `Origin` in its forms, and none
    /// of them is kept. With [`or_401`](Self::or_401) nothing is.
    #[must_use]
    pub fn keeping_forms(self) -> Self {
        Self { forms: Forms::Kept, ..self }
    }

    /// Lets in only those whose identity provider says that the attribute of this name has one of these values, compared
    /// octet by octet. Others get 403. Several calls are all to be met; no value at all is met by nobody.
    #[must_use]
    pub fn having<V: Into<String>>(mut self, attribute: &str, values: impl IntoIterator<Item = V>) -> Self {
        self.attributes.push((attribute.to_owned(), values.into_iter().map(Into::into).collect()));
        self
    }

    /// Lets in only those who authenticated in one of these ways. Others are sent to their identity provider with a
    /// request for it, if they followed a link, and get 401 otherwise.
    #[must_use]
    pub fn authenticated_by(mut self, class_refs: impl IntoIterator<Item = AuthnContextClassRef>) -> Self {
        self.class_refs.extend(class_refs);
        self
    }

    /// Whether the request may go on: the person, nobody, or what is answered instead.
    async fn admit(&self, request: &mut ServiceRequest) -> Result<Option<SignedInUser>, HttpResponse> {
        let sp = reply::asked(&self.sp, request.request());
        let user = match find(&sp, request.request()).await {
            Ok(user) => user,
            Err(Unavailable) => return Err(Problem::Unavailable.response()),
        };
        match user {
            None if self.stranger == Stranger::GetsIn => Ok(None),
            None if self.keeps(&sp, request.request()) => Err(kept_form::keep(&sp, request).await),
            None => Err(self.sign_in(&sp, request.request())),
            Some(user) if !self.is_authenticated_well(&user) => {
                Err(self.step_up(&sp, request.request(), &user).await)
            }
            Some(user) if !self.has_attributes(&user) => {
                tracing::info!(path = request.path(), "somebody may not go there");
                Err(Problem::Forbidden.response())
            }
            Some(user) => Ok(Some(user)),
        }
    }

    /// Whether the form in this request is kept.
    fn keeps(&self, sp: &Snapshot, request: &HttpRequest) -> bool {
        self.forms == Forms::Kept
            && self.stranger == Stranger::SignsIn
            && kept_form::is_posted_by_our_page(sp.site(), request)
    }

    fn has_attributes(&self, session: &Session) -> bool {
        self.attributes.iter().all(|(name, admitted)| {
            session.attribute_values(name).any(|value| admitted.iter().any(|admitted| admitted == value))
        })
    }

    fn is_authenticated_well(&self, session: &Session) -> bool {
        let context = session.authn_context.as_ref();
        self.class_refs.is_empty() || self.class_refs.iter().any(|wanted| Some(wanted) == context)
    }

    /// Sends who follows a link to sign in; tells everybody else that they have to.
    fn sign_in(&self, sp: &Snapshot, request: &HttpRequest) -> HttpResponse {
        let login_url = sp.site().url(LOGIN_PATH);
        if self.stranger == Stranger::Is401 || !follows_a_link(request) {
            return Problem::Unauthorized { login_url: Some(&login_url) }.response();
        }
        match here(sp, request) {
            None => Problem::Misplaced.response(),
            Some(here) => {
                let here =
                    percent_encoding::utf8_percent_encode(here.as_str(), percent_encoding::NON_ALPHANUMERIC);
                reply::see_other(&format!("{}?return_to={here}", sp.site().path(LOGIN_PATH)))
                    .insert_header((header::VARY, "accept, cookie"))
                    .finish()
            }
        }
    }

    /// Asks the person's identity provider to authenticate them in one of the wanted ways, and to do it now.
    async fn step_up(&self, sp: &Asked<Snapshot>, request: &HttpRequest, session: &Session) -> HttpResponse {
        let login_url = sp.site().url(LOGIN_PATH);
        if self.stranger == Stranger::Is401 || !follows_a_link(request) {
            return Problem::StepUp { login_url: &login_url }.response();
        }
        let Some(here) = here(sp, request) else { return Problem::Misplaced.response() };
        let Ok(browser) = handlers::recognised(sp, request) else {
            return Problem::Unavailable.response();
        };
        let start = StartLogin {
            idp: Some(session.idp.as_str()),
            return_to: Some(here),
            force_authn: true,
            class_refs: self.class_refs.clone(),
            ..StartLogin::new(&browser)
        };
        handlers::started(sp, request, start).await
    }
}

/// Who is signed in can't be told.
struct Unavailable;

async fn find(sp: &Snapshot, request: &HttpRequest) -> Result<Option<SignedInUser>, Unavailable> {
    let token = match cookie::session(sp).read(request.headers()) {
        Ok(Some(token)) => token,
        Ok(None) => return Ok(None),
        Err(duplicated) => {
            tracing::warn!(code = %duplicated.code(), times = duplicated.times, "nobody is signed in by two cookies");
            return Ok(None);
        }
    };
    match sp.session(&token, now()).await {
        Ok(session) => Ok(session.map(|session| SignedInUser::new(session, token))),
        Err(error) => {
            tracing::error!(code = error.code(), "a session could not be looked up");
            Err(Unavailable)
        }
    }
}

/// Whether a person followed a link: a page was asked for by GET. A redirect would lose what anything else sent, and
/// breaks a preflight of a script.
fn follows_a_link(request: &HttpRequest) -> bool {
    let accepts = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    *request.method() == Method::GET && accepts.is_some_and(|accept| accept.contains("text/html"))
}

/// Where the request came to, as browsers see it.
fn here(sp: &Snapshot, request: &HttpRequest) -> Option<ReturnTo> {
    let path = request.uri().path_and_query().map_or("/", |here| here.as_str());
    let Some(here) = sp.site().public_path_of(path) else {
        tracing::error!(
            public_url = %sp.site().public_url,
            "a request came to a path outside of the public URL: a proxy takes its path away (ProxyPath::TakenAway), or \
             the application is mounted elsewhere"
        );
        return None;
    };
    // A path that can't be led back to is given up for the start page.
    ReturnTo::received(&here, sp.site())
        .or_else(|| ReturnTo::received(&sp.config().default_return_to, sp.site()))
}

impl<S, B> Transform<S, ServiceRequest> for SignInGuard
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Transform = Guarded<S>;
    type InitError = ();
    type Future = Ready<Result<Guarded<S>, ()>>;

    fn new_transform(&self, service: S) -> Self::Future {
        ready(Ok(Guarded { service: Rc::new(service), guard: Rc::new(self.clone()) }))
    }
}

/// A service behind a [`SignInGuard`].
#[derive(Debug)]
pub struct Guarded<S> {
    service: Rc<S>,
    guard: Rc<SignInGuard>,
}

impl<S, B> Service<ServiceRequest> for Guarded<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
    B: MessageBody + 'static,
{
    type Response = ServiceResponse<EitherBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.service.poll_ready(context)
    }

    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        let (service, guard) = (Rc::clone(&self.service), Rc::clone(&self.guard));
        Box::pin(async move {
            match guard.admit(&mut request).await {
                Ok(user) => {
                    request.extensions_mut().insert(Admitted(user));
                    Ok(service.call(request).await?.map_into_left_body())
                }
                Err(response) => Ok(request.into_response(response).map_into_right_body()),
            }
        })
    }
}

/// What a guard found out; the innermost guard has the last word.
pub(super) struct Admitted(pub(super) Option<SignedInUser>);
