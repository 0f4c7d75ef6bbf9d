//! A service provider with the settings that most installations change:
//! `cargo run --example configuration -- https://app.example.com conf`.
//!
//! The folder holds `idp.xml`, the identity provider's metadata, and `sp.key` and `sp.crt`, an RSA key with its
//! certificate, as `saml keygen` makes them.

#![forbid(unsafe_code)]

use std::error::Error;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{App, web};
use saml_core::base::danger::{Relaxation, Relaxations};
use saml_core::crypto::{Certificate, LocalSigner, PeerPolicy, PrivateKey, SignatureAlgorithm};
use saml_core::validation::SignatureDemand;
use saml_sp::web::{ServerSettings, SignedInUser, configure, require_sign_in, serve};
use saml_sp::{
    DecryptionKey, DeepLink, IdpPeer, IdpPeerPolicy, Lifetimes, ServiceProvider, ServiceProviderConfig,
};
use saml_store::MemoryStore;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("name the public URL")?;
    let folder = arguments.next().ok_or("name the folder with the keys")?;
    let sp = service_provider(&url, Path::new(&folder))?;
    let app = move || App::new().configure(configure(sp.clone())).configure(|config| routes(&sp, config));
    Ok(serve(app, TcpListener::bind(("127.0.0.1", 8080))?, ServerSettings::default())?.await?)
}

/// The whole service provider from a folder.
///
/// # Errors
/// A file is missing or malformed, or the settings contradict each other.
pub fn service_provider(url: &str, folder: &Path) -> Result<ServiceProvider, Box<dyn Error>> {
    let mut config = ServiceProviderConfig::new(url)?;
    settings(&mut config)?;
    let (key, certificate) =
        (fs::read_to_string(folder.join("sp.key"))?, fs::read_to_string(folder.join("sp.crt"))?);
    let signer = LocalSigner::new(PrivateKey::from_pem(&key)?, SignatureAlgorithm::RsaSha256)?
        .with_certificate(Certificate::from_pem(&certificate)?)?;
    let idp = IdpPeer::from_metadata(fs::read(folder.join("idp.xml"))?, policy())?;
    Ok(ServiceProvider::builder(config)
        .identity_provider(idp)
        .signer(Arc::new(signer))
        // The metadata offers this key: identity providers that can encrypt will.
        .decryption_keys([DecryptionKey::from_pem(&key, &certificate)?])
        .store(Arc::new(MemoryStore::new()))
        .build()?)
}

/// Changes the settings of the service provider that most installations change.
///
/// # Errors
/// A path that can't be one.
pub fn settings(config: &mut ServiceProviderConfig) -> Result<(), Box<dyn Error>> {
    config.site.display_name = "Orchard".to_owned();
    config.site.cookie_name = "orchard".to_owned();
    config.default_return_to = "/start".to_owned();
    config.deep_links = vec![DeepLink::below("/reports")?];
    config.lifetimes = Lifetimes { session: Duration::from_secs(60 * 60), ..Lifetimes::default() };
    Ok(())
}

/// The policy for the identity provider: what it must sign, and what it is allowed beyond the defaults.
#[must_use]
pub fn policy() -> IdpPeerPolicy {
    IdpPeerPolicy {
        signatures: SignatureDemand::Assertion,
        // Costs what `saml_core::base::danger` says, for this peer only, and shows in each verdict that needed it.
        permitted: PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited)),
        ..IdpPeerPolicy::default()
    }
}

/// The application's own pages.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config.service(
        web::scope("")
            .wrap(require_sign_in(sp))
            .route("/start", web::get().to(start))
            .route("/reports/{id}", web::get().to(report)),
    );
}

async fn start(user: SignedInUser) -> String {
    format!("start of {}", name(&user))
}

async fn report(user: SignedInUser, id: web::Path<String>) -> String {
    format!("report {id} of {}", name(&user))
}

fn name(user: &SignedInUser) -> &str {
    user.attribute("urn:oid:2.16.840.1.113730.3.1.241").unwrap_or("somebody")
}
