//! An application that was there before, behind SAML: sessions of its own, forms with tokens against forgery, HTML, JSON
//! and server-sent events, for two tenants, one below a path and one on a host of its own:
//! `cargo run --example existing_application -- idp.xml http://127.0.0.1:8080/north http://localhost:8080`.

#![forbid(unsafe_code)]

mod application;

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::App;
use application::Shop;
use saml_sp::web::{ServerSettings, mount, serve, together};
use saml_sp::{CookieSecurity, HostRule, IdpPeer, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::{MemoryStore, Store};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let idp = std::fs::read(arguments.next().ok_or("name the identity provider's metadata file")?)?;
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let tenant = |url: String| -> Result<ServiceProvider, Box<dyn Error>> {
        let mut config = ServiceProviderConfig::new(&url)?;
        config.site.host = HostRule::Own;
        if !config.site.public_url.is_https() {
            config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
        }
        let idp = IdpPeer::from_metadata(idp.clone(), IdpPeerPolicy::default())?;
        let builder = ServiceProvider::builder(config).identity_provider(idp).store(Arc::clone(&store));
        Ok(application::with_hooks(builder).build()?)
    };
    let tenants = arguments.map(tenant).collect::<Result<Vec<_>, _>>()?;
    let endpoints = together(tenants.iter().cloned().map(mount).collect::<Vec<_>>())?;
    let shops: Vec<_> = tenants.into_iter().map(Shop::of).collect();
    let app = move || {
        App::new().configure(endpoints.clone()).configure(|config| application::routes(&shops, config))
    };
    Ok(serve(app, TcpListener::bind(("127.0.0.1", 8080))?, ServerSettings::default())?.await?)
}
