//! Sessions begin, end, and belong to one browser.

use std::time::Duration;

use saml_core::assertion::Statement;
use saml_store::Token;
use saml_tests::answer::Answer;
use saml_tests::client::Request;
use saml_tests::message::now;
use saml_tests::step::step;
use saml_tests::world::World;

use saml_tests::flow::{code, receive, request_id};

const SP: (&str, &str) = ("https://app.example.org", "app");
const IDP: (&str, &str) = ("https://idp.example.org", "idp");

// Attack 242.
#[test]
fn a_session_gets_a_name_that_nobody_could_have_planted() {
    let world = World::small();
    let mut client = world.client();
    let planted = Token::random().unwrap();
    for (url, base) in [SP, IDP] {
        client.set_own_cookie(url, base, "session", planted.expose());
    }
    let page = world.sign_in(&mut client);
    assert!(page.body.contains("signed in: Ada Lovelace"));
    for (url, base) in [SP, IDP] {
        assert_ne!(client.own_cookie(url, base, "session").unwrap(), planted.expose());
    }
    let first = client.own_cookie(SP.0, SP.1, "session").unwrap().to_owned();
    // Another login ends the session before it.
    let answer = client.visit(&world.sp("app").at("/saml/login"));
    let _page = client.submit(&answer.form(), &answer.url);
    assert_ne!(client.own_cookie(SP.0, SP.1, "session").unwrap(), first);
    let mut thief = world.client();
    thief.set_own_cookie(SP.0, SP.1, "session", &first);
    assert!(thief.visit(&world.sp("app").at("/optional")).body.contains("nobody"));
}

#[test]
fn logout_ends_the_session_and_not_only_the_cookie() {
    let world = World::small();
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let mut copy = client.clone();

    let page = world.sign_out(&mut client);
    assert!(page.body.contains("You are signed out here"));
    assert!(client.own_cookie(SP.0, SP.1, "session").is_none());
    assert!(copy.visit(&world.sp("app").at("/optional")).body.contains("nobody"));

    let home = client.visit(&world.idp("idp").at("/saml/home"));
    assert!(home.body.contains("Hello, Ada Lovelace"), "the session there goes on");
    let page = client.submit(&home.form(), &home.url);
    assert!(page.body.contains("You are signed out here"));
    assert!(client.own_cookie(IDP.0, IDP.1, "session").is_none());
    assert!(copy.visit(&world.idp("idp").at("/saml/home")).body.contains("name=\"password\""));
    assert!(client.visit(&world.sp("app").at("/private")).body.contains("name=\"password\""), "asks again");
}

#[test]
fn another_site_can_not_sign_people_out() {
    let world = World::small();
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let logout = Request { cross_site: true, ..Request::form(&world.sp("app").at("/saml/logout"), &[]) };
    let _reply = client.clone().send(&logout);
    assert!(client.visit(&world.sp("app").at("/private")).body.contains("signed in: Ada Lovelace"));
    // A sibling subdomain's form comes with the cookie. Another site can't know the token of this session.
    let mut other = world.client();
    let _page = world.sign_in(&mut other);
    let stolen = other.get(&world.sp("app").at("/sign-out")).form();
    let bare = stolen.clone().without("csrf_token");
    for form in [stolen.clone().with("csrf_token", ""), bare, stolen] {
        let refused = client.press(&form, &world.sp("app").url);
        assert_eq!((refused.status, code(&refused).as_str()), (400, "form.refused"));
        assert_eq!(refused.set_cookies().count(), 0);
    }
    assert!(client.visit(&world.sp("app").at("/private")).body.contains("signed in: Ada Lovelace"));
}

#[test]
fn a_session_lasts_as_long_as_the_provider_says_and_no_longer_than_ours() {
    let world = World::small();
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), now());
    let longest = sp.provider.config().lifetimes.session;
    let hour = Duration::from_secs(3600);
    // The provider's clock may be off, so its end is met with the same tolerance as everywhere else.
    let skew = sp.provider.config().site.clock_skew.as_duration();
    for (offered, expected) in [(None, longest), (Some(hour), hour + skew), (Some(longest * 3), longest)] {
        let (id, browser) = request_id(sp, None, at);
        let answer = Answer::new(idp, sp, Some(&id), at).but(|a| {
            if let Some(Statement::Authn(statement)) = a.assertion.statements.first_mut() {
                statement.session_not_on_or_after = offered.map(|offered| at.saturating_add(offered));
            }
        });
        let login = receive(sp, &answer.signed_by(idp), at).unwrap();
        let signed_in = step(sp.provider.complete_login(&login.token, browser.cookies(), at)).unwrap();
        let alive =
            |after| step(sp.provider.session(&signed_in.token, at.saturating_add(after))).unwrap().is_some();
        let second = Duration::from_secs(1);
        // It is in use all the time.
        for half_hour in 0..(expected - second).as_secs() / 1800 {
            assert!(alive(Duration::from_secs(half_hour * 1800)), "{offered:?}");
        }
        assert!(alive(expected - second) && !alive(expected + second), "{offered:?}");
    }
}

#[test]
fn only_a_page_is_worth_a_redirect() {
    let world = World::small();
    let url = world.sp("app").at("/private?a=b&c=%20");
    let page = world.client().get(&url);
    assert_eq!(page.status, 303);
    assert_eq!(page.header("location"), Some("/saml/login?return_to=%2Fprivate%3Fa%3Db%26c%3D%2520"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let script =
        Request { headers: vec![("accept".to_owned(), "application/json".to_owned())], ..Request::get(&url) };
    assert_eq!(world.client().send(&script).status, 401);
    assert_eq!(world.client().post(&url, &[("a", "b")]).status, 401);
    let mut client = world.client();
    client.set_own_cookie(SP.0, SP.1, "session", Token::random().unwrap().expose());
    assert_eq!(client.get(&url).status, 303, "a cookie of nothing");
}

#[test]
fn the_session_of_another_service_is_nobodys_here() {
    let world = World::small();
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let idp_session = client.own_cookie(IDP.0, IDP.1, "session").unwrap().to_owned();
    let mut thief = world.client();
    thief.set_own_cookie(SP.0, SP.1, "session", &idp_session);
    assert!(thief.visit(&world.sp("app").at("/optional")).body.contains("nobody"));
}
