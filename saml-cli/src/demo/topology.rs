//! The addresses of the parties, and which party trusts which.

use std::error::Error;
use std::fmt;
use std::net::TcpListener;
use std::sync::Arc;

use actix_web::dev::{Server, ServerHandle};
use actix_web::{App, HttpResponse, web};
use saml_core::base::Secret;
use saml_idp::web::ServerSettings;
use saml_idp::{AttributeRelease, IdentityProvider, IdentityProviderConfig, SpPeerPolicy, UsersFile};
use saml_sp::{DecryptionKey, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig};
use saml_store::MemoryStore;

use super::application;
use super::pages::App as Page;
use crate::keygen::{KeyPair, KeyType};

/// The person of the demonstration.
pub const USER_NAME: &str = "ada";
/// Her password.
pub const PASSWORD: &str = "correct horse";

/// The identity provider, as people know it.
const IDENTITY_PROVIDER_NAME: &str = "Meadow ID";
const DAYS: u32 = 30;

/// A running demonstration.
pub struct Demo {
    /// The identity provider's public URL. The host name differs from the applications', so that a browser treats the
    /// parties as different sites, as they usually are.
    pub identity_provider: String,
    /// The first application.
    pub orchard: String,
    /// The second application.
    pub harbour: String,
    servers: Vec<Server>,
}

impl fmt::Debug for Demo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { identity_provider, orchard, harbour, servers: _ } = self;
        f.debug_struct("Demo")
            .field("identity_provider", identity_provider)
            .field("orchard", orchard)
            .field("harbour", harbour)
            .finish_non_exhaustive()
    }
}

impl Demo {
    /// Takes the ports, makes keys, exchanges metadata and starts three servers.
    ///
    /// # Errors
    /// A port is taken, or something could not be set up.
    pub async fn start(port: u16) -> Result<Self, Box<dyn Error + Send + Sync>> {
        if port > u16::MAX - 2 {
            return Err("there are no two ports after this one; --port chooses others".into());
        }
        let next = |offset| if port == 0 { 0 } else { port.saturating_add(offset) };
        let (idp_listener, idp_port) = listen(port)?;
        let (orchard_listener, orchard_port) = listen(next(1))?;
        let (harbour_listener, harbour_port) = listen(next(2))?;
        let identity_provider = format!("http://localhost:{idp_port}");
        let orchard = format!("http://127.0.0.1:{orchard_port}");
        let harbour = format!("http://127.0.0.1:{harbour_port}");

        let signer = Arc::new(KeyPair::generate("localhost", KeyType::Rsa2048, DAYS)?.signer()?);
        let idp_config = idp_config(&identity_provider)?;
        // Metadata goes both ways, so one side is described before the other exists.
        let unconnected = build_idp(idp_config.clone(), Vec::new(), Arc::clone(&signer))?;
        let idp_metadata = metadata(unconnected.metadata_xml())?;
        let mut applications = Vec::new();
        let mut described = Vec::new();
        for (page, url) in [(Page::Orchard, &orchard), (Page::Harbour, &harbour)] {
            let sp = build_sp(page, url, &idp_metadata)?;
            let policy = SpPeerPolicy {
                release: AttributeRelease::All,
                idp_initiated: false,
                ..SpPeerPolicy::default()
            };
            let peer = saml_idp::SpPeer::from_metadata(metadata(sp.metadata_xml())?, policy)?;
            described.push(peer.with_display_name(page.name()));
            applications.push((page, sp));
        }
        let idp = build_idp(idp_config, described, signer)?;

        let mut servers = vec![serve_idp(idp, idp_listener)?];
        let others = [(orchard_listener, harbour.clone()), (harbour_listener, orchard.clone())];
        for ((page, sp), (listener, other)) in applications.into_iter().zip(others) {
            servers.push(application::serve(page, sp, other, listener)?);
        }
        Ok(Self { identity_provider, orchard, harbour, servers })
    }

    /// Handles by which the servers can be stopped.
    #[must_use]
    pub fn handles(&self) -> Vec<ServerHandle> {
        self.servers.iter().map(Server::handle).collect()
    }

    /// Serves until the servers are stopped or the process is interrupted.
    ///
    /// # Errors
    /// A server failed.
    pub async fn serve(self) -> std::io::Result<()> {
        let running: Vec<_> = self.servers.into_iter().map(actix_web::rt::spawn).collect();
        for server in running {
            server.await.map_err(std::io::Error::other)??;
        }
        Ok(())
    }
}

