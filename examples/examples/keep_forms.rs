//! A form that took long to fill in survives the end of the session: `cargo run --example keep_forms -- idp.xml`.

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use saml_examples::{escaped, page};
use saml_sp::ServiceProvider;
use saml_sp::web::{SignedInUser, require_sign_in};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    saml_examples::run(saml_examples::builder(saml_examples::loopback()?)?.build()?, routes).await
}

/// The application's own pages. Only this route keeps forms.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/orders")
            .wrap(require_sign_in(sp).keeping_forms())
            .route(web::get().to(form))
            .route(web::post().to(order)),
    );
}

async fn form(_user: SignedInUser) -> HttpResponse {
    page(
        "<form method=\"post\" action=\"/orders\"><textarea name=\"order\"></textarea><button>Order</button></form>",
    )
}

/// It comes here as it was posted the first time.
async fn order(_user: SignedInUser, form: web::Form<Vec<(String, String)>>) -> HttpResponse {
    let order = form.iter().find(|(name, _)| name == "order").map_or("", |(_, value)| value);
    page(&format!("Ordered: {}", escaped(order)))
}
