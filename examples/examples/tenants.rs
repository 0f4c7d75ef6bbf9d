//! Three tenants in one program, two by path and one by host, each with its own service provider:
//! `cargo run --example tenants -- idp.xml`.

#![forbid(unsafe_code)]

use std::error::Error;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::{App, guard, web};
use saml_sp::web::{ServerSettings, SignedInUser, mount, require_sign_in, serve, together};
use saml_sp::{HostRule, IdpPeer, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::{MemoryStore, Store};

/// Where the tenants stand. North and south share an origin: their pages can read each other, so that they must trust
/// each other. East trusts nobody, and has a host of its own.
pub const TENANTS: [(&str, HostRule); 3] = [
    ("https://app.example.org/north", HostRule::Any),
    ("https://app.example.org/south", HostRule::Any),
    ("https://east.example.org", HostRule::Own),
];

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("name the identity provider's metadata file")?;
    let tenants = tenants(&std::fs::read(path)?)?;
    // An error if two of them would answer at one address.
    let endpoints = together(tenants.iter().cloned().map(mount).collect::<Vec<_>>())?;
    let app = move || App::new().configure(endpoints.clone()).configure(|config| routes(&tenants, config));
    // Plain HTTP for the proxy in front, which ends TLS.
    Ok(serve(app, TcpListener::bind(("127.0.0.1", 8080))?, ServerSettings::default())?.await?)
}

/// All tenants. One store is enough: what it holds is bound to the tenant's entity ID.
///
/// # Errors
/// The metadata can't be used.
pub fn tenants(idp: &[u8]) -> Result<Vec<ServiceProvider>, Box<dyn Error>> {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let tenant = |(url, host): (&str, HostRule)| {
        let mut config = ServiceProviderConfig::new(url)?;
        config.site.host = host;
        // A tenant may trust identity providers of its own; here all have the same one.
        let idp = IdpPeer::from_metadata(idp.to_vec(), IdpPeerPolicy::default())?;
        Ok(ServiceProvider::builder(config).identity_provider(idp).store(Arc::clone(&store)).build()?)
    };
    TENANTS.into_iter().map(tenant).collect()
}

/// The pages of each tenant, behind a guard that names its service provider.
pub fn routes(tenants: &[ServiceProvider], config: &mut web::ServiceConfig) {
    for sp in tenants {
        let site = sp.config().site;
        config.service(
            web::resource(site.start_page())
                .guard(guard::Host(site.public_url.authority()))
                .app_data(web::Data::new(site.entity_id.clone()))
                .wrap(require_sign_in(sp))
                .route(web::get().to(start)),
        );
    }
}

async fn start(user: SignedInUser, tenant: web::Data<saml_sp::EntityId>) -> String {
    format!("signed in at {} by {}", tenant.as_str(), user.idp)
}
