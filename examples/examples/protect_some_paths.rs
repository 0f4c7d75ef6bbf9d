//! Some pages are for everybody, some know who is there, some are for people who signed in:
//! `cargo run --example protect_some_paths -- idp.xml`.

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use saml_examples::page;
use saml_sp::ServiceProvider;
use saml_sp::config::{LOGOUT_PATH, LOGOUT_TOKEN_FIELD};
use saml_sp::web::{SignedInUser, optional_sign_in, require_sign_in};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    saml_examples::run(saml_examples::builder(saml_examples::loopback()?)?.build()?, routes).await
}

/// The application's own pages.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    let site = sp.config().site;
    config
        // No guard: it can't know who is there.
        .route("/about", web::get().to(async || page("About us")))
        // A guard that lets everybody in, and knows who is there.
        .service(web::resource("/").wrap(optional_sign_in(sp)).route(web::get().to(welcome)))
        // One page that is closed.
        .service(
            web::resource("/profile")
                .app_data(web::Data::new(LogoutUrl(site.url(LOGOUT_PATH))))
                .wrap(require_sign_in(sp))
                .route(web::get().to(profile)),
        )
        // A scope that is closed as a whole, whatever its handlers take.
        .service(web::scope("/reports").wrap(require_sign_in(sp)).route("/{id}", web::get().to(report)));
}

struct LogoutUrl(String);

async fn welcome(user: Option<SignedInUser>) -> HttpResponse {
    page(
        &user.map_or_else(|| "Welcome, stranger".to_owned(), |user| format!("Welcome, user of {}", user.idp)),
    )
}

/// A person who follows a link here without a session signs in and comes back. A script gets 401.
async fn profile(user: SignedInUser, logout: web::Data<LogoutUrl>) -> actix_web::Result<HttpResponse> {
    // The token ties the form to this session, so that no other site can end it.
    let token = user.logout_token().map_err(actix_web::error::ErrorServiceUnavailable)?;
    Ok(page(&format!(
        "<form method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"{LOGOUT_TOKEN_FIELD}\" value=\"{token}\">\
         <button>Sign out</button></form>",
        logout.0
    )))
}

async fn report(id: web::Path<u32>) -> HttpResponse {
    page(&format!("Report {id}"))
}
