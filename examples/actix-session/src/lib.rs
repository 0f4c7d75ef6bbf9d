//! Hands a sign-in over into the sessions of [`actix_session`]: for an application whose handlers read who is there from
//! a [`Session`], and shall go on doing so.
//!
//! [`hand_over`] is a middleware between the guard and the handlers. It writes a [`Person`] into the application's session
//! when somebody has signed in, and empties that session when the sign-in is over, however it ended: signed out here or
//! elsewhere, expired, or the identity provider disabled.

#![forbid(unsafe_code)]

use std::time::{SystemTime, UNIX_EPOCH};

use actix_session::Session;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::ErrorServiceUnavailable;
use actix_web::middleware::Next;
use saml_sp::web::SignedInUser;
use saml_sp::{SamlInstant, ServiceProvider};
use serde::{Deserialize, Serialize};

/// Under which a [`Person`] stands in the application's session.
pub const PERSON: &str = "person";

/// Who signed in, as the application's session knows them. An account is the pair of both names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The identity provider.
    pub idp: String,
    /// The person's name there.
    pub name: Option<String>,
    /// Which sign-in it was: a hash that opens nothing.
    sign_in: String,
}

impl Person {
    fn of(user: &SignedInUser) -> Self {
        let name = user.name_id.as_ref().map(|name| name.value.clone());
        Self { idp: user.idp.to_string(), name, sign_in: user.token().key() }
    }
}

/// Keeps the application's session in step with the sign-in.
///
/// ```no_run
/// # fn app(sp: saml_sp::ServiceProvider, key: actix_web::cookie::Key) {
/// use actix_session::{SessionMiddleware, storage::CookieSessionStore};
/// use actix_web::{App, middleware::from_fn, web};
/// use saml_example_actix_session::hand_over;
/// use saml_sp::web::{configure, optional_sign_in};
///
/// let pages = web::scope("")
///     .wrap(from_fn(hand_over))       // last, when both are known
///     .wrap(optional_sign_in(&sp))    // or `require_sign_in`
///     .wrap(SessionMiddleware::new(CookieSessionStore::default(), key));
/// # let _ =
/// App::new().configure(configure(sp)).service(pages);
/// # }
/// ```
///
/// The session gets another key at each sign-in, so that nobody who knew the old one is signed in with it. What stood in
/// it before a sign-in, a basket say, stays; at the end of the sign-in all of it goes.
///
/// # Errors
/// The application's session can't be read or written.
pub async fn hand_over(
    session: Session,
    user: Option<SignedInUser>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let known: Option<Person> = session.get(PERSON)?;
    match (known, user.as_ref().map(Person::of)) {
        (Some(known), Some(person)) if known == person => {}
        (None, None) => {}
        // Somebody else's session is no place for this person.
        (Some(_), Some(person)) => {
            session.clear();
            session.renew();
            session.insert(PERSON, person)?;
        }
        (None, Some(person)) => {
            session.renew();
            session.insert(PERSON, person)?;
        }
        (Some(_), None) => session.clear(),
    }
    next.call(request).await
}

/// Ends both: the sign-in, and the application's session. For the application's own button; that of
/// [`LOGOUT_PATH`](saml_sp::config::LOGOUT_PATH) ends the sign-in, and [`hand_over`] the session after it.
///
/// # Errors
/// The store failed, and neither is over.
pub async fn sign_out(
    sp: &ServiceProvider,
    user: &SignedInUser,
    session: &Session,
) -> Result<(), actix_web::Error> {
    let now = now().ok_or_else(|| ErrorServiceUnavailable("the clock is wrong"))?;
    sp.end_session(user.token(), now).await.map_err(ErrorServiceUnavailable)?;
    session.purge();
    Ok(())
}

fn now() -> Option<SamlInstant> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    SamlInstant::from_unix(i64::try_from(seconds).ok()?)
}
