//! The programs of this package, driven as a browser drives them.

#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::fs;
use std::sync::Arc;

use saml_cli::keygen::{KeyPair, KeyType};
use saml_store::{StoreInstant, conformance};
use saml_tests::client::{Client, Reply, Request, encode};
use saml_tests::world::{ADA, BOB, Hosting, IdpPlan, PASSWORD, SpPlan, World};

#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/behind_a_prefix.rs"]
mod behind_a_prefix;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/configuration.rs"]
mod configuration;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/hooks.rs"]
mod hooks;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/keep_forms.rs"]
mod keep_forms;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/own_pages.rs"]
mod own_pages;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/own_store.rs"]
mod own_store;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/protect_some_paths.rs"]
mod protect_some_paths;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/require_a_role.rs"]
mod require_a_role;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/serve_an_api.rs"]
mod serve_an_api;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/tenants.rs"]
mod tenants;
#[allow(dead_code, reason = "its `main` is for people")]
#[path = "../examples/two_identity_providers.rs"]
mod two_identity_providers;

fn world(plan: SpPlan) -> World {
    World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![plan])
}

/// What a script asks, which wants no page.
fn by_script(client: &mut Client, url: &str) -> Reply {
    let accept = vec![("accept".to_owned(), "application/json".to_owned())];
    client.send(&Request { headers: accept, ..Request::get(url) })
}

/// Fills in the login page that `url` leads to, and goes on to where that ends.
fn sign_in_as(user: &str, client: &mut Client, url: &str) -> Reply {
    let mut answer = client.visit(url);
    if !answer.body.contains("name=\"SAMLResponse\"") {
        let form = answer.form().with("user_name", user).with("password", PASSWORD);
        answer = client.submit(&form, &answer.url);
    }
    client.submit(&answer.form(), &answer.url)
}

fn sign_in(client: &mut Client, url: &str) -> Reply {
    sign_in_as(ADA, client, url)
}

#[test]
fn some_paths_are_protected_and_others_are_not() {
    let world = world(SpPlan::new("app").serving(protect_some_paths::routes));
    let at = |path: &str| world.sp("app").at(path);
    let mut client = world.client();

    assert!(client.visit(&at("/about")).body.contains("About us"));
    assert!(client.visit(&at("/")).body.contains("Welcome, stranger"));
    for path in ["/profile", "/reports/7"] {
        assert_eq!(by_script(&mut client, &at(path)).status, 401, "{path}");
        assert_eq!(client.get(&at(path)).status, 303, "{path}");
    }

    let report = sign_in(&mut client, &at("/reports/7?page=2"));
    assert_eq!((report.status, report.url.as_str()), (200, at("/reports/7?page=2").as_str()));
    assert!(report.body.contains("Report 7"), "{}", report.body);
    let idp = world.idp("idp").entity_id();
    assert!(client.visit(&at("/")).body.contains(&format!("Welcome, user of {idp}")));

    let profile = client.visit(&at("/profile"));
    let signed_out = client.press(&profile.form(), &profile.url);
    assert_eq!(signed_out.status, 200, "{}", signed_out.body);
    assert!(client.visit(&at("/")).body.contains("Welcome, stranger"));
    assert_eq!(by_script(&mut client, &at("/profile")).status, 401);
}

#[test]
fn an_api_answers_strangers_with_a_problem_document() {
    let world = world(SpPlan::new("app").serving(serve_an_api::routes));
    let me = world.sp("app").at("/api/me");
    let mut client = world.client();
    // A person who follows a link to it is not redirected either.
    let stranger = client.get(&me);
    assert_eq!((stranger.status, stranger.header("content-type")), (401, Some("application/problem+json")));
    let problem: serde_json::Value = serde_json::from_str(&stranger.body).unwrap();
    assert_eq!(problem["type"], "urn:saml:problem:sign-in-required");
    let _start = sign_in(&mut client, problem["login_url"].as_str().unwrap());
    let known: serde_json::Value = serde_json::from_str(&client.get(&me).body).unwrap();
    assert_eq!(known["idp"], world.idp("idp").entity_id());
    assert!(known["name"].is_string(), "{known}");
}

#[test]
fn roles_open_what_they_are_for() {
    let world = world(SpPlan::new("app").serving(require_a_role::routes));
    let at = |path: &str| world.sp("app").at(path);
    let mut ada = world.client();
    assert!(sign_in(&mut ada, &at("/")).body.contains("Hello, colleague"));
    assert!(ada.get(&at("/staff")).body.contains("For staff"));
    assert_eq!(ada.get(&at("/board")).status, 403);
    let step_up = ada.get(&at("/payroll")).location().unwrap();
    assert!(step_up.starts_with(&world.idp("idp").at("/saml/sso?")), "{step_up}");

    let mut bob = world.client();
    assert!(sign_in_as(BOB, &mut bob, &at("/")).body.contains("Hello, guest"));
    assert_eq!(bob.get(&at("/staff")).status, 403);
}

