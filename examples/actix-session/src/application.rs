//! The application: its handlers read who is there from their own session, as they always did.

use std::sync::OnceLock;

use actix_session::storage::CookieSessionStore;
use actix_session::{Session, SessionMiddleware};
use actix_web::cookie::Key;
use actix_web::middleware::from_fn;
use actix_web::{HttpResponse, Result, web};
use saml_example_actix_session::{PERSON, Person, hand_over, sign_out};
use saml_sp::ServiceProvider;
use saml_sp::web::{SignedInUser, optional_sign_in, require_sign_in};

/// The key of the application's cookies: of this process, for an example.
fn key() -> Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(Key::generate).clone()
}

/// Its routes.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    let sessions = || {
        let store = CookieSessionStore::default();
        SessionMiddleware::builder(store, key())
            .cookie_name("application".to_owned())
            .cookie_secure(false)
            .build()
    };
    config
        .app_data(web::Data::new(sp.clone()))
        .service(
            web::resource("/account")
                .wrap(from_fn(hand_over))
                .wrap(require_sign_in(sp))
                .wrap(sessions())
                .route(web::get().to(account)),
        )
        .service(
            web::resource("/leave")
                .wrap(from_fn(hand_over))
                .wrap(require_sign_in(sp))
                .wrap(sessions())
                .route(web::post().to(leave)),
        )
        .service(
            web::resource("/")
                .wrap(from_fn(hand_over))
                .wrap(optional_sign_in(sp))
                .wrap(sessions())
                .route(web::get().to(start)),
        );
}

/// Counts visits in the session, whoever it is of.
async fn start(session: Session) -> Result<String> {
    let visits: u32 = session.get("visits")?.unwrap_or(0);
    session.insert("visits", visits.saturating_add(1))?;
    let person: Option<Person> = session.get(PERSON)?;
    let name = person.and_then(|person| person.name).unwrap_or_else(|| "nobody".to_owned());
    Ok(format!("{name}, {visits} visits before"))
}

async fn account(session: Session) -> Result<String> {
    let person: Option<Person> = session.get(PERSON)?;
    Ok(person
        .map_or_else(|| "nobody".to_owned(), |person| format!("the account of a user of {}", person.idp)))
}

/// The application's own button. What it has against forged forms comes before this.
async fn leave(sp: web::Data<ServiceProvider>, user: SignedInUser, session: Session) -> Result<HttpResponse> {
    sign_out(&sp, &user, &session).await?;
    Ok(HttpResponse::SeeOther().insert_header(("location", "/")).finish())
}
