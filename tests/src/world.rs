//! Identity providers and service providers that know each other, each with its server.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use actix_web::App;
use saml_cli::keygen::{KeyPair, KeyType};
use saml_core::base::Secret;
use saml_core::crypto::LocalSigner;
use saml_idp::{
    AttributeRelease, IdentityProvider, IdentityProviderBuilder, IdentityProviderConfig, SpPeerPolicy,
    UsersFile,
};
use saml_sp::web::{ServerSettings, StoppedBy, serve as bounded};
use saml_sp::{DecryptionKey, IdpPeerPolicy, ServiceProvider, ServiceProviderBuilder, ServiceProviderConfig};
use saml_store::{MemoryStore, Store};

use crate::application::{self, Routes};
use crate::client::{Client, Reply};
use crate::people::users;
pub use crate::people::{ADA, BOB, PASSWORD};
use crate::served::{Served, listen};

/// Where parties live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosting {
    /// `https://NAME.example.org`, as it is meant to be. Only [`Client`] finds them: TLS is somebody else's.
    Https,
    /// Identity providers on `http://localhost`, service providers on `http://127.0.0.1`: different sites to a
    /// browser.
    Loopback,
}

/// An identity provider to be.
pub struct IdpPlan {
    name: &'static str,
    configure: Box<dyn FnOnce(&mut IdentityProviderConfig)>,
    build: fn(IdentityProviderBuilder) -> IdentityProviderBuilder,
    store: Arc<dyn Store>,
}

impl IdpPlan {
    /// An identity provider with the default settings.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            configure: Box::new(|_| ()),
            build: |builder| builder,
            store: Arc::new(MemoryStore::new()),
        }
    }

    /// With these settings.
    #[must_use]
    pub fn configured(mut self, configure: impl FnOnce(&mut IdentityProviderConfig) + 'static) -> Self {
        self.configure = Box::new(configure);
        self
    }

    /// Built with something more.
    #[must_use]
    pub fn built(mut self, build: fn(IdentityProviderBuilder) -> IdentityProviderBuilder) -> Self {
        self.build = build;
        self
    }

    /// With this memory.
    #[must_use]
    pub fn storing(self, store: impl Store + 'static) -> Self {
        self.sharing(Arc::new(store))
    }

    /// With this memory, which others may have too.
    #[must_use]
    pub fn sharing(mut self, store: Arc<dyn Store>) -> Self {
        self.store = store;
        self
    }
}

/// A service provider to be.
pub struct SpPlan {
    name: &'static str,
    configure: Box<dyn FnOnce(&mut ServiceProviderConfig)>,
    build: Box<dyn FnOnce(ServiceProviderBuilder) -> ServiceProviderBuilder>,
    store: Arc<dyn Store>,
    idp_policy: IdpPeerPolicy,
    sp_policy: SpPeerPolicy,
    signs: bool,
    decryption_keys: Vec<DecryptionKey>,
    idp_metadata: fn(String) -> String,
    routes: Routes,
}