#[test]
fn a_hook_makes_accounts_and_refuses_people() {
    let world = world(SpPlan::new("app").built(hooks::with_hooks).serving(hooks::routes));
    let start = world.sp("app").at("/");
    for _again in 0..2 {
        assert!(
            sign_in(&mut world.client(), &start).body.contains("account 0"),
            "one account for one person"
        );
    }
    let bob = sign_in_as(BOB, &mut world.client(), &start);
    assert_eq!(bob.status, 403, "no mail address: {}", bob.body);
    assert!(bob.body.contains("You can’t sign in here") && !bob.body.contains("mail"), "{}", bob.body);
}

#[test]
fn people_choose_among_two_identity_providers() {
    let plan = SpPlan::new("app").serving(two_identity_providers::routes);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("north"), IdpPlan::new("south")], vec![plan]);
    let mut pages = Vec::new();
    for idp in ["north", "south"] {
        let mut client = world.client();
        let choice = client.visit(&world.sp("app").at("/")).body;
        let path = format!("/saml/login?idp={}&return_to=%2Fnotes", encode(&world.idp(idp).entity_id()));
        let link = format!("<a href=\"{}\">", path.replace('&', "&amp;"));
        assert!(choice.contains(&link), "{link}\n{choice}");
        let notes = sign_in(&mut client, &world.sp("app").at(&path));
        assert_eq!(notes.url, world.sp("app").at("/notes"));
        assert!(notes.body.ends_with(&format!(" at {}", world.idp(idp).entity_id())), "{}", notes.body);
        pages.push(notes.body);
    }
    // The world's providers give a person the same name, and yet these are two accounts.
    assert_ne!(pages[0], pages[1]);
}

#[test]
fn pages_wear_the_look_and_the_words_of_the_application() {
    let plan = SpPlan::new("app")
        .configured(|config| own_pages::settings(config).unwrap())
        .serving(own_pages::routes);
    let world = world(plan);
    let at = |path: &str| world.sp("app").at(path);
    let mut client = world.client();
    let start = client.get(&at("/")).body;
    assert!(start.contains("<a href=\"/saml/login?return_to=%2F%3Fday%3Dtoday\">"), "{start}");
    let page = sign_in(&mut client, &at("/saml/login?return_to=%2F%3Fday%3Dtoday"));
    assert_eq!(page.url, at("/?day=today"));
    assert!(page.body.contains("Hello, Ada Lovelace"), "{}", page.body);

    for (language, heading) in [("en", "See you soon"), ("it", "Bis zum nächsten Mal")] {
        let mut client = world.client().reading(language);
        let over = client.post(&at("/saml/logout"), &[]).body;
        for part in [heading, "href=\"/orchard.css\"", "src=\"/orchard.svg\"", "<span>Orchard</span>"] {
            assert!(over.contains(part), "{part}: {over}");
        }
        assert!(client.get(&at("/orchard.css")).body.contains("--accent"));
        assert_eq!(client.get(&at("/orchard.svg")).header("content-type"), Some("image/svg+xml"));
    }
}

#[test]
fn a_form_is_kept_until_somebody_is_signed_in() {
    let world = world(SpPlan::new("app").serving(keep_forms::routes));
    let at = |path: &str| world.sp("app").at(path);
    let by_button = |url: &str, fields: &[(&str, &str)]| {
        let origin = world.sp("app").url.clone();
        let request = Request::form(url, fields).with("origin", &origin);
        request.with("sec-fetch-site", "same-origin").with("sec-fetch-mode", "navigate")
    };
    let mut client = world.client();
    let kept = client.send(&by_button(&at("/orders"), &[("order", "two crates & a ladder")]));
    assert_eq!(kept.status, 401, "{}", kept.body);
    let (form, link) = (kept.form(), kept.body.split("href=\"/saml/login").nth(1).unwrap());
    let link = format!("/saml/login{}", link.split('"').next().unwrap());
    assert!(sign_in(&mut client, &at(&link)).body.contains("You are signed in"));
    let ready = client.send(&by_button(&form.action, &[("form", form.value("form"))]));
    let form = ready.form();
    let ordered = client.send(&by_button(&form.action, &[("order", form.value("order"))]));
    assert!(ordered.body.contains("Ordered: two crates &amp; a ladder"), "{}", ordered.body);
}

#[test]
fn a_store_of_ones_own_carries_a_login() {
    let plan = SpPlan::new("app").serving(own_store::routes).storing(own_store::OneLockStore::default());
    let world = world(plan);
    let hello = sign_in(&mut world.client(), &world.sp("app").at("/hello"));
    assert_eq!(hello.body, format!("hello, user of {}", world.idp("idp").entity_id()));
}

