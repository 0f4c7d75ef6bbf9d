//! actix-web handlers: the only place that knows of HTTP. [`configure`] mounts them.

mod cookie;
mod login;
pub mod pages;
mod reply;
mod sso;

use actix_web::http::header::{self, ContentType};
use actix_web::{HttpResponse, web};
use saml_core::bindings::post::AUTO_SUBMIT_SCRIPT;

use crate::IdentityProvider;

/// The most octets of a request's body that are read.
const MAX_BODY_OCTETS: usize = 4 * 1024 * 1024;
/// The most octets of a form of our own.
const MAX_FORM_OCTETS: usize = 16 * 1024;

/// Mounts metadata, single sign-on, login, home and logout under `/saml`.
///
/// ```no_run
/// # async fn demo(idp: saml_idp::IdentityProvider) -> std::io::Result<()> {
/// use actix_web::{App, HttpServer};
/// use saml_idp::web::configure;
///
/// HttpServer::new(move || App::new().configure(configure(idp.clone()))).bind("127.0.0.1:8080")?.run().await
/// # }
/// ```
pub fn configure(idp: IdentityProvider) -> impl FnOnce(&mut web::ServiceConfig) + Clone {
    move |config| {
        config.app_data(web::Data::new(idp)).service(
            web::scope("/saml")
                .app_data(web::PayloadConfig::new(MAX_BODY_OCTETS))
                .app_data(web::FormConfig::default().limit(MAX_FORM_OCTETS))
                .route("/metadata", web::get().to(sso::metadata))
                .route("/sso", web::get().to(sso::by_redirect))
                .route("/sso", web::post().to(sso::by_post))
                .route("/continue", web::get().to(sso::go_on))
                .route("/start", web::get().to(sso::start))
                .route("/login", web::post().to(login::log_in))
                .route("/home", web::get().to(login::home))
                .route("/logout", web::post().to(login::log_out))
                .route("/assets/{file}", web::get().to(asset))
                .default_service(web::to(not_found)),
        );
    }
}

async fn asset(idp: web::Data<IdentityProvider>, file: web::Path<String>) -> HttpResponse {
    let (content_type, body) = match pages::asset(&file) {
        Some(asset) => (asset.content_type, asset.body),
        None if *file == reply::AUTO_SUBMIT_FILE => ("text/javascript; charset=utf-8", AUTO_SUBMIT_SCRIPT),
        None => return reply::not_found(&idp),
    };
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, pages::ASSET_CACHE_CONTROL))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .content_type(content_type.parse().unwrap_or_else(|_error| ContentType::octet_stream().0))
        .body(body)
}

async fn not_found(idp: web::Data<IdentityProvider>) -> HttpResponse {
    reply::not_found(&idp)
}
