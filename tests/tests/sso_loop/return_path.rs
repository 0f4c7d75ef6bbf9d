//! Where people land: where they wanted to go, and never on another host.

use saml_tests::client::{Client, Reply, encode, host};
use saml_tests::world::{ADA, PASSWORD, World};

fn lands(world: &World, query: &str) -> Reply {
    let mut client: Client = world.client();
    let login = client.visit(&world.sp("app").at(&format!("/saml/login{query}")));
    assert_eq!(login.status, 200, "{query}: {}", login.body);
    let answer = client.submit(&login.form().with("user_name", ADA).with("password", PASSWORD), &login.url);
    client.submit(&answer.form(), &answer.url)
}

#[test]
fn a_path_of_ours_is_returned_to() {
    let world = World::small();
    for path in ["/private", "/private?a=b&c=%20d", "/optional?next=//evil.example"] {
        let page = lands(&world, &format!("?return_to={}", encode(path)));
        assert_eq!(page.url, world.sp("app").at(path));
    }
}

// Attack 244.
#[test]
fn an_address_elsewhere_is_not() {
    let world = World::small();
    for path in [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "\\\\evil.example/",
        "/\t/evil.example/",
        "/\r\nlocation: https://evil.example/",
        " //evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "evil.example",
        "@evil.example",
        ".evil.example",
        ":80@evil.example",
        "",
    ] {
        let page = lands(&world, &format!("?return_to={}", encode(path)));
        assert_eq!(host(&page.url), "app.example.org", "{path:?}");
        assert_eq!(page.url, world.sp("app").at("/"), "{path:?}");
    }
    let page = lands(&world, &format!("?return_to=%2F{}", "a".repeat(4000)));
    assert_eq!(page.url, world.sp("app").at("/"));
}
