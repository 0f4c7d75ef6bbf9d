//! Several entities in one program: by path, by host, behind a proxy that takes a path away; and peers that change while
//! logins go on.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use actix_web::{App, HttpResponse, web};
use saml_cli::keygen::{KeyPair, KeyType};
use saml_core::base::Secret;
use saml_idp::{AttributeRelease, IdentityProvider, IdentityProviderConfig, SpPeer, SpPeerPolicy, UsersFile};
use saml_sp::web::{ServerSettings, SignedInUser, StoppedBy, require_sign_in, serve, together};
use saml_sp::{HostRule, IdpPeer, IdpPeerPolicy, ProxyPath, ServiceProvider, ServiceProviderConfig};
use saml_store::{MemoryStore, Store};
use saml_tests::client::{Client, Reply, host};
use saml_tests::message::now;
use saml_tests::served::Served;
use saml_tests::step::step;

const PASSWORD: &str = "correct horse";

/// Two service providers below paths of one host, two on hosts of their own with the same path, and an identity provider
/// beside them: all in one `App`, all on one store.
const APPS: [(&str, &str, HostRule, ProxyPath); 4] = [
    ("https://example.org/north", "/saml", HostRule::Any, ProxyPath::Kept),
    ("https://example.org/south", "/sso/v2", HostRule::Any, ProxyPath::Kept),
    ("https://east.example", "/saml", HostRule::Own, ProxyPath::Kept),
    ("https://west.example", "/saml", HostRule::Own, ProxyPath::Kept),
];
const IDP: &str = "https://login.example/idp";

struct Program {
    sps: Vec<ServiceProvider>,
    idp: IdentityProvider,
    address: SocketAddr,
    _served: Served,
}

fn signer(name: &str) -> Arc<saml_core::crypto::LocalSigner> {
    Arc::new(KeyPair::generate(name, KeyType::P256, 30).unwrap().signer().unwrap())
}

fn service_provider(
    (url, mount, host, proxy_path): (&str, &str, HostRule, ProxyPath),
    idp: &[u8],
    store: &Arc<dyn Store>,
) -> ServiceProvider {
    let mut config = ServiceProviderConfig::mounted_at(url, mount).unwrap();
    (config.site.host, config.site.proxy_path) = (host, proxy_path);
    let peer = IdpPeer::from_metadata(idp.to_vec(), IdpPeerPolicy::default()).unwrap();
    ServiceProvider::builder(config).identity_provider(peer).store(Arc::clone(store)).build().unwrap()
}

fn identity_provider(url: &str, host: HostRule, store: &Arc<dyn Store>) -> IdentityProvider {
    let mut config = IdentityProviderConfig::new(url).unwrap();
    config.site.host = host;
    let hash = saml_idp::hash_password(&Secret::new(PASSWORD.as_bytes().to_vec())).unwrap();
    let users: String = (0..8)
        .map(|n| format!("[users.ada{n}]\npassword = \"{hash}\"\n[users.ada{n}.attributes]\n"))
        .collect();
    IdentityProvider::builder(config)
        .signer(signer("idp"))
        .authenticator(Arc::new(UsersFile::parse(&users).unwrap()))
        .persistent_id_secret(Secret::new(vec![7; 32]))
        .store(Arc::clone(store))
        .build()
        .unwrap()
}

fn known_to(idp: &IdentityProvider, sp: &ServiceProvider) {
    let policy = SpPeerPolicy { release: AttributeRelease::All, ..SpPeerPolicy::default() };
    idp.add_service_provider(SpPeer::from_metadata(sp.metadata_xml().unwrap(), policy).unwrap()).unwrap();
}

async fn who(user: SignedInUser) -> HttpResponse {
    HttpResponse::Ok().body(format!("signed in by {}", user.idp))
}

/// The path at which a page of an application arrives.
fn page_of(sp: &ServiceProvider) -> String {
    let site = sp.config().site;
    match site.proxy_path {
        ProxyPath::Kept => format!("{}/page", site.public_url.path()),
        ProxyPath::TakenAway => "/page".to_owned(),
    }
}

fn page_url(sp: &ServiceProvider) -> String {
    format!("{}/page", sp.config().site.public_url)
}

