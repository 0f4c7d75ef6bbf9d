//! Small programs, one per task: see the `examples` targets of this package. Here stands what they share, so that each
//! shows its own task alone; `protect_an_application` is whole by itself.

#![forbid(unsafe_code)]

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::{App, HttpResponse, web};
use saml_sp::web::{ServerSettings, configure, serve};
use saml_sp::{
    ConfigError, CookieSecurity, IdpPeer, IdpPeerPolicy, ServiceProvider, ServiceProviderBuilder,
    ServiceProviderConfig,
};
use saml_store::MemoryStore;

/// Settings for this machine: plain HTTP, on a loopback address.
///
/// # Errors
/// None that happens.
pub fn loopback() -> Result<ServiceProviderConfig, ConfigError> {
    let mut config = ServiceProviderConfig::new("http://127.0.0.1:8080")?;
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    Ok(config)
}

/// A service provider, to be built, that trusts the identity providers whose metadata files the command line names.
///
/// # Errors
/// A file is missing, or is not the metadata of an identity provider.
pub fn builder(config: ServiceProviderConfig) -> Result<ServiceProviderBuilder, Box<dyn Error>> {
    let peer = |path| Ok(IdpPeer::from_metadata(std::fs::read(path)?, IdpPeerPolicy::default())?);
    let peers: Result<Vec<IdpPeer>, Box<dyn Error>> = std::env::args().skip(1).map(peer).collect();
    let store = Arc::new(MemoryStore::new());
    Ok(ServiceProvider::builder(config).identity_providers(peers?).store(store))
}

/// Serves the endpoints of `sp` and the application's own `routes` on `127.0.0.1:8080`, until the process is told to end.
///
/// # Errors
/// The port is taken.
pub async fn run(
    sp: ServiceProvider,
    routes: fn(&ServiceProvider, &mut web::ServiceConfig),
) -> Result<(), Box<dyn Error>> {
    let app = move || App::new().configure(configure(sp.clone())).configure(|config| routes(&sp, config));
    let listener = TcpListener::bind(("127.0.0.1", 8080))?;
    Ok(serve(app, listener, ServerSettings::default())?.await?)
}

/// A page with this content, which is markup.
#[must_use]
pub fn page(content: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html><html lang=\"en\"><head><title>Example</title><link rel=\"icon\" href=\"data:,\"></head>\
         <body><main>{content}</main></body></html>"
    ))
}

/// A text as markup.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The README's program compiles.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;

/// The guide's snippets compile.
#[cfg(doctest)]
#[doc = include_str!("../../docs/integrate.md")]
pub struct Integrate;

/// The settings of the guide to the pages do what it says.
#[cfg(doctest)]
#[doc = include_str!("../../docs/pages.md")]
pub struct Pages;
