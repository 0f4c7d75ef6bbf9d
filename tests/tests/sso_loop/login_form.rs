//! The identity provider's login page.

use std::time::Duration;

use saml_idp::{ClientAddress, Throttle};
use saml_tests::client::{Client, Reply, Request};
use saml_tests::world::{ADA, BOB, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use saml_tests::flow::code;

fn throttled(per_user: u16, per_address: u16) -> World {
    let idp = IdpPlan::new("idp").configured(move |config| {
        config.throttle = Throttle { per_user, per_address, window: Duration::from_secs(600) };
        config.client_address = ClientAddress::ProxyHeader("x-real-ip".to_owned());
    });
    World::new(Hosting::Https, vec![idp], vec![SpPlan::new("app")])
}

/// A try from an address, with a fresh browser.
fn attempt(world: &World, user: &str, password: &str, address: &str) -> Reply {
    let mut client = world.client();
    let login = client.visit(&world.sp("app").at("/private"));
    let form = login.form().with("user_name", user).with("password", password);
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.send(&Request::form(&form.action, &fields).with("x-real-ip", address))
}

#[test]
fn too_many_wrong_passwords_shut_the_door_for_the_right_one_too() {
    let world = throttled(3, 100);
    for _ in 0..3 {
        let wrong = attempt(&world, ADA, "wrong", "192.0.2.1");
        assert_eq!(wrong.status, 403);
        assert!(wrong.body.contains("isn’t right"));
    }
    let shut = attempt(&world, ADA, PASSWORD, "192.0.2.2");
    assert_eq!((shut.status, shut.header("retry-after")), (429, Some("600")));
    assert!(shut.body.contains("Too many attempts. Wait 10 minutes and try again."), "{}", shut.body);
    assert!(shut.set_cookies().all(|cookie| !cookie.contains("session")));
    assert_eq!(attempt(&world, BOB, PASSWORD, "192.0.2.1").status, 200, "somebody else");
    // Existing and unknown names look the same.
    for _ in 0..3 {
        assert_eq!(attempt(&world, "nobody", "wrong", "192.0.2.3").status, 403);
    }
    assert_eq!(attempt(&world, "nobody", "wrong", "192.0.2.3").status, 429);
}

#[test]
fn one_address_can_not_try_everybody() {
    let world = throttled(100, 3);
    for user in ["a", "b", "c"] {
        assert_eq!(attempt(&world, user, "wrong", "192.0.2.1").status, 403);
    }
    assert_eq!(attempt(&world, ADA, PASSWORD, "192.0.2.1").status, 429);
    assert_eq!(attempt(&world, ADA, PASSWORD, "192.0.2.2").status, 200);
}

/// A proxy writes another port with each connection.
#[test]
fn one_address_has_one_count_however_the_proxy_writes_it() {
    let world = throttled(100, 3);
    for address in ["192.0.2.1:40001", "::ffff:192.0.2.1", "for=\"192.0.2.1:40002\";proto=https"] {
        assert_eq!(attempt(&world, &format!("user at {address}"), "wrong", address).status, 403);
    }
    for address in ["192.0.2.1", "192.0.2.1:40003", "203.0.113.9, 192.0.2.1:40004"] {
        assert_eq!(attempt(&world, ADA, PASSWORD, address).status, 429, "{address}");
    }
    for garbage in ["a", "b", "c"] {
        assert_eq!(attempt(&world, garbage, "wrong", garbage).status, 403);
    }
    assert_eq!(attempt(&world, ADA, PASSWORD, "another").status, 429, "no address, no count of its own");
    assert_eq!(attempt(&world, ADA, PASSWORD, "192.0.2.2").status, 200);
}

#[test]
fn right_passwords_do_not_count() {
    let world = throttled(2, 2);
    for _ in 0..5 {
        assert_eq!(attempt(&world, ADA, PASSWORD, "192.0.2.1").status, 200);
    }
}

fn login_page(world: &World, client: &mut Client) -> Reply {
    client.visit(&world.sp("app").at("/private"))
}

/// Login CSRF: somebody else's page signs a person in as its author.
#[test]
fn the_form_is_tied_to_its_browser_and_its_transaction() {
    let world = World::small();
    let idp = world.idp("idp");
    let mut attacker = world.client();
    let shown = login_page(&world, &mut attacker);
    let form = shown.form().with("user_name", BOB).with("password", PASSWORD);

    let mut victim = world.client();
    let own = login_page(&world, &mut victim).form().with("user_name", BOB).with("password", PASSWORD);
    let refused = |client: &mut Client, form: &saml_tests::page::Form, from: &str| {
        let reply = client.press(form, from);
        assert_eq!((reply.status, code(&reply).as_str()), (403, "form.refused"));
        assert!(reply.set_cookies().all(|cookie| !cookie.contains("session")));
    };
    // The attacker's form, from the attacker's site and from ours.
    refused(&mut victim, &form, "https://evil.example/");
    refused(&mut victim, &form, &shown.url);
    // The victim's form, if it could be read, but sent from elsewhere: the cookie does not come.
    refused(&mut victim, &own, "https://evil.example/");
    // The token of one transaction with another transaction, and with none.
    let other = login_page(&world, &mut victim).form();
    refused(&mut victim, &own.clone().with("transaction", other.value("transaction")), &idp.url);
    refused(&mut victim, &own.clone().without("transaction"), &idp.url);
    refused(&mut victim, &own.clone().with("csrf_token", ""), &idp.url);
    refused(&mut victim, &own.clone().without("csrf_token"), &idp.url);
    assert_eq!(victim.press(&own, &idp.url).status, 200);
}

#[test]
fn what_a_person_types_never_becomes_markup() {
    let world = World::small();
    let mut client = world.client();
    let login = login_page(&world, &mut client);
    let typed = "\"><script>alert(1)</script>";
    let form = login.form().with("user_name", typed).with("password", "wrong");
    let again = client.submit(&form, &login.url);
    assert_eq!(again.form().value("user_name"), typed);
    assert!(!again.body.contains("<script>alert"));
    assert!(!again.body.contains("wrong\""), "the password comes back");
}

#[test]
fn a_transaction_is_answered_once() {
    let world = World::small();
    let mut client = world.client();
    let login = login_page(&world, &mut client);
    let form = login.form().with("user_name", ADA).with("password", PASSWORD);
    assert_eq!(client.press(&form, &login.url).status, 200);
    let again = client.press(&form, &login.url);
    assert_eq!((again.status, code(&again).as_str()), (400, "transaction.over"));
    let back = client.visit(&login.url);
    assert_eq!((back.status, code(&back).as_str()), (400, "transaction.over"));
}
