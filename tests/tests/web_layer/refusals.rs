//! The pages of refusals: their text, their number, their time.

use saml_provider::peer::PeerCursor;
use saml_provider::web::route::{Methods, Route};
use saml_tests::raw;
use saml_tests::world::{ADA, World};

/// Every page that refuses, at every endpoint of both roles: its number stands in a header too, and the time beside it.
#[test]
fn a_refusal_has_a_number_a_time_and_a_way_on() {
    let world = World::small();
    let mut seen = 0;
    for (address, routes) in [
        (world.address(&world.sp("app").url), saml_sp::web::ROUTES.as_slice()),
        (world.address(&world.idp("idp").url), saml_idp::web::ROUTES.as_slice()),
    ] {
        let none = Route::get("/nothing-here", saml_provider::web::route::Head::NotAllowed);
        for route in routes.iter().chain([&none]) {
            let path = format!("/saml{}?SAMLart=x", route.path.replace("{file}", "none"));
            let wrong = if route.methods == Methods::Get { "POST" } else { "PUT" };
            for (method, path) in
                [(wrong, path.as_str()), ("GET", path.as_str()), ("POST", path.split('?').next().unwrap())]
            {
                let reply = raw::ask(address, method, path, &[b"accept: text/html"], b"");
                if reply.status < 400 {
                    continue;
                }
                seen += 1;
                let id =
                    reply.correlation_id().unwrap_or_else(|| panic!("{method} {path}: {}", reply.text()));
                assert_eq!(reply.header("x-correlation-id"), Some(id.as_str()), "{method} {path}");
                assert!(reply.text().contains("<time datetime=\"20"), "{method} {path}");
                assert!(reply.text().contains("<a class=\"button\" href=\"/"), "{method} {path}");
            }
        }
    }
    assert!(seen > 25, "{seen}");
}

/// Where no identity provider answered, none is blamed.
#[test]
fn a_wrong_use_says_nothing_of_an_answer() {
    let world = World::small();
    let address = world.address(&world.sp("app").url);
    for (method, path) in [
        ("GET", "/saml/login?idp=a&idp=b"),
        ("GET", "/saml/login?idp=https%3A%2F%2Fnobody.example"),
        ("GET", "/saml/complete"),
        ("GET", "/saml/complete?login=short"),
        ("GET", "/saml/acs?SAMLResponse=x"),
        ("POST", "/saml/acs"),
    ] {
        let reply = raw::ask(address, method, path, &[b"accept: text/html"], b"");
        assert!((400..500).contains(&reply.status), "{method} {path}: {}", reply.status);
        assert!(reply.text().contains("This request can’t be accepted"), "{method} {path}: {}", reply.text());
        assert!(!reply.text().contains("organisation"), "{method} {path}");
    }
}

/// The home page has tiles only for services that can be opened from it.
#[test]
fn every_tile_of_the_home_page_can_be_opened() {
    let world = World::small();
    let mut client = world.client();
    let _signed_in = world.sign_in(&mut client);
    let home = client.visit(&world.idp("idp").at("/saml/home"));
    assert!(home.body.contains("<h1>Hello, "), "{}", home.body);
    assert!(!home.body.contains("class=\"choice\""), "{}", home.body);
    assert!(home.body.contains("Open the service that you want to use"), "{}", home.body);
}

/// The page between the two speaks for the identity provider and names the service as people know it.
#[test]
fn the_page_on_the_way_to_a_service_names_it_as_people_know_it() {
    let world = World::small();
    let mut client = world.client();
    let answer = world.answer_for(&mut client, ADA);
    let idp = &world.idp("idp").provider;
    let listed = idp.snapshot().service_providers().page(PeerCursor::default(), 1);
    let name = listed.peers[0].display_name();
    assert!(answer.body.contains(&format!("<h1>Continue to {name}</h1>")), "{}", answer.body);
    assert!(
        answer.body.contains(&format!("<span>{}</span>", idp.config().site.display_name)),
        "{}",
        answer.body
    );
    let policy = answer.header("content-security-policy").unwrap();
    for directive in ["script-src 'self'", "style-src 'self'", "form-action https:", "default-src 'none'"] {
        assert!(policy.split("; ").any(|said| said == directive), "{policy}");
    }
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
