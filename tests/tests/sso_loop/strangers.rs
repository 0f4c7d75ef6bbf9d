//! Strangers cost an identity provider nothing: what they ask for waits in their browsers.

use saml_store::{MemoryStore, Namespace};
use saml_tests::client::Client;
use saml_tests::message::now;
use saml_tests::question;
use saml_tests::watched::Watched;
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use saml_tests::flow::code;

/// A request in the name of a service that signs none, by either binding, up to the login page.
fn ask(world: &World, client: &mut Client, by_post: bool) -> saml_tests::client::Reply {
    let (idp, open) = (world.idp("idp"), world.sp("open"));
    let asked = question::question(open, idp, now());
    if by_post {
        let value = question::post_value(&asked, open);
        let sent = client.post(&idp.at("/saml/sso"), &[("SAMLRequest", &value)]);
        return client.follow(sent);
    }
    client.visit(&question::redirect_url(&asked, open, idp, None))
}

fn asked_of(store: Watched) -> World {
    let idp = IdpPlan::new("idp").storing(store);
    World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app"), SpPlan::new("open").unsigned()])
}

#[test]
fn requests_and_login_pages_of_strangers_store_nothing() {
    let store = Watched::new();
    let world = asked_of(store.clone());
    assert!(ask(&world, &mut world.client(), false).body.contains("name=\"password\""));
    // The key that all requests are sealed with.
    let drawn: Vec<_> = store.changes().into_iter().map(|change| change.namespace).collect();
    assert_eq!(drawn, ["idp.answered-request"]);
    let mut one = world.client();
    for number in 0..50 {
        let mut another = world.client();
        for client in [&mut one, &mut another] {
            let page = ask(&world, client, number % 2 == 0);
            assert!(page.body.contains("name=\"password\""), "{}", page.body);
            assert_eq!(client.visit(&page.url).status, 200, "the page may be shown again");
        }
        assert_eq!(another.visit(&world.idp("idp").at("/saml/home")).status, 200);
    }
    assert_eq!(store.changes(), []);
}

/// Whatever else is full, the page is shown; what can't be remembered is refused when it would be.
#[test]
fn a_store_without_room_turns_nobody_away_from_the_login_page() {
    let full = MemoryStore::with_default_capacity(0).with_capacity(Namespace::new("idp.answered-request"), 1);
    let world = asked_of(Watched::over(full));
    let mut client = world.client();
    for by_post in [false, true] {
        assert!(ask(&world, &mut client, by_post).body.contains("name=\"password\""));
    }
    let page = ask(&world, &mut client, false);
    let refused = client.press(&page.form().with("user_name", ADA).with("password", PASSWORD), &page.url);
    assert_eq!((refused.status, code(&refused).as_str()), (503, "store.full"));
}

#[test]
fn a_request_that_was_answered_is_over_also_where_the_store_forgot_it() {
    let store = Watched::new();
    let world = asked_of(store.clone());
    let mut client = world.client();
    let page = ask(&world, &mut client, false);
    let form = page.form().with("user_name", ADA).with("password", PASSWORD);
    assert!(client.press(&form, &page.url).body.contains("name=\"SAMLResponse\""));
    for is_empty in [false, true] {
        if is_empty {
            store.empty();
        }
        let again = client.press(&form, &page.url);
        assert_eq!((again.status, code(&again).as_str()), (400, "transaction.over"), "{is_empty}");
        let back = client.visit(&page.url);
        assert_eq!((back.status, code(&back).as_str()), (400, "transaction.over"), "{is_empty}");
    }
    // Those that were under way are lost with it, and new ones begin.
    let page = ask(&world, &mut client, false);
    store.empty();
    let form = page.form().with("user_name", ADA).with("password", PASSWORD);
    assert_eq!(code(&client.press(&form, &page.url)), "transaction.over");
    assert!(world.sign_in(&mut client).body.contains("signed in: Ada Lovelace"));
}

/// Somebody else's form, with a proof that is made for it: the proof is easy, for it is made from the own cookie.
#[test]
fn a_form_of_another_browser_opens_in_none_but_that() {
    let world = asked_of(Watched::new());
    let (mut victim, mut thief) = (world.client(), world.client());
    let page = ask(&world, &mut victim, false);
    let own = ask(&world, &mut thief, false);
    let idp = world.idp("idp");
    let cookie = thief.own_cookie(&idp.url, idp.name, "browser").unwrap().to_owned();
    let stolen = page.form().value("transaction").to_owned();
    let proof = saml_store::Token::received(&cookie).unwrap().proof_for(&format!("login\n{stolen}")).unwrap();
    let form = page.form().with("csrf_token", &proof).with("user_name", ADA).with("password", PASSWORD);
    let refused = thief.press(&form, &own.url);
    assert_eq!((refused.status, code(&refused).as_str()), (400, "transaction.over"));
    let form = page.form().with("user_name", ADA).with("password", PASSWORD);
    assert!(victim.press(&form, &page.url).body.contains("name=\"SAMLResponse\""));
}
