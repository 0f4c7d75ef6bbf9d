//! The person who is signed in, for handlers.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError};
use saml_store::{Token, TokenUnavailable};

use super::guard::Admitted;
use super::logout;
use super::problem::Problem;
use crate::Session;

/// The signed-in person, as a handler's argument, behind [`require_sign_in`](super::require_sign_in) or
/// [`optional_sign_in`](super::optional_sign_in). A handler that takes one is never run for anybody else.
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
    pub(super) const fn new(session: Session, token: Token) -> Self {
        Self { session, token }
    }

    /// Somebody who is signed in, for tests of a handler: as its argument, or for a whole application by
    /// [`admit_for_tests`](Self::admit_for_tests). Nothing is stored, and no cookie leads to it.
    ///
    /// ```
    /// # async fn hello(user: saml_sp::web::SignedInUser) -> String { format!("Hello, {}", user.attribute("cn").unwrap_or("you")) }
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use saml_sp::{EntityId, SamlInstant, Session, SessionAttribute, web::SignedInUser};
    /// let now = SamlInstant::try_from("2026-11-20T12:00:00Z")?;
    /// let mut session = Session::new(EntityId::try_from("https://idp.example.com")?, now, now);
    /// session.attributes = vec![SessionAttribute::new("cn", ["Ada"])];
    /// assert_eq!(hello(SignedInUser::for_tests(session)?).await, "Hello, Ada");
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// The system has no randomness for a token.
    pub fn for_tests(session: Session) -> Result<Self, TokenUnavailable> {
        Ok(Self { session, token: Token::random()? })
    }

    /// Has the handlers of this request take this person for signed in, as a guard does: for tests of an application, in
    /// a middleware that stands in the guard's place. Whoever calls it in production signs people in.
    pub fn admit_for_tests(self, request: &HttpRequest) {
        request.extensions_mut().insert(Admitted(Some(self)));
    }

    /// The token by which [`ServiceProvider`](crate::ServiceProvider) finds the session, its data, and the other sessions
    /// of the person. It is the secret of the cookie: never write it anywhere.
    #[must_use]
    pub const fn token(&self) -> &Token {
        &self.token
    }

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
    type Future = Ready<Result<Self, NotSignedIn>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(match request.extensions().get::<Admitted>() {
            Some(Admitted(Some(user))) => Ok(user.clone()),
            Some(Admitted(None)) => Err(NotSignedIn::Nobody),
            None => {
                tracing::error!(
                    path = request.path(),
                    "a handler asks who is signed in, and stands behind no guard: wrap it in require_sign_in or \
                     optional_sign_in"
                );
                Err(NotSignedIn::NoGuard)
            }
        })
    }
}

/// There is no [`SignedInUser`] for a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotSignedIn {
    /// Nobody is signed in, and the guard lets everybody in.
    #[error("not signed in")]
    Nobody,
    /// The handler stands behind no guard, so that it is not known which service provider is meant.
    #[error("the application has no guard there")]
    NoGuard,
}

impl ResponseError for NotSignedIn {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Nobody => StatusCode::UNAUTHORIZED,
            Self::NoGuard => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Nobody => Problem::Unauthorized { login_url: None }.response(),
            Self::NoGuard => Problem::Misplaced.response(),
        }
    }
}