impl Program {
    fn start() -> Self {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let idp = identity_provider(IDP, HostRule::Own, &store);
        let metadata = idp.metadata_xml().unwrap();
        let sps: Vec<ServiceProvider> =
            APPS.iter().map(|app| service_provider(*app, &metadata, &store)).collect();
        sps.iter().for_each(|sp| known_to(&idp, sp));
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let mounts = sps.iter().cloned().map(saml_sp::web::mount).chain([saml_idp::web::mount(idp.clone())]);
        let endpoints = together(mounts.collect::<Vec<_>>()).unwrap();
        let applications = sps.clone();
        let _served = Served::start(move || {
            let app = move || {
                let mut app = App::new().configure(endpoints.clone());
                for sp in &applications {
                    let authority = sp.config().site.public_url.authority().to_owned();
                    app = app.service(
                        web::resource(page_of(sp))
                            .guard(actix_web::guard::Host(authority))
                            .wrap(require_sign_in(sp))
                            .route(web::get().to(who)),
                    );
                }
                app
            };
            let settings =
                ServerSettings { workers: 1, stopped_by: StoppedBy::Handle, ..ServerSettings::default() };
            vec![serve(app, listener, settings).unwrap()]
        });
        Self { sps, idp, address, _served }
    }

    fn client(&self) -> Client {
        let origins =
            ["https://example.org", "https://east.example", "https://west.example", "https://login.example"];
        Client::new(origins.map(|origin| (origin.to_owned(), self.address)))
    }
}

/// From a page of an application through the login page to the page with the answer, which is not posted.
fn answer(client: &mut Client, url: &str, user: &str) -> Reply {
    let reply = client.visit(url);
    assert_eq!(reply.status, 200, "{url}: {}", reply.body);
    if reply.body.contains("name=\"SAMLResponse\"") {
        return reply;
    }
    let form = reply.form().with("user_name", user).with("password", PASSWORD);
    client.submit(&form, &reply.url)
}

fn sign_in(client: &mut Client, url: &str, user: &str) -> Reply {
    let answer = answer(client, url, user);
    assert_eq!(answer.status, 200, "{}", answer.body);
    client.submit(&answer.form(), &answer.url)
}

#[test]
fn each_serves_its_own_metadata_and_signs_in_at_its_own_place() {
    let program = Program::start();
    for sp in &program.sps {
        let site = sp.config().site;
        let mut client = program.client();
        let metadata = client.get(&site.url("/metadata"));
        assert!(metadata.body.contains(&format!("entityID=\"{}\"", site.entity_id)), "{}", metadata.body);
        assert!(metadata.body.contains(&format!("Location=\"{}\"", site.url("/acs"))), "{}", metadata.body);
        let page = sign_in(&mut client, &format!("{}?a=b", page_url(sp)), "ada0");
        assert_eq!(page.body, format!("signed in by {}", program.idp.config().site.entity_id));
        assert_eq!(page.url, format!("{}?a=b", page_url(sp)));
        let cookies = client.cookie_names(host(&page.url)).len();
        assert_eq!(cookies, 3, "the browser, its logins, and the session");
    }
}

/// For each pair: a session, an answer and a browser's cookie of one are nothing at another, though they share a store,
/// and two of them a host.
#[test]
fn nothing_of_one_counts_for_another() {
    let program = Program::start();
    for (number, one) in program.sps.iter().enumerate() {
        let mut client = program.client();
        let waiting = answer(&mut client, &page_url(one), "ada1");
        let response = waiting.form().value("SAMLResponse").to_owned();
        for (other_number, other) in program.sps.iter().enumerate() {
            if number == other_number {
                continue;
            }
            let site = other.config().site;
            let posted = client.post(&site.url("/acs"), &[("SAMLResponse", &response)]);
            assert_eq!(posted.status, 403, "{number} at {other_number}: {}", posted.body);
        }
        let page = client.submit(&waiting.form(), &waiting.url);
        assert!(page.body.contains("signed in"), "{}", page.body);
        let name = |sp: &ServiceProvider| {
            let site = sp.config().site;
            format!("__Host-saml-{}-session", site.cookie_tag())
        };
        let session = client.cookie(host(&page.url), &name(one)).unwrap().to_owned();
        for other in
            program.sps.iter().filter(|other| other.config().site.entity_id != one.config().site.entity_id)
        {
            let mut thief = program.client();
            let (url, own) = (page_url(other), name(other));
            assert_ne!(own, name(one));
            thief.set_cookie(host(&url), &own, &session);
            thief.set_cookie(host(&url), &name(one), &session);
            assert_eq!(thief.get(&url).status, 303, "{url}: a session of {}", page_url(one));
        }
    }
}

