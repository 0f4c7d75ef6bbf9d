//! Behind nginx, below a path that nginx takes away: `cargo run --example behind_a_prefix -- idp.xml`.
//!
//! ```nginx
//! location /shop/ {
//!     proxy_pass http://127.0.0.1:8080/;
//!     proxy_set_header Host $http_host;
//!     client_max_body_size 4m;
//! }
//! ```

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use saml_examples::page;
use saml_sp::web::{SignedInUser, require_sign_in};
use saml_sp::{ConfigError, ProxyPath, ServiceProvider, ServiceProviderConfig};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let config = settings("https://www.example.org/shop")?;
    saml_examples::run(saml_examples::builder(config)?.build()?, routes).await
}

/// The address is that of browsers, whatever comes through the proxy: endpoints, metadata, entity ID, cookies and the way
/// back follow from it, and nothing of it is read from a header.
///
/// # Errors
/// Not an address with a path.
pub fn settings(public_url: &str) -> Result<ServiceProviderConfig, ConfigError> {
    let mut config = ServiceProviderConfig::new(public_url)?;
    // Without the slash after the port nginx would pass the path on: then it is `Kept`, the default.
    config.site.proxy_path = ProxyPath::TakenAway;
    Ok(config)
}

/// The application's own pages, at the paths that nginx asks for.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config.service(web::resource("/cart").wrap(require_sign_in(sp)).route(web::get().to(cart)));
}

/// Links in pages are for browsers: they begin with the path that nginx took away.
async fn cart(_user: SignedInUser) -> HttpResponse {
    page("Your cart is empty. <a href=\"/shop/cart?page=2\">Next page</a>")
}