fn listen(port: u16) -> std::io::Result<(TcpListener, u16)> {
    let named = |error: std::io::Error| {
        std::io::Error::new(
            error.kind(),
            format!("port {port} can't be taken; --port chooses others: {error}"),
        )
    };
    let listener = TcpListener::bind(("127.0.0.1", port)).map_err(named)?;
    let port = listener.local_addr()?.port();
    Ok((listener, port))
}

fn idp_config(public_url: &str) -> Result<IdentityProviderConfig, Box<dyn Error + Send + Sync>> {
    let mut config = IdentityProviderConfig::new(public_url)?;
    IDENTITY_PROVIDER_NAME.clone_into(&mut config.site.display_name);
    "demo-idp".clone_into(&mut config.site.cookie_name);
    config.site.cookies = saml_idp::CookieSecurity::InsecureLoopbackDevelopment;
    Ok(config)
}

fn build_idp(
    config: IdentityProviderConfig,
    service_providers: Vec<saml_idp::SpPeer>,
    signer: Arc<saml_core::crypto::LocalSigner>,
) -> Result<IdentityProvider, Box<dyn Error + Send + Sync>> {
    let mut secret = vec![0_u8; 32];
    openssl::rand::rand_bytes(&mut secret)?;
    let password = saml_idp::hash_password(&Secret::new(PASSWORD.as_bytes().to_vec()))?;
    let users = format!(
        "[users.{USER_NAME}]\npassword = \"{password}\"\n[users.{USER_NAME}.attributes]\n\
         displayName = [\"Ada Lovelace\"]\ngivenName = [\"Ada\"]\nsn = [\"Lovelace\"]\nmail = [\"ada@example.org\"]\n\
         eduPersonAffiliation = [\"member\", \"staff\"]\n"
    );
    Ok(IdentityProvider::builder(config)
        .service_providers(service_providers)
        .signer(signer)
        .authenticator(Arc::new(UsersFile::parse(&users)?))
        .persistent_id_secret(Secret::new(secret))
        .store(Arc::new(MemoryStore::new()))
        .build()?)
}

fn build_sp(
    page: Page,
    url: &str,
    idp_metadata: &[u8],
) -> Result<ServiceProvider, Box<dyn Error + Send + Sync>> {
    let mut config = ServiceProviderConfig::new(url)?;
    page.name().clone_into(&mut config.site.display_name);
    config.site.cookie_name = format!("demo-{}", page.name().to_lowercase());
    config.site.cookies = saml_sp::CookieSecurity::InsecureLoopbackDevelopment;
    let frame = page.frame();
    config.site.theme = frame.theme.map(str::to_owned);
    config.site.mark = frame.mark.map(str::to_owned);
    let idp = saml_sp::IdpPeer::from_metadata(idp_metadata.to_vec(), IdpPeerPolicy::default())?
        .with_display_name(IDENTITY_PROVIDER_NAME);
    let signer = Arc::new(KeyPair::generate("127.0.0.1", KeyType::Rsa2048, DAYS)?.signer()?);
    let encryption = KeyPair::generate("127.0.0.1", KeyType::Rsa2048, DAYS)?;
    let decryption_key = DecryptionKey::from_pem(&encryption.key_pem, &encryption.certificate_pem)?;
    Ok(ServiceProvider::builder(config)
        .identity_provider(idp)
        .signer(signer)
        .decryption_keys([decryption_key])
        .store(Arc::new(MemoryStore::new()))
        .build()?)
}

fn metadata<E: std::fmt::Display>(xml: Result<Vec<u8>, E>) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    xml.map_err(|error| error.to_string().into())
}

fn serve_idp(idp: IdentityProvider, listener: TcpListener) -> std::io::Result<Server> {
    let app = move || {
        App::new().configure(saml_idp::web::configure(idp.clone())).route("/", web::get().to(to_home))
    };
    let settings = ServerSettings { workers: 1, ..ServerSettings::default() };
    saml_idp::web::serve(app, listener, settings)
}

/// Where the identity provider's own page stands.
const HOME: &str = "/saml/home";

async fn to_home() -> HttpResponse {
    HttpResponse::SeeOther().insert_header(("location", HOME)).finish()
}
