//! A planted cookie signs nobody in, and a foreign cookie disturbs nothing.

use saml_tests::client::{Client, own_cookie};
use saml_tests::raw::{self, RawReply};
use saml_tests::world::{ADA, BOB, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use crate::code;

/// Names that a browser doesn't guard, and that readers who decode or trim take for the guarded one.
const DISGUISES: [(&[u8], &[u8]); 7] = [
    (b"%5F%5FHost", b""),
    (b"%5f_Host", b""),
    (b"\xe2\x80\x80__Host", b""),
    (b"\xc2\x85__Host", b""),
    (b"\xc2\xa0__Host", b""),
    (b"__Host", b"\xe2\x80\x83"),
    (b"__HOST", b""),
];

fn get(world: &World, url: &str, cookies: &[Vec<u8>]) -> RawReply {
    let lines: Vec<Vec<u8>> = cookies.iter().map(|line| [b"cookie: ", line.as_slice()].concat()).collect();
    let mut lines: Vec<&[u8]> = lines.iter().map(Vec::as_slice).collect();
    lines.push(b"accept: text/html");
    let (_, path) = url.split_once(".org").unwrap();
    raw::ask(world.address(url), "GET", path, &lines, b"")
}

/// A cookie called as the one of `own` (`app-session`), but for what stands in the place of `__Host`, and for what comes
/// after the name.
fn pair(before: &[u8], own: &str, after: &[u8], value: &str) -> Vec<u8> {
    let (host, purpose) = own.split_once('-').unwrap();
    let name = own_cookie(&format!("https://{host}.example.org"), host, purpose);
    [before, name.strip_prefix("__Host").unwrap().as_bytes(), after, b"=", value.as_bytes()].concat()
}

fn cookie(client: &Client, host: &str, purpose: &str) -> String {
    client.own_cookie(&format!("https://{host}.example.org"), host, purpose).unwrap().to_owned()
}

/// A login of somebody else, up to its last hop.
fn last_hop(world: &World, client: &mut Client) -> String {
    let answer = world.answer_for(client, BOB);
    client.press(&answer.form(), &answer.url).location().unwrap()
}

// Attack 246.
#[test]
fn a_planted_session_signs_nobody_in() {
    let world = World::small();
    let mut attacker = world.client();
    let answer = world.answer_for(&mut attacker, BOB);
    let _page = attacker.submit(&answer.form(), &answer.url);
    let (app, idp) = (cookie(&attacker, "app", "session"), cookie(&attacker, "idp", "session"));
    let optional = world.sp("app").at("/optional");
    let home = world.idp("idp").at("/saml/home");
    let genuine = |host: &str, token: &str| pair(b"__Host", &format!("{host}-session"), b"", token);
    assert!(get(&world, &optional, &[genuine("app", &app)]).text().contains("somebody"), "the control");
    assert!(get(&world, &home, &[genuine("idp", &idp)]).text().contains("Hello"), "the control");
    for (before, after) in DISGUISES {
        let planted = pair(before, "app-session", after, &app);
        assert!(
            get(&world, &optional, std::slice::from_ref(&planted)).text().contains("nobody"),
            "{before:?}"
        );
        // A longer path goes first: the person's own session stays theirs.
        let mut victim = world.client();
        let _page = world.sign_in(&mut victim);
        let own = genuine("app", &cookie(&victim, "app", "session"));
        let page = get(&world, &world.sp("app").at("/private"), &[[planted, own].join(b"; ".as_slice())]);
        assert!(page.text().contains("signed in: Ada Lovelace"), "{before:?}");

        let planted = pair(before, "idp-session", after, &idp);
        assert!(get(&world, &home, &[planted]).text().contains("name=\"password\""), "{before:?}");
    }
}

#[test]
fn a_planted_browser_completes_no_login() {
    let world = World::small();
    for (before, after) in DISGUISES {
        let mut attacker = world.client();
        let url = last_hop(&world, &mut attacker);
        let planted = pair(before, "app-browser", after, &cookie(&attacker, "app", "browser"));
        let logins = pair(b"__Host", "app-logins", b"", &cookie(&attacker, "app", "logins"));
        let refused = get(&world, &url, &[planted, logins]);
        assert_eq!((refused.status, code(&refused).as_str()), (403, "login.other_browser"), "{before:?}");
        assert_eq!(refused.header("set-cookie"), None);
    }
    // The login form of the identity provider: the attacker's token, with the attacker's browser planted.
    let mut attacker = world.client();
    let login = attacker.visit(&world.sp("app").at("/private"));
    let form = login.form().with("user_name", BOB).with("password", PASSWORD);
    let body: Vec<String> = form.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let body = body.join("&").replace(' ', "+");
    let address = world.address(&world.idp("idp").url);
    for (before, after) in DISGUISES {
        let planted = pair(before, "idp-browser", after, &cookie(&attacker, "idp", "browser"));
        let lines: [&[u8]; 2] =
            [&[b"cookie: ", planted.as_slice()].concat(), b"content-type: application/x-www-form-urlencoded"];
        let refused = raw::ask(address, "POST", "/saml/login", &lines, body.as_bytes());
        assert_eq!((refused.status, code(&refused).as_str()), (403, "form.refused"), "{before:?}");
    }
    assert_eq!(attacker.press(&form, &login.url).status, 200, "the control");
}

#[test]
fn foreign_cookies_disturb_nothing() {
    let world = World::small();
    let mut client = world.client();
    let url = last_hop(&world, &mut client);
    let browser = pair(b"__Host", "app-browser", b"", &cookie(&client, "app", "browser"));
    let logins = pair(b"__Host", "app-logins", b"", &cookie(&client, "app", "logins"));
    let foreign: [&[u8]; 6] = [b"legacy=caf\xe9", b"\xff\xfe", b"=x", b"nameless", b"x=\"", b"legacy=%E9"];
    // On one line and on lines of their own, before and behind.
    let mut lines: Vec<Vec<u8>> = foreign.iter().map(|line| line.to_vec()).collect();
    lines.insert(3, [b"legacy=caf\xe9; \t".as_slice(), &browser, b" ;\xe9;", &logins].concat());
    let signed_in = get(&world, &url, &lines);
    assert_eq!(signed_in.status, 303, "{}", signed_in.text());
    let set_cookie = signed_in.header("set-cookie").unwrap();
    let session = set_cookie.split(';').next().unwrap().as_bytes().to_vec();
    for foreign in foreign {
        let line = [foreign, b"; ".as_slice(), &session].concat();
        assert!(get(&world, &world.sp("app").at("/optional"), &[line]).text().contains("somebody"));
    }
    let idp_session = pair(b"__Host", "idp-session", b"", &cookie(&client, "idp", "session"));
    let line = [b"legacy=caf\xe9; ".as_slice(), &idp_session].concat();
    assert!(get(&world, &world.idp("idp").at("/saml/home"), &[line]).text().contains("Hello"));
}

#[test]
fn two_cookies_of_one_name_are_none_and_are_told() {
    let world = World::small();
    let mut client = world.client();
    let url = last_hop(&world, &mut client);
    let own = pair(b"__Host", "app-browser", b"", &cookie(&client, "app", "browser"));
    let other = pair(b"__Host", "app-browser", b"", &"a".repeat(43));
    let logins = pair(b"__Host", "app-logins", b"", &cookie(&client, "app", "logins"));
    for cookies in [
        vec![own.clone(), other.clone(), logins.clone()],
        vec![[other, own.clone()].join(b"; ".as_slice()), logins.clone()],
        vec![own.clone(), logins.clone(), logins.clone()],
    ] {
        let refused = get(&world, &url, &cookies);
        assert_eq!((refused.status, code(&refused).as_str()), (403, "cookie.duplicated"));
    }
    assert_eq!(get(&world, &url, &[own, logins]).status, 303, "the login was not used up");

    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let twice = |host: &str, purpose: &str| {
        let pair = pair(b"__Host", &format!("{host}-{purpose}"), b"", &cookie(&client, host, purpose));
        [pair.clone(), pair].join(b"; ".as_slice())
    };
    let session = twice("app", "session");
    assert!(
        get(&world, &world.sp("app").at("/optional"), std::slice::from_ref(&session))
            .text()
            .contains("nobody")
    );
    assert_eq!(get(&world, &world.sp("app").at("/private"), std::slice::from_ref(&session)).status, 303);
    let lines: [&[u8]; 1] = [&[b"cookie: ", session.as_slice()].concat()];
    let refused = raw::ask(world.address(&world.sp("app").url), "POST", "/saml/logout", &lines, b"");
    assert_eq!((refused.status, code(&refused).as_str()), (400, "cookie.duplicated"));
    for purpose in ["session", "browser"] {
        let refused = get(&world, &world.idp("idp").at("/saml/home"), &[twice("idp", purpose)]);
        assert_eq!((refused.status, code(&refused).as_str()), (403, "cookie.duplicated"), "{purpose}");
    }
}

/// Without the prefix, names are compared in the same way.
#[test]
fn in_development_names_are_exact_too() {
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let mut client = world.client();
    let answer = world.answer_for(&mut client, ADA);
    let _page = client.submit(&answer.form(), &answer.url);
    let own = own_cookie(&world.sp("app").url, "app", "session");
    let session = client.cookie("127.0.0.1", &own).unwrap();
    let address = world.address(&world.sp("app").url);
    let page = |line: String| raw::ask(address, "GET", "/optional", &[line.as_bytes()], b"").text();
    assert!(page(format!("cookie: {own}={session}")).contains("somebody"));
    for name in [
        own.replacen('-', "%2D", 1),
        own.replacen('a', "A", 1),
        format!("\u{2000}{own}"),
        format!("{own}\u{a0}"),
        format!("\"{own}\""),
    ] {
        assert!(page(format!("cookie: {name}={session}")).contains("nobody"), "{name}");
    }
}
