//! An application with sessions of its own: `cargo run --manifest-path examples/actix-session/Cargo.toml -- idp.xml`.

#![forbid(unsafe_code)]

mod application;

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::App;
use saml_sp::web::{ServerSettings, configure, serve};
use saml_sp::{CookieSecurity, IdpPeer, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::MemoryStore;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the identity provider's metadata file")?;
    let idp = IdpPeer::from_metadata(std::fs::read(path)?, IdpPeerPolicy::default())?;
    let mut config = ServiceProviderConfig::new("http://127.0.0.1:8080")?;
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let store = Arc::new(MemoryStore::default());
    let sp = ServiceProvider::builder(config).identity_provider(idp).store(store).build()?;
    let app = move || {
        App::new().configure(configure(sp.clone())).configure(|config| application::routes(&sp, config))
    };
    Ok(serve(app, TcpListener::bind(("127.0.0.1", 8080))?, ServerSettings::default())?.await?)
}
