//! The person who is signed in, for handlers; and the door for those who are not.

use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError, web};

use saml_core::base::Coded as _;
use saml_provider::web::clock::now;
use saml_store::{Token, TokenUnavailable};

use super::{cookie, logout, reply};
use crate::config::LOGIN_PATH;
use crate::{ServiceProvider, Session, Site};

/// The signed-in person, as a handler's argument. A handler that takes one is never run for anybody else.
///
/// ```no_run
/// use saml_sp::web::SignedInUser;
/// async fn hello(user: SignedInUser) -> String {
///     format!("Hello, {}", user.attribute("urn:oid:2.16.840.1.113730.3.1.241").unwrap_or("you"))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct SignedInUser {
    session: Session,
    token: Token,
}

impl SignedInUser {
    /// The token that a form which ends this session carries, in the field
    /// [`LOGOUT_TOKEN_FIELD`](crate::config::LOGOUT_TOKEN_FIELD), to [`LOGOUT_PATH`](crate::config::LOGOUT_PATH).
    ///
    /// It is of this session alone, and may stand in every page that only this person is shown.
    ///
    /// # Errors
    /// The cryptographic library failed.
    pub fn logout_token(&self) -> Result<String, TokenUnavailable> {
        logout::token(&self.token)
    }
}

impl Deref for SignedInUser {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl FromRequest for SignedInUser {
    type Error = NotSignedIn;
    type Future = Pin<Box<dyn Future<Output = Result<Self, NotSignedIn>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        if let Some(found) = request.extensions().get::<Self>() {
            let found = found.clone();
            return Box::pin(async move { Ok(found) });
        }
        let request = request.clone();
        Box::pin(async move { find(&request).await })
    }
}

async fn find(request: &HttpRequest) -> Result<SignedInUser, NotSignedIn> {
    let sp = request.app_data::<web::Data<ServiceProvider>>().ok_or(NotSignedIn::NotConfigured)?;
    let sp = sp.snapshot();
    let nobody = || NotSignedIn::of(request, sp.site());
    let token = match cookie::session(&sp).read(request.headers()) {
        Ok(token) => token.ok_or_else(nobody)?,
        Err(duplicated) => {
            tracing::warn!(code = %duplicated.code(), times = duplicated.times, "nobody is signed in by two cookies");
            return Err(nobody());
        }
    };
    match sp.session(&token, now()).await {
        Ok(Some(session)) => Ok(SignedInUser { session, token }),
        Ok(None) => Err(nobody()),
        Err(error) => {
            tracing::error!(code = error.code(), "a session could not be looked up");
            Err(NotSignedIn::Unavailable)
        }
    }
}

/// Nobody is signed in: a person who follows a link is sent to sign in, anything else gets 401.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSignedIn {
    /// A page was asked for: sign in, then come back to it.
    #[error("sign in first")]
    SignIn {
        /// The login endpoint with the way back.
        location: String,
    },
    /// A form or a script asked; a redirect would lose what it sent.
    #[error("not signed in")]
    Unauthorized,
    /// The session could not be looked up.
    #[error("the session can't be looked up")]
    Unavailable,
    /// The application lacks [`super::configure`], or stands elsewhere than its public URL says.
    #[error("no service provider is configured")]
    NotConfigured,
}

impl NotSignedIn {
    fn of(request: &HttpRequest, site: &Site) -> Self {
        let wants_page = request
            .headers()
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"));
        if *request.method() != Method::GET || !wants_page {
            return Self::Unauthorized;
        }
        let here = request.uri().path_and_query().map_or("/", |here| here.as_str());
        let Some(here) = site.public_path_of(here) else {
            tracing::error!(
                public_url = %site.public_url,
                "a request came to a path outside of the public URL: a proxy takes its path away, or the application is \
                 mounted elsewhere"
            );
            return Self::NotConfigured;
        };
        let here = percent_encoding::utf8_percent_encode(&here, percent_encoding::NON_ALPHANUMERIC);
        Self::SignIn { location: format!("{}?return_to={here}", site.path(LOGIN_PATH)) }
    }
}

impl ResponseError for NotSignedIn {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn { .. } => StatusCode::SEE_OTHER,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::SignIn { location } => reply::see_other(location).finish(),
            Self::Unauthorized | Self::Unavailable | Self::NotConfigured => {
                HttpResponse::build(self.status_code()).body(self.to_string())
            }
        }
    }
}

/// Middleware that lets nobody in who is not signed in:
/// `.wrap(actix_web::middleware::from_fn(require_sign_in))`.
///
/// # Errors
/// [`NotSignedIn`] as a response; the inner service is then not called.
pub async fn require_sign_in(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let user = find(request.request()).await?;
    request.extensions_mut().insert(user);
    next.call(request).await
}