impl SpPlan {
    /// A service provider with the default settings and a key, which gets all attributes.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            configure: Box::new(|_| ()),
            build: Box::new(|builder| builder),
            store: Arc::new(MemoryStore::new()),
            idp_policy: IdpPeerPolicy::default(),
            sp_policy: SpPeerPolicy { release: AttributeRelease::All, ..SpPeerPolicy::default() },
            signs: true,
            decryption_keys: Vec::new(),
            idp_metadata: |xml| xml,
            routes: application::routes,
        }
    }

    /// With these pages of the application in place of the usual ones.
    #[must_use]
    pub fn serving(mut self, routes: Routes) -> Self {
        self.routes = routes;
        self
    }

    /// With these settings.
    #[must_use]
    pub fn configured(mut self, configure: impl FnOnce(&mut ServiceProviderConfig) + 'static) -> Self {
        self.configure = Box::new(configure);
        self
    }

    /// With this memory.
    #[must_use]
    pub fn storing(mut self, store: impl Store + 'static) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Built with something more.
    #[must_use]
    pub fn built(
        mut self,
        build: impl FnOnce(ServiceProviderBuilder) -> ServiceProviderBuilder + 'static,
    ) -> Self {
        self.build = Box::new(build);
        self
    }

    /// With this policy towards every identity provider.
    #[must_use]
    pub fn with_idp_policy(mut self, policy: IdpPeerPolicy) -> Self {
        self.idp_policy = policy;
        self
    }

    /// Treated so by every identity provider.
    #[must_use]
    pub fn treated(mut self, change: impl FnOnce(&mut SpPeerPolicy)) -> Self {
        change(&mut self.sp_policy);
        self
    }

    /// Without a key.
    #[must_use]
    pub fn unsigned(mut self) -> Self {
        self.signs = false;
        self
    }

    /// With these keys, to which is encrypted.
    #[must_use]
    pub fn decrypting(mut self, keys: Vec<DecryptionKey>) -> Self {
        self.decryption_keys = keys;
        self
    }

    /// Told something else about the identity providers than they say.
    #[must_use]
    pub fn reading_idp_metadata_as(mut self, change: fn(String) -> String) -> Self {
        self.idp_metadata = change;
        self
    }
}

/// A running identity provider.
pub struct Idp {
    /// Its name in this world.
    pub name: &'static str,
    /// Its public URL.
    pub url: String,
    /// Its state machine, the very one that is served.
    pub provider: IdentityProvider,
    /// Its key.
    pub signer: Arc<LocalSigner>,
}

impl Idp {
    /// Its entity ID.
    #[must_use]
    pub fn entity_id(&self) -> String {
        self.provider.config().site.entity_id.to_string()
    }

    /// The URL of a path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

/// A running service provider.
pub struct Sp {
    /// Its name in this world.
    pub name: &'static str,
    /// Its public URL.
    pub url: String,
    /// Its state machine, the very one that is served.
    pub provider: ServiceProvider,
    /// Its key.
    pub signer: Option<Arc<LocalSigner>>,
    routes: Routes,
}

impl Sp {
    /// Its entity ID.
    #[must_use]
    pub fn entity_id(&self) -> String {
        self.provider.config().site.entity_id.to_string()
    }

    /// The URL of a path.
    #[must_use]
    pub fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Where answers arrive.
    #[must_use]
    pub fn acs(&self) -> String {
        self.provider.config().acs_url()
    }
}

/// Parties that run until this is dropped.
pub struct World {
    /// The identity providers.
    pub idps: Vec<Idp>,
    /// The service providers.
    pub sps: Vec<Sp>,
    addresses: Vec<(String, SocketAddr)>,
    _served: Served,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}

impl World {
    /// One identity provider, `idp`, and one service provider, `app`.
    #[must_use]
    pub fn small() -> Self {
        Self::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")])
    }

    /// Starts all parties; every one knows all of the other kind.
    #[must_use]
    pub fn new(hosting: Hosting, idp_plans: Vec<IdpPlan>, sp_plans: Vec<SpPlan>) -> Self {
        crate::journal::keep();
        let mut addresses = Vec::new();
        let mut listeners = Vec::new();
        let mut place = |name: &str, loopback: &str| {
            let (listener, port) = listen();
            let url = match hosting {
                Hosting::Https => format!("https://{name}.example.org"),
                Hosting::Loopback => format!("http://{loopback}:{port}"),
            };
            addresses.push((url.clone(), listener.local_addr().unwrap()));
            listeners.push(listener);
            url
        };
        let idp_urls: Vec<String> = idp_plans.iter().map(|plan| place(plan.name, "localhost")).collect();
        let sp_urls: Vec<String> = sp_plans.iter().map(|plan| place(plan.name, "127.0.0.1")).collect();

        let drafts: Vec<IdpDraft> = idp_plans
            .into_iter()
            .zip(&idp_urls)
            .map(|(plan, url)| IdpDraft::new(plan, url, hosting))
            .collect();
        let metadata: Vec<(String, String)> =
            drafts.iter().map(|draft| (draft.metadata(), draft.config.site.display_name.clone())).collect();
        let sps: Vec<(Sp, SpPeerPolicy)> =
            sp_plans.into_iter().zip(&sp_urls).map(|(plan, url)| sp(plan, url, hosting, &metadata)).collect();
        let idps: Vec<Idp> = drafts.into_iter().map(|draft| draft.finish(&sps)).collect();
        let sps: Vec<Sp> = sps.into_iter().map(|(sp, _)| sp).collect();

        let served = serve(&idps, &sps, listeners);
        Self { idps, sps, addresses, _served: served }
    }

