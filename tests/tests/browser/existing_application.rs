//! The application of the examples that was there before, for tenants by path, by host and behind nginx.

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::{App, web};
use saml_idp::{AttributeRelease, SpPeer, SpPeerPolicy};
use saml_sp::web::{ServerSettings, StoppedBy, mount, serve, together};
use saml_sp::{
    CookieSecurity, HostRule, IdpPeer, IdpPeerPolicy, ProxyPath, ServiceProvider, ServiceProviderConfig,
};
use saml_store::{MemoryStore, Store};
use saml_tests::client::own_cookie;
use saml_tests::served::{Served, listen};
use saml_tests::world::{ADA, BOB, Hosting, IdpPlan, PASSWORD, World};
use serde_json::{Value, json};

use crate::application::{self, Shop};
use crate::driver::{Browser, Scripts};
use crate::nginx::Place;

/// The application for these tenants, with the identity provider of a world that is told of them.
fn start(tenants: &[(&str, ProxyPath)], listeners: Vec<TcpListener>) -> (World, Served) {
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], Vec::new());
    let idp = &world.idp("idp").provider;
    let metadata = idp.metadata_xml().unwrap();
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let tenant = |(url, proxy_path): &(&str, ProxyPath)| {
        let mut config = ServiceProviderConfig::new(url).unwrap();
        config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
        (config.site.host, config.site.proxy_path) = (HostRule::Own, *proxy_path);
        "shop".clone_into(&mut config.site.cookie_name);
        let peer = IdpPeer::from_metadata(metadata.clone(), IdpPeerPolicy::default()).unwrap();
        let builder = ServiceProvider::builder(config).identity_provider(peer).store(Arc::clone(&store));
        let sp = application::with_hooks(builder).build().unwrap();
        let policy = SpPeerPolicy { release: AttributeRelease::All, ..SpPeerPolicy::default() };
        idp.add_service_provider(SpPeer::from_metadata(sp.metadata_xml().unwrap(), policy).unwrap()).unwrap();
        sp
    };
    let sps: Vec<ServiceProvider> = tenants.iter().map(tenant).collect();
    let endpoints = together(sps.iter().cloned().map(mount).collect::<Vec<_>>()).unwrap();
    let shops: Vec<web::Data<Shop>> = sps.into_iter().map(Shop::of).collect();
    let served = Served::start(move || {
        let app = move || {
            App::new().configure(endpoints.clone()).configure(|config| application::routes(&shops, config))
        };
        let settings =
            ServerSettings { workers: 1, stopped_by: StoppedBy::Handle, ..ServerSettings::default() };
        listeners.into_iter().map(|listener| serve(app.clone(), listener, settings).unwrap()).collect()
    });
    (world, served)
}

/// What a script of the page is answered: the status, the type and the text.
async fn fetch(browser: &Browser, path: &str) -> Value {
    let script = "const done = arguments[1]; fetch(arguments[0]).then(async reply => \
                  done([reply.status, reply.headers.get('content-type'), await reply.text()]))";
    browser.driver.execute_async(script, vec![json!(path)]).await.unwrap().json().clone()
}

/// The first event of a stream.
async fn first_event(browser: &Browser, path: &str) -> Value {
    let script = "const done = arguments[1]; const source = new EventSource(arguments[0]); \
                  source.onmessage = event => { source.close(); done(event.data) }; \
                  source.onerror = () => { source.close(); done('an error') }";
    browser.driver.execute_async(script, vec![json!(path)]).await.unwrap().json().clone()
}

