//! Who gets in, and what everybody else is told.

use saml_tests::client::{Client, Reply, Request};
use saml_tests::message;
use saml_tests::world::{ADA, PASSWORD, World};

fn signed_in(world: &World) -> Client {
    let mut client = world.client();
    let page = world.sign_in(&mut client);
    assert!(page.body.contains("signed in"), "{}", page.body);
    client
}

/// A problem document [RFC 9457], never cached, its `login_url` if it has one.
fn problem(reply: &Reply, status: u16, kind: &str) -> Option<String> {
    assert_eq!(reply.status, status, "{}", reply.body);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    let document: serde_json::Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(document["type"], format!("urn:saml:problem:{kind}"));
    assert_eq!(document["status"], status);
    assert!(document["title"].is_string());
    assert_eq!(reply.header("www-authenticate"), (status == 401).then_some("SAML"));
    document["login_url"].as_str().map(str::to_owned)
}

#[test]
fn who_follows_a_link_is_sent_to_sign_in_and_comes_back_with_the_query() {
    let world = World::small();
    let mut client = world.client();
    let reply = client.get(&world.sp("app").at("/private?a=b&c=%2F"));
    assert_eq!((reply.status, reply.header("vary")), (303, Some("accept, cookie")));
    let location = reply.location().unwrap();
    assert!(location.ends_with("/saml/login?return_to=%2Fprivate%3Fa%3Db%26c%3D%252F"), "{location}");
}

#[test]
fn what_a_redirect_would_break_gets_a_problem_document() {
    let world = World::small();
    let login = world.sp("app").at("/saml/login");
    let private = world.sp("app").at("/private");
    let without_accept = Request { headers: Vec::new(), ..Request::get(&private) };
    let preflight = Request {
        method: "OPTIONS",
        ..Request::get(&private)
            .with("access-control-request-method", "GET")
            .with("origin", "https://a.example")
    };
    let script = Request {
        headers: vec![("accept".to_owned(), "application/json".to_owned())],
        ..Request::get(&private)
    };
    for request in [without_accept, preflight, script, Request::form(&private, &[("a", "b")])] {
        let reply = world.client().send(&request);
        assert_eq!(problem(&reply, 401, "sign-in-required").as_deref(), Some(login.as_str()), "{request:?}");
        assert_eq!(reply.location(), None);
    }
    let api = world.client().get(&world.sp("app").at("/api"));
    assert_eq!(problem(&api, 401, "sign-in-required"), Some(login));
}

#[test]
fn an_attribute_admits_by_its_exact_values() {
    let world = World::small();
    let mut client = signed_in(&world);
    let staff = client.get(&world.sp("app").at("/staff"));
    let board = client.get(&world.sp("app").at("/board"));
    assert!(staff.body.contains("signed in"), "{} {}", staff.status, staff.body);
    assert_eq!(problem(&board, 403, "not-permitted"), None);
    assert_eq!(world.client().get(&world.sp("app").at("/staff")).status, 303, "a stranger is asked first");
}

/// By a fresh request: to the person's own provider, with `ForceAuthn` and the class that is wanted.
#[test]
fn who_authenticated_in_another_way_is_asked_to_do_it_again() {
    let world = World::small();
    let mut client = signed_in(&world);
    let vault = world.sp("app").at("/vault?x=1");
    let reply = client.get(&vault);
    let location = reply.location().unwrap();
    assert!(location.starts_with(&world.idp("idp").at("/saml/sso?")), "{location}");
    let login = client.visit(&location);
    // They are signed in there, and are asked all the same; their way is not the one that is wanted.
    let form = login.form().with("user_name", ADA).with("password", PASSWORD);
    let answer = client.submit(&form, &login.url);
    let xml = message::decode(answer.form().value("SAMLResponse"));
    assert!(xml.contains("status:NoAuthnContext") && xml.contains("TimeSyncToken"), "{xml}");
    let script = Request { headers: Vec::new(), ..Request::get(&vault) };
    let reply = client.send(&script);
    assert!(problem(&reply, 401, "stronger-sign-in-required").is_some());
}

/// Which provider is meant is never guessed.
#[test]
fn a_handler_without_a_guard_is_told_so_and_serves_nobody() {
    let world = World::small();
    let mut client = signed_in(&world);
    for client in [&mut client, &mut world.client()] {
        let reply = client.get(&world.sp("app").at("/no-guard"));
        assert_eq!(problem(&reply, 500, "misconfigured"), None);
    }
}