#[test]
fn the_same_path_on_another_host_is_another_entity() {
    let program = Program::start();
    let mut client = Client::new([
        ("https://east.example".to_owned(), program.address),
        ("https://nobody.example".to_owned(), program.address),
    ]);
    assert_eq!(client.get("https://east.example/saml/metadata").status, 200);
    assert_eq!(client.get("https://nobody.example/saml/metadata").status, 404);
}

/// Behind `location /app/ { proxy_pass …/; }`: requests come without the path that browsers see.
#[test]
fn a_proxy_may_take_the_path_away() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let idp = identity_provider(IDP, HostRule::Own, &store);
    let app = ("https://example.org/app", "/saml", HostRule::Any, ProxyPath::TakenAway);
    let sp = service_provider(app, &idp.metadata_xml().unwrap(), &store);
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let behind = sp.clone();
    let _served = Served::start(move || {
        let app = move || {
            App::new()
                .configure(saml_sp::web::configure(behind.clone()))
                .service(web::resource("/page").wrap(require_sign_in(&behind)).route(web::get().to(who)))
        };
        let settings =
            ServerSettings { workers: 1, stopped_by: StoppedBy::Handle, ..ServerSettings::default() };
        vec![serve(app, listener, settings).unwrap()]
    });
    let mut client = Client::new([("https://example.org".to_owned(), address)]);
    let sent = client.get("https://example.org/page?a=b").location().unwrap();
    assert_eq!(sent, "https://example.org/app/saml/login?return_to=%2Fapp%2Fpage%3Fa%3Db");
    let metadata = client.get("https://example.org/saml/metadata").body;
    assert!(metadata.contains("Location=\"https://example.org/app/saml/acs\""), "{metadata}");
}