#[test]
fn a_store_of_ones_own_conforms() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let now = StoreInstant::from_unix_millis(1_795_176_000_000);
    runtime.block_on(conformance::run(Arc::new(own_store::OneLockStore::default()), now)).unwrap();
}

#[test]
fn settings_lead_where_they_say() {
    let plan = SpPlan::new("app")
        .configured(|config| configuration::settings(config).unwrap())
        .with_idp_policy(configuration::policy())
        .serving(configuration::routes);
    let world = world(plan);
    let mut client = world.client();
    let start = sign_in(&mut client, &world.sp("app").at("/saml/login"));
    assert_eq!((start.url, start.body.as_str()), (world.sp("app").at("/start"), "start of Ada Lovelace"));
    let report = client.get(&world.sp("app").at("/reports/7"));
    assert_eq!(report.body, "report 7 of Ada Lovelace");
    assert!(client.cookie_names("app.example.org").iter().any(|name| name.contains("orchard")));
}

#[test]
fn a_service_provider_is_built_from_a_folder() {
    let world = World::small();
    let folder = std::env::temp_dir().join(format!("saml-example-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let pair = KeyPair::generate("app.example.com", KeyType::Rsa3072, 30).unwrap();
    fs::write(folder.join("sp.key"), &pair.key_pem).unwrap();
    fs::write(folder.join("sp.crt"), &pair.certificate_pem).unwrap();
    fs::write(folder.join("idp.xml"), world.idp("idp").provider.metadata_xml().unwrap()).unwrap();
    let built = configuration::service_provider("https://app.example.com", &folder)
        .map_err(|error| error.to_string());
    fs::remove_dir_all(&folder).unwrap();
    let metadata = String::from_utf8(built.unwrap().metadata_xml().unwrap()).unwrap();
    assert!(
        metadata.contains("use=\"encryption\"") && metadata.contains("AuthnRequestsSigned=\"true\""),
        "{metadata}"
    );
}

mod several {
    //! Programs whose service providers stand elsewhere than those of a [`World`].

    use std::net::SocketAddr;

    use actix_web::{App, web};
    use saml_idp::{AttributeRelease, SpPeer, SpPeerPolicy};
    use saml_sp::web::{ServerSettings, StoppedBy, mount, serve, together};
    use saml_sp::{IdpPeer, IdpPeerPolicy, ServiceProvider};
    use saml_store::MemoryStore;
    use saml_tests::served::{Served, listen};

    use super::*;

    type Routes = Box<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

    /// Serves these with the identity provider of a world, which is told of them.
    fn served(world: &World, sps: &[ServiceProvider], routes: Routes) -> (Served, SocketAddr) {
        let idp = &world.idp("idp").provider;
        for sp in sps {
            let policy = SpPeerPolicy { release: AttributeRelease::All, ..SpPeerPolicy::default() };
            let peer = SpPeer::from_metadata(sp.metadata_xml().unwrap(), policy).unwrap();
            idp.add_service_provider(peer).unwrap();
        }
        let endpoints = together(sps.iter().cloned().map(mount).collect::<Vec<_>>()).unwrap();
        let (listener, port) = listen();
        let routes = Arc::new(routes);
        let served = Served::start(move || {
            let app = move || {
                let routes = Arc::clone(&routes);
                App::new().configure(endpoints.clone()).configure(move |config| routes(config))
            };
            let settings =
                ServerSettings { workers: 1, stopped_by: StoppedBy::Handle, ..ServerSettings::default() };
            vec![serve(app, listener, settings).unwrap()]
        });
        (served, SocketAddr::from(([127, 0, 0, 1], port)))
    }

    fn client(world: &World, origins: &[&str], address: SocketAddr) -> Client {
        let idp = world.idp("idp").url.clone();
        let ours = origins.iter().map(|origin| ((*origin).to_owned(), address));
        Client::new(ours.chain([(idp.clone(), world.address(&idp))]))
    }

    #[test]
    fn tenants_by_path_and_by_host_sign_in_apart() {
        let world = World::small();
        let sps = tenants::tenants(&world.idp("idp").provider.metadata_xml().unwrap()).unwrap();
        let pages = sps.clone();
        let (_served, address) =
            served(&world, &sps, Box::new(move |config| tenants::routes(&pages, config)));
        let mut client = client(&world, &["https://app.example.org", "https://east.example.org"], address);
        for (url, _) in tenants::TENANTS {
            let start = format!("{url}/");
            assert_eq!(
                client.get(&start).status,
                303,
                "{url}: the session of another tenant counts for nothing"
            );
            let page = sign_in(&mut client, &start);
            assert!(page.body.starts_with(&format!("signed in at {url}/saml/metadata by ")), "{}", page.body);
        }
        for (url, _) in tenants::TENANTS {
            assert_eq!(client.get(&format!("{url}/")).status, 200, "{url}: all at the same time");
        }
    }

    #[test]
    fn behind_a_proxy_that_takes_the_path_away_people_come_back_to_it() {
        let world = World::small();
        let config = behind_a_prefix::settings("https://www.example.org/shop").unwrap();
        let metadata = world.idp("idp").provider.metadata_xml().unwrap();
        let idp = IdpPeer::from_metadata(metadata, IdpPeerPolicy::default()).unwrap();
        let store = Arc::new(MemoryStore::new());
        let sp = ServiceProvider::builder(config).identity_provider(idp).store(store).build().unwrap();
        let pages = sp.clone();
        let (_served, address) = served(
            &world,
            std::slice::from_ref(&sp),
            Box::new(move |config| behind_a_prefix::routes(&pages, config)),
        );
        let mut client = client(&world, &["https://www.example.org"], address);
        // This test stands where nginx would, and takes the path away.
        let inside = |url: String| url.replace("https://www.example.org/shop/", "https://www.example.org/");
        let login = client.get("https://www.example.org/cart?page=2").location().unwrap();
        assert_eq!(login, "https://www.example.org/shop/saml/login?return_to=%2Fshop%2Fcart%3Fpage%3D2");
        let request = client.get(&inside(login)).location().unwrap();
        let page = client.visit(&request);
        let answer = client.submit(&page.form().with("user_name", ADA).with("password", PASSWORD), &page.url);
        let mut form = answer.form();
        assert_eq!(form.action, "https://www.example.org/shop/saml/acs");
        form.action = inside(form.action);
        let complete = client.press(&form, &answer.url).location().unwrap();
        let back = client.get(&inside(complete)).location().unwrap();
        assert_eq!(back, "https://www.example.org/shop/cart?page=2");
        assert!(client.get(&inside(back)).body.contains("Your cart is empty"));
    }
}

mod guide {
    //! What the guide shows besides Rust, which is compiled with the documentation tests.

    use saml_cli::answer::Answer;
    use saml_cli::idp::{IdpOptions, run};

    use super::*;

    const GUIDE: &str = include_str!("../../docs/integrate.md");

    /// The only snippet in this language.
    fn snippet(language: &str) -> &'static str {
        let fence = format!("```{language}\n");
        let mut snippets = GUIDE.split(&fence).skip(1);
        let snippet = snippets.next().unwrap().split("```").next().unwrap();
        assert!(snippets.next().is_none(), "more than one in {language}");
        snippet
    }

    #[test]
    fn the_problem_document_is_the_one_that_is_answered() {
        let plan = SpPlan::new("app").serving(serve_an_api::routes);
        let world = world(plan);
        let answered = world.client().get(&world.sp("app").at("/api/me")).body;
        let shown = snippet("json").replace("https://app.example.com", &world.sp("app").url);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&shown), read(&answered));
    }

    #[test]
    fn the_settings_of_the_identity_provider_for_tests_are_right() {
        let world = World::small();
        let folder = std::env::temp_dir().join(format!("saml-guide-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let pair = KeyPair::generate("localhost", KeyType::P256, 30).unwrap();
        fs::write(folder.join("idp.key"), &pair.key_pem).unwrap();
        fs::write(folder.join("idp.crt"), &pair.certificate_pem).unwrap();
        fs::write(folder.join("app.xml"), world.sp("app").provider.metadata_xml().unwrap()).unwrap();
        let secret = saml_core::base::Secret::new(PASSWORD.as_bytes().to_vec());
        let hash = saml_idp::hash_password(&secret).unwrap();
        let settings = snippet("toml").replace("\"…\"", &format!("\"{hash}\""));
        let config = folder.join("idp.toml");
        fs::write(&config, settings).unwrap();
        let checked = run(&IdpOptions { config, check: true, metadata_for: None, json: true });
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(checked.map_err(|error| error.to_string()), Ok(Answer::Accepted));
    }

    /// A program that nothing drives, or that the guide does not name, helps nobody.
    #[test]
    fn every_program_is_named_by_the_guide_and_driven_by_a_test() {
        // Whole by itself, and compiled; with tests of its own; with tests in the browser.
        const ELSEWHERE: [&str; 4] =
            ["protect_an_application", "pkcs11", "test_your_application", "existing_application"];
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
        let mut seen = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap();
            let driven = include_str!("programs.rs").contains(&format!("{name}::"));
            assert!(driven || ELSEWHERE.contains(&name), "{name} is not driven");
            assert!(name == "pkcs11" || GUIDE.contains(&format!("/examples/{name}")), "{name} is not named");
            seen += 1;
        }
        assert!(seen > 12, "{seen}");
    }
}