    /// The identity provider of this name.
    #[must_use]
    pub fn idp(&self, name: &str) -> &Idp {
        self.idps.iter().find(|idp| idp.name == name).unwrap()
    }

    /// The service provider of this name.
    #[must_use]
    pub fn sp(&self, name: &str) -> &Sp {
        self.sps.iter().find(|sp| sp.name == name).unwrap()
    }

    /// The socket where a URL of one of them is served.
    ///
    /// # Panics
    /// It is nobody's.
    #[must_use]
    pub fn address(&self, url: &str) -> SocketAddr {
        let found = self.addresses.iter().find(|(origin, _)| url.starts_with(origin.as_str()));
        found.unwrap_or_else(|| panic!("nobody serves {url}")).1
    }

    /// A browser without cookies that finds all of them.
    #[must_use]
    pub fn client(&self) -> Client {
        Client::new(self.addresses.iter().cloned())
    }

    /// Goes from a protected page of the first service provider to the login page, if one is shown, and signs in: the
    /// page with the answer.
    #[must_use]
    pub fn answer_for(&self, client: &mut Client, user: &str) -> Reply {
        let login = client.visit(&self.sps[0].at("/private"));
        assert_eq!(login.status, 200, "{}", login.body);
        if login.body.contains("name=\"SAMLResponse\"") {
            return login;
        }
        let form = login.form().with("user_name", user).with("password", PASSWORD);
        let answer = client.submit(&form, &login.url);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }

    /// Signs in to the first service provider: the page that was asked for.
    #[must_use]
    pub fn sign_in(&self, client: &mut Client) -> Reply {
        let answer = self.answer_for(client, ADA);
        client.submit(&answer.form(), &answer.url)
    }

    /// Presses the button of the first service provider's own page that ends the session there.
    #[must_use]
    pub fn sign_out(&self, client: &mut Client) -> Reply {
        let page = client.get(&self.sps[0].at("/sign-out"));
        client.press(&page.form(), &page.url)
    }
}

struct IdpDraft {
    name: &'static str,
    url: String,
    config: IdentityProviderConfig,
    build: fn(IdentityProviderBuilder) -> IdentityProviderBuilder,
    store: Arc<dyn Store>,
    signer: Arc<LocalSigner>,
}

impl IdpDraft {
    fn new(plan: IdpPlan, url: &str, hosting: Hosting) -> Self {
        let mut config = IdentityProviderConfig::new(url).unwrap();
        config.site.display_name = display_name(plan.name);
        plan.name.clone_into(&mut config.site.cookie_name);
        if hosting == Hosting::Loopback {
            config.site.cookies = saml_idp::CookieSecurity::InsecureLoopbackDevelopment;
        }
        (plan.configure)(&mut config);
        let (name, url, signer) = (plan.name, url.to_owned(), signer(plan.name));
        Self { name, url, config, build: plan.build, store: plan.store, signer }
    }