/// While eight people sign in again and again at four providers, one of these is disabled, enabled, replaced and removed.
/// No login at another one fails; at the disabled one none succeeds from the call on, and its sessions are over.
#[test]
fn peers_change_while_others_sign_in() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let stays: Vec<IdentityProvider> =
        ["https://one.example", "https://two.example", "https://three.example"]
            .map(|url| identity_provider(url, HostRule::Own, &store))
            .into();
    let leaves = identity_provider("https://leaves.example", HostRule::Own, &store);
    let config = ServiceProviderConfig::new("https://app.example").unwrap();
    let peer = |idp: &IdentityProvider| {
        IdpPeer::from_metadata(idp.metadata_xml().unwrap(), IdpPeerPolicy::default()).unwrap()
    };
    let all = || stays.iter().chain([&leaves]);
    let sp = ServiceProvider::builder(config)
        .identity_providers(all().map(peer))
        .store(Arc::clone(&store))
        .build()
        .unwrap();
    all().for_each(|idp| known_to(idp, &sp));
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let mounts: Vec<_> = all().cloned().map(saml_idp::web::mount).collect();
    let app_sp = sp.clone();
    let _served = Served::start(move || {
        let idps = together(mounts).unwrap();
        let app = move || {
            App::new()
                .configure(idps.clone())
                .configure(saml_sp::web::configure(app_sp.clone()))
                .service(web::resource("/page").wrap(require_sign_in(&app_sp)).route(web::get().to(who)))
        };
        let settings =
            ServerSettings { workers: 2, stopped_by: StoppedBy::Handle, ..ServerSettings::default() };
        vec![serve(app, listener, settings).unwrap()]
    });
    let origins: BTreeMap<String, SocketAddr> = all()
        .map(|idp| idp.config().site.public_url.to_string())
        .chain(["https://app.example".to_owned()])
        .map(|origin| (origin, address))
        .collect();
    let start = |idp: &IdentityProvider| {
        let name = idp.config().site.entity_id;
        format!(
            "https://app.example/saml/login?return_to=%2Fpage&idp={}",
            saml_tests::client::encode(name.as_str())
        )
    };
    let (over, done) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for (number, idp) in stays.iter().cycle().take(6).enumerate() {
            let (over, done, origins, start) = (&over, &done, &origins, start(idp));
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    let mut client = Client::new(origins.clone());
                    let page = sign_in(&mut client, &start, &format!("ada{number}"));
                    assert!(page.body.contains("signed in by"), "{}", page.body);
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let until = |logins: usize| {
            let goal = done.load(Ordering::Relaxed) + logins;
            while done.load(Ordering::Relaxed) < goal {
                std::thread::sleep(Duration::from_millis(5));
            }
        };
        let name = leaves.config().site.entity_id;
        let mut inside = Client::new(origins.clone());
        assert!(sign_in(&mut inside, &start(&leaves), "ada7").body.contains("signed in by"));
        for round in 0..3 {
            let mut on_the_way = Client::new(origins.clone());
            let waiting = answer(&mut on_the_way, &start(&leaves), "ada7");
            until(6);
            if round == 1 {
                step(sp.remove_identity_provider(&name, now())).unwrap();
            } else {
                step(sp.disable_identity_provider(&name, now())).unwrap();
            }
            assert_eq!(inside.get("https://app.example/page").status, 303, "its sessions are over");
            let late = on_the_way.submit(&waiting.form(), &waiting.url);
            assert_eq!(late.status, 403, "{}", late.body);
            assert_ne!(Client::new(origins.clone()).get(&start(&leaves)).status, 303, "no login begins");
            until(6);
            if round == 1 {
                sp.add_identity_provider(peer(&leaves)).unwrap();
            } else {
                sp.replace_identity_provider(peer(&leaves)).unwrap();
                assert_ne!(
                    Client::new(origins.clone()).get(&start(&leaves)).status,
                    303,
                    "it stays disabled"
                );
                sp.enable_identity_provider(&name);
            }
            assert_eq!(inside.get("https://app.example/page").status, 303, "they are over for good");
            inside = Client::new(origins.clone());
            assert!(sign_in(&mut inside, &start(&leaves), "ada7").body.contains("signed in by"));
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(done.load(Ordering::Relaxed) >= 36);
}

/// Somebody disabled a provider because its key leaked; the settings that are read again later know nothing of that.
#[test]
fn who_is_disabled_stays_so_when_everything_is_loaded_again() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let idp = identity_provider(IDP, HostRule::Own, &store);
    let metadata = idp.metadata_xml().unwrap();
    let sp = service_provider(APPS[0], &metadata, &store);
    known_to(&idp, &sp);
    let (idp_name, sp_name) = (idp.config().site.entity_id, sp.config().site.entity_id);
    let known = |sp: &ServiceProvider| sp.snapshot().identity_providers().all().count();
    let again = || {
        let peer = IdpPeer::from_metadata(metadata.clone(), IdpPeerPolicy::default()).unwrap();
        ServiceProvider::builder(sp.config()).identity_provider(peer)
    };
    step(sp.disable_identity_provider(&idp_name, now())).unwrap();
    step(sp.reload(again(), now())).unwrap();
    assert_eq!(known(&sp), 0, "it is disabled");
    step(sp.reload(ServiceProvider::builder(sp.config()), now())).unwrap();
    step(sp.reload(again(), now())).unwrap();
    assert_eq!(known(&sp), 0, "it is disabled, though the settings were without it for a while");
    sp.enable_identity_provider(&idp_name);
    step(sp.reload(again(), now())).unwrap();
    assert_eq!(known(&sp), 1);

    let served = || idp.snapshot().service_providers().all().count();
    let again = || {
        let peer = SpPeer::from_metadata(sp.metadata_xml().unwrap(), SpPeerPolicy::default()).unwrap();
        let users = Arc::new(UsersFile::parse("").unwrap());
        IdentityProvider::builder(idp.config())
            .signer(signer("idp"))
            .authenticator(users)
            .persistent_id_secret(Secret::new(vec![7; 32]))
            .service_provider(peer)
    };
    idp.disable_service_provider(&sp_name);
    idp.reload(again()).unwrap();
    assert_eq!(served(), 0, "it is disabled");
    idp.enable_service_provider(&sp_name);
    assert_eq!(served(), 1);
}

/// A service moves its endpoint, since the old one is another's by now, while a person types their password.
#[test]
fn no_answer_goes_to_an_endpoint_that_is_gone() {
    let program = Program::start();
    let sp = &program.sps[0];
    let mut client = program.client();
    let login = client.visit(&page_url(sp));
    let metadata = String::from_utf8(sp.metadata_xml().unwrap()).unwrap();
    let (old, new) = (sp.config().acs_url(), "https://example.org/north/moved/acs");
    let moved = metadata.replace(&old, new).into_bytes();
    let peer = SpPeer::from_metadata(moved, SpPeerPolicy::default()).unwrap();
    program.idp.replace_service_provider(peer);
    let form = login.form().with("user_name", "ada0").with("password", PASSWORD);
    let answer = client.submit(&form, &login.url);
    assert!(!answer.body.contains("SAMLResponse"), "{}", answer.body);
    assert_eq!(answer.status, 400, "{}", answer.body);
}