/// The whole life of a person in the shop at `url`, whose paths begin with `base`.
async fn is_served(browser: &Browser, url: &str, base: &str) {
    let home = async || browser.open(&format!("{url}/")).await;
    home().await;
    browser.says("Welcome, stranger.").await;
    let refused = fetch(browser, &format!("{base}/api/basket")).await;
    assert_eq!((&refused[0], &refused[1]), (&json!(401), &json!("application/problem+json")));
    let problem: Value = serde_json::from_str(refused[2].as_str().unwrap()).unwrap();
    assert_eq!(problem["login_url"], json!(format!("{url}/saml/login")));
    assert_eq!(first_event(browser, &format!("{base}/api/events")).await, json!("an error"));

    // A link from elsewhere, with a query; the hook made the account.
    browser.open(&format!("{url}/orders?page=2")).await;
    if !browser.text().await.contains("Page 2") {
        browser.log_in(ADA, PASSWORD).await;
    }
    browser.says("Page 2 of account 0").await;
    browser.is_at(&format!("{url}/orders?page=2")).await;

    order(browser, "ladder").await;
    browser.says("ladder").await;
    let known = fetch(browser, &format!("{base}/api/basket")).await;
    assert_eq!(known[2], json!("{\"account\":\"0\",\"things\":[\"ladder\"]}"));
    assert_eq!(first_event(browser, &format!("{base}/api/events")).await, json!("{\"things\":1}"));

    // What the application has against forged forms is as it was.
    browser
        .driver
        .execute("document.querySelector('#order [name=csrf]').value = 'guessed'", vec![])
        .await
        .unwrap();
    order(browser, "bomb").await;
    browser.says("This form is not ours.").await;

    browser.open(&format!("{url}/office")).await;
    browser.says("The office").await;
    browser.open(&format!("{url}/board")).await;
    browser.says("urn:saml:problem:not-permitted").await;

    a_form_is_kept(browser, url).await;

    home().await;
    browser.says("Welcome, account 0.").await;
    browser.find("#sign-out button").await.click().await.unwrap();
    browser.says("Welcome, stranger.").await;
    browser.is_at(&format!("{url}/")).await;
    browser.says("Things in the basket: 2.").await;
    assert_eq!(fetch(browser, &format!("{base}/api/basket")).await[0], json!(401));
}

async fn order(browser: &Browser, thing: &str) {
    browser.find("#order input[name=thing]").await.send_keys(thing).await.unwrap();
    browser.find("#order button").await.click().await.unwrap();
}

/// The session ends while a person writes; what they wrote is sent after they signed in again.
async fn a_form_is_kept(browser: &Browser, url: &str) {
    browser.open(&format!("{url}/orders?page=3")).await;
    browser.driver.delete_cookie(own_cookie(url, "shop", "session")).await.unwrap();
    order(browser, "two crates & more").await;
    browser.reads("Your form was not sent yet").await;
    let first = browser.driver.window().await.unwrap();
    browser.find("main a.button").await.click().await.unwrap();
    browser.to_other_window(&first).await;
    browser.reads("You are signed in").await;
    browser.driver.close_window().await.unwrap();
    browser.driver.switch_to_window(first).await.unwrap();
    browser.find("main form button").await.click().await.unwrap();
    browser.reads("Send your form").await;
    browser.find("main form button").await.click().await.unwrap();
    browser.says("two crates & more").await;
    browser.is_at(&format!("{url}/orders?page=3")).await;
}

/// Who has no affiliation is let in nowhere: the hook says no.
async fn the_hook_refuses(url: &str) {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    browser.open(&format!("{url}/orders")).await;
    browser.log_in(BOB, PASSWORD).await;
    browser.reads("You can’t sign in here").await;
    browser.open(&format!("{url}/")).await;
    browser.says("Welcome, stranger.").await;
}

#[tokio::test]
async fn tenants_by_path_and_by_host_are_served_apart() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let (listener, port) = listen();
    let other = TcpListener::bind(("127.0.0.2", port)).unwrap();
    let (north, south) = (format!("http://127.0.0.1:{port}/north"), format!("http://127.0.0.2:{port}"));
    let tenants = [(north.as_str(), ProxyPath::Kept), (south.as_str(), ProxyPath::Kept)];
    let (_world, _served) = start(&tenants, vec![listener, other]);
    is_served(&browser, &north, "/north").await;
    is_served(&browser, &south, "").await;
    the_hook_refuses(&north).await;
    the_hook_refuses(&south).await;
}

/// With the location of the guide.
#[tokio::test]
async fn behind_nginx_with_a_prefix_it_is_served_too() {
    let Some(browser) = Browser::start(Scripts::Run).await else { return };
    let Some(place) = Place::new() else { return };
    let (listener, port) = listen();
    let url = format!("http://127.0.0.1:{}/shop", place.port);
    let (_world, _served) = start(&[(&url, ProxyPath::TakenAway)], vec![listener]);
    let guide = include_str!("../../../docs/integrate.md");
    let location = guide.split("```nginx\n").nth(1).unwrap().split("```").next().unwrap();
    let _nginx = place.start(&location.replace("127.0.0.1:8080", &format!("127.0.0.1:{port}")));
    is_served(&browser, &url, "/shop").await;
    the_hook_refuses(&url).await;
}
