//! actix-web handlers: the only place that knows of HTTP.
//!
//! [`configure`] mounts the endpoints, [`require_sign_in`] closes a scope to strangers, [`SignedInUser`] hands a
//! handler the person.

mod cookie;
mod handlers;
pub mod pages;
mod reply;
mod signed_in_user;

use actix_web::web;
pub use handlers::{browser, start_login};
pub use signed_in_user::{NotSignedIn, SignedInUser, require_sign_in};

use crate::ServiceProvider;

/// The most octets of a request's body that are read.
const MAX_BODY_OCTETS: usize = 4 * 1024 * 1024;

/// Mounts metadata, login, assertion consumer service and local logout under `/saml`.
///
/// ```no_run
/// # async fn demo(sp: saml_sp::ServiceProvider) -> std::io::Result<()> {
/// use actix_web::{App, HttpServer, middleware::from_fn, web};
/// use saml_sp::web::{SignedInUser, configure, require_sign_in};
///
/// HttpServer::new(move || {
///     App::new().configure(configure(sp.clone())).service(
///         web::scope("")
///             .wrap(from_fn(require_sign_in))
///             .route("/", web::get().to(|user: SignedInUser| async move { user.idp.clone() })),
///     )
/// })
/// .bind("127.0.0.1:8080")?
/// .run()
/// .await
/// # }
/// ```
pub fn configure(sp: ServiceProvider) -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    move |config| {
        config.app_data(web::Data::new(sp)).service(
            web::scope("/saml")
                .app_data(web::PayloadConfig::new(MAX_BODY_OCTETS))
                .route("/metadata", web::get().to(handlers::metadata))
                .route("/login", web::get().to(handlers::login))
                .route("/acs", web::post().to(handlers::acs))
                .route("/complete", web::get().to(handlers::complete))
                .route("/logout", web::post().to(handlers::logout))
                .route("/assets/{file}", web::get().to(handlers::asset))
                .default_service(web::to(handlers::not_found)),
        );
    }
}
