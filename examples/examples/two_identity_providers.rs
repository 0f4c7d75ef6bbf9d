//! People of two organisations: `cargo run --example two_identity_providers -- north.xml south.xml`.
//!
//! `/saml/login` lets them choose; a page of yours can offer the choice too, with one link for each.

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use saml_examples::{escaped, page};
use saml_sp::web::{SignedInUser, require_sign_in};
use saml_sp::{PeerCursor, ServiceProvider};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    saml_examples::run(saml_examples::builder(saml_examples::loopback()?)?.build()?, routes).await
}

/// The application's own pages.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config
        .app_data(web::Data::new(sp.clone()))
        .route("/", web::get().to(choose))
        .service(web::resource("/notes").wrap(require_sign_in(sp)).route(web::get().to(notes)));
}

/// One link for each identity provider. `idp` names it, `return_to` is a path of this origin.
async fn choose(sp: web::Data<ServiceProvider>) -> HttpResponse {
    let sp = sp.snapshot();
    // A federation has more than a page of them: let people search there.
    let first = sp.identity_providers().page(PeerCursor::default(), 50);
    let links = first.peers.iter().map(|idp| {
        let name = utf8_percent_encode(idp.entity_id().as_str(), NON_ALPHANUMERIC);
        format!(
            "<li><a href=\"/saml/login?idp={name}&amp;return_to=%2Fnotes\">{}</a></li>",
            escaped(idp.display_name())
        )
    });
    page(&format!("<ul>{}</ul>", links.collect::<String>()))
}

/// The same name at two identity providers is two people: an account is the pair of both.
async fn notes(user: SignedInUser) -> String {
    let name = user.name_id.as_ref().map_or("", |name| name.value.as_str());
    format!("notes of {name} at {}", user.idp)
}
