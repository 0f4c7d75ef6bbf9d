//! An API beside the pages: whoever is not signed in gets 401 as a problem document, never a redirect:
//! `cargo run --example serve_an_api -- idp.xml`.

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use saml_sp::ServiceProvider;
use saml_sp::web::{SignedInUser, require_sign_in};
use serde_json::json;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    saml_examples::run(saml_examples::builder(saml_examples::loopback()?)?.build()?, routes).await
}

/// The application's own routes.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    let api = web::scope("/api").wrap(require_sign_in(sp).or_401()).route("/me", web::get().to(me));
    config.service(api);
}

/// The script of a page asks here; at 401 it sends the person to `login_url`.
async fn me(user: SignedInUser) -> HttpResponse {
    let name = user.name_id.as_ref().map(|name| &name.value);
    HttpResponse::Ok().json(json!({ "idp": user.idp.as_str(), "name": name }))
}
