//! Logins that start at the identity provider.
use saml_core::base::{Relaxation, Relaxations};

use saml_core::crypto::PeerPolicy;
use saml_sp::{DeepLink, IdpPeerPolicy};
use saml_tests::client::{Client, Reply, encode};
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use saml_tests::flow::code;

fn world(relaxed: bool) -> World {
    linking(relaxed, Vec::new())
}

fn linking(relaxed: bool, deep_links: Vec<DeepLink>) -> World {
    let granted = PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited));
    let algorithms = if relaxed { granted } else { PeerPolicy::default() };
    let sp = SpPlan::new("app")
        .configured(move |config| config.deep_links = deep_links)
        .treated(|policy| policy.idp_initiated = true)
        .with_idp_policy(IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() });
    World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp])
}

/// From the identity provider's home page to the page with the answer.
fn answer(world: &World, client: &mut Client, more: &str) -> Reply {
    let idp = world.idp("idp");
    let login = client.visit(&idp.at("/saml/home"));
    let home = client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
    assert_eq!(home.url, idp.at("/saml/home"));
    let link = format!("/saml/start?sp={}", encode(&world.sp("app").entity_id()));
    assert!(home.body.contains(&link), "{}", home.body);
    client.visit(&idp.at(&format!("{link}{more}")))
}

#[test]
fn is_refused_unless_the_service_allows_it_for_this_provider() {
    let world = world(false);
    let mut client = world.client();
    let answer = answer(&world, &mut client, "");
    let refused = client.submit(&answer.form(), &answer.url);
    assert_eq!((refused.status, code(&refused).as_str()), (403, "response.unsolicited_refused"));
    assert!(client.visit(&world.sp("app").at("/optional")).body.contains("nobody"));
}

#[test]
fn works_once_where_it_is_allowed() {
    let world = world(true);
    let mut client = world.client();
    let answer = answer(&world, &mut client, "");
    let page = client.submit(&answer.form(), &answer.url);
    assert_eq!((page.status, page.url.as_str()), (200, "https://app.example.org/"));
    assert!(client.visit(&world.sp("app").at("/private")).body.contains("signed in: Ada Lovelace"));
    let again = world.client().submit(&answer.form(), &answer.url);
    assert_eq!((again.status, code(&again).as_str()), (403, "replay.assertion_used"));
}

#[test]
fn a_relay_state_is_no_address() {
    for relay_state in ["https://evil.example/", "//evil.example", "/private", "javascript:alert(1)"] {
        let world = world(true);
        let mut client = world.client();
        let answer = answer(&world, &mut client, &format!("&RelayState={}", encode(relay_state)));
        assert_eq!(answer.form().value("RelayState"), relay_state);
        let page = client.submit(&answer.form(), &answer.url);
        assert_eq!(page.url, "https://app.example.org/", "{relay_state}");
    }
}

// ONEL-02.
#[test]
fn a_relay_state_leads_to_what_is_listed_and_nowhere_else() {
    let links =
        || vec![DeepLink::below("/private").unwrap(), DeepLink::exactly("/optional?view=all").unwrap()];
    let origin = "https://app.example.org";
    for (relay_state, page) in [
        ("/private", "/private"),
        ("https://app.example.org/private?a=b", "/private?a=b"),
        ("/optional?view=all", "/optional?view=all"),
        ("/optional", "/"),
        ("/sign-out", "/"),
        ("/private/../sign-out", "/"),
        ("/private/%2e%2e/sign-out", "/"),
        ("//evil.example/private", "/"),
        ("https://evil.example/private", "/"),
        ("https://app.example.org.evil.example/private", "/"),
        ("https://app.example.org@evil.example/private", "/"),
        ("{\"target\":\"/private\"}", "/"),
    ] {
        let world = linking(true, links());
        let mut client = world.client();
        let answer = answer(&world, &mut client, &format!("&RelayState={}", encode(relay_state)));
        let landed = client.submit(&answer.form(), &answer.url);
        assert_eq!(landed.url, format!("{origin}{page}"), "{relay_state}");
    }
    // An answer that was asked for leads where the request came from, whatever its RelayState says.
    let world = linking(true, links());
    let mut client = world.client();
    let login = client.visit(&format!("{origin}/saml/login?return_to=/optional"));
    let answer = client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
    let landed = client.submit(&answer.form().with("RelayState", "/private"), &answer.url);
    assert_eq!(landed.url, format!("{origin}/optional"));
}

// Attack 214.
#[test]
fn the_home_page_offers_only_what_is_admitted() {
    let world = World::small();
    let mut client = world.client();
    let _signed_in = world.sign_in(&mut client);
    let home = client.visit(&world.idp("idp").at("/saml/home"));
    assert!(home.body.contains("<h1>Hello, ") && !home.body.contains("/saml/start"), "{}", home.body);
}
