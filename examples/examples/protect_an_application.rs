//! Puts an actix-web application behind an identity provider: `cargo run --example protect_an_application -- idp.xml`.
//!
//! With `saml demo` running, `http://localhost:8700/saml/metadata` is such a file; the identity provider must be told
//! of this application too before it sends anybody here.

#![forbid(unsafe_code)]

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::{App, web};
use saml_sp::web::{ServerSettings, SignedInUser, configure, require_sign_in, serve};
use saml_sp::{CookieSecurity, IdpPeer, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::MemoryStore;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the identity provider's metadata file")?;
    let idp = IdpPeer::from_metadata(std::fs::read(path)?, IdpPeerPolicy::default())?;
    let mut config = ServiceProviderConfig::new("http://127.0.0.1:8080")?;
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let sp = ServiceProvider::builder(config)
        .identity_provider(idp)
        .store(Arc::new(MemoryStore::default()))
        .build()?;
    let app = move || {
        let closed = web::scope("").wrap(require_sign_in(&sp)).route("/", web::get().to(hello));
        App::new().configure(configure(sp.clone())).service(closed)
    };
    let listener = TcpListener::bind(("127.0.0.1", 8080))?;
    Ok(serve(app, listener, ServerSettings::default())?.await?)
}

async fn hello(user: SignedInUser) -> String {
    format!("Signed in by {}", user.idp)
}