    fn build(&self, service_providers: Vec<saml_idp::SpPeer>) -> IdentityProvider {
        (self.build)(IdentityProvider::builder(self.config.clone()))
            .service_providers(service_providers)
            .signer(self.signer.clone())
            .authenticator(Arc::new(UsersFile::parse(users()).unwrap()))
            .persistent_id_secret(Secret::new(vec![7; 32]))
            .store(Arc::clone(&self.store))
            .build()
            .unwrap()
    }

    /// Metadata goes both ways, so one side is described before the other exists.
    fn metadata(&self) -> String {
        let xml = self.build(Vec::new()).metadata_xml().unwrap_or_else(|error| panic!("{error}"));
        String::from_utf8(xml).unwrap()
    }

    fn finish(self, sps: &[(Sp, SpPeerPolicy)]) -> Idp {
        let described = sps.iter().map(|(sp, policy)| {
            let xml = sp.provider.metadata_xml().unwrap_or_else(|error| panic!("{error}"));
            let peer = saml_idp::SpPeer::from_metadata(xml, policy.clone()).unwrap();
            peer.with_display_name(&display_name(sp.name))
        });
        let provider = self.build(described.collect());
        Idp { name: self.name, url: self.url, provider, signer: self.signer }
    }
}

fn sp(plan: SpPlan, url: &str, hosting: Hosting, idps: &[(String, String)]) -> (Sp, SpPeerPolicy) {
    let mut config = ServiceProviderConfig::new(url).unwrap();
    config.site.display_name = display_name(plan.name);
    plan.name.clone_into(&mut config.site.cookie_name);
    if hosting == Hosting::Loopback {
        config.site.cookies = saml_sp::CookieSecurity::InsecureLoopbackDevelopment;
    }
    (plan.configure)(&mut config);
    let idps = idps.iter().map(|(xml, name)| {
        let xml = (plan.idp_metadata)(xml.clone()).into_bytes();
        let idp = saml_sp::IdpPeer::from_metadata(xml, plan.idp_policy.clone()).unwrap();
        idp.with_display_name(name)
    });
    let signer = plan.signs.then(|| signer(plan.name));
    let key = signer.clone().map(|signer| signer as Arc<dyn saml_core::crypto::Signer>);
    let mut builder = (plan.build)(ServiceProvider::builder(config))
        .identity_providers(idps)
        .store(plan.store)
        .decryption_keys(plan.decryption_keys);
    if let Some(key) = key {
        builder = builder.signer(key);
    }
    let provider = builder.build().unwrap();
    (Sp { name: plan.name, url: url.to_owned(), provider, signer, routes: plan.routes }, plan.sp_policy)
}

fn display_name(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    format!("{}{}", first.to_uppercase(), rest.replace('-', " "))
}

fn signer(name: &str) -> Arc<LocalSigner> {
    Arc::new(KeyPair::generate(name, KeyType::P256, 30).unwrap().signer().unwrap())
}

fn serve(idps: &[Idp], sps: &[Sp], listeners: Vec<std::net::TcpListener>) -> Served {
    let idps: Vec<IdentityProvider> = idps.iter().map(|idp| idp.provider.clone()).collect();
    let sps: Vec<(ServiceProvider, Routes)> = sps.iter().map(|sp| (sp.provider.clone(), sp.routes)).collect();
    let settings = ServerSettings { workers: 2, stopped_by: StoppedBy::Handle, ..ServerSettings::default() };
    Served::start(move || {
        let mut listeners = listeners.into_iter();
        let mut servers = Vec::new();
        for idp in idps {
            let app = move || App::new().configure(saml_idp::web::configure(idp.clone()));
            servers.push(bounded(app, listeners.next().unwrap(), settings).unwrap());
        }
        for (sp, routes) in sps {
            let app = move || {
                let endpoints = saml_sp::web::configure(sp.clone());
                App::new().configure(endpoints).configure(|config| routes(&sp, config))
            };
            servers.push(bounded(app, listeners.next().unwrap(), settings).unwrap());
        }
        servers
    })
}
