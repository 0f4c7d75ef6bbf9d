//! Pages in the look and the words of the application, and a page of its own that starts the sign-in:
//! `cargo run --example own_pages -- idp.xml`.

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use saml_examples::page;
use saml_sp::texts::{Text, Texts};
use saml_sp::web::{SignedInUser, optional_sign_in};
use saml_sp::{ConfigError, ServiceProvider, ServiceProviderConfig};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut config = saml_examples::loopback()?;
    settings(&mut config)?;
    saml_examples::run(saml_examples::builder(config)?.build()?, routes).await
}

/// Name, style, logo and words of our pages. `docs/pages.md` says what can be said.
///
/// # Errors
/// A text lacks what it has to name.
pub fn settings(config: &mut ServiceProviderConfig) -> Result<(), ConfigError> {
    config.site.display_name = "Orchard".to_owned();
    config.site.theme = Some("/orchard.css".to_owned());
    config.site.mark = Some("/orchard.svg".to_owned());
    config.site.texts = Texts::shipped()
        .by_default("de")?
        .with("de", Text::LoggedOutHereHeading, "Bis zum nächsten Mal")?
        .with("en", Text::LoggedOutHereHeading, "See you soon")?;
    Ok(())
}

/// The application's own pages and files.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config
        .route("/orchard.css", web::get().to(style))
        .route("/orchard.svg", web::get().to(mark))
        .service(web::resource("/").wrap(optional_sign_in(sp)).route(web::get().to(start)));
}

/// Nobody is sent anywhere before they press the button of this page.
async fn start(user: Option<SignedInUser>) -> HttpResponse {
    match user {
        None => {
            page("<h1>Orchard</h1><p><a href=\"/saml/login?return_to=%2F%3Fday%3Dtoday\">Sign in</a></p>")
        }
        Some(user) => {
            let name = user.attribute("urn:oid:2.16.840.1.113730.3.1.241").unwrap_or("somebody");
            page(&format!("<h1>Orchard</h1><p>Hello, {}</p>", saml_examples::escaped(name)))
        }
    }
}

async fn style() -> HttpResponse {
    HttpResponse::Ok().content_type("text/css").body(":root { --accent: #2f6b2f; --accent-strong: #1f4f1f; }")
}

async fn mark() -> HttpResponse {
    let circle = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"><circle cx=\"4\" cy=\"4\" r=\"4\"/></svg>";
    HttpResponse::Ok().content_type("image/svg+xml").body(circle)
}
