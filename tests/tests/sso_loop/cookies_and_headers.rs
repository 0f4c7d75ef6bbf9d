//! What browsers are told to enforce.

use saml_tests::client::{Client, Reply, own_cookie};
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

/// All answers of a login, a logout and some mistakes.
fn replies(world: &World) -> Vec<Reply> {
    let (idp, sp) = (&world.idps[0], &world.sps[0]);
    let mut client = world.client();
    let mut all = Vec::new();
    let mut reply = client.get(&sp.at("/saml/login"));
    loop {
        all.push(reply.clone());
        reply = if let Some(location) = reply.location() {
            client.get(&location)
        } else if reply.body.contains("name=\"password\"") {
            let wrong = reply.form().with("user_name", ADA).with("password", "wrong");
            all.push(client.press(&wrong, &reply.url));
            client.press(&reply.form().with("user_name", ADA).with("password", PASSWORD), &reply.url)
        } else if reply.body.contains("name=\"SAMLResponse\"") {
            client.press(&reply.form(), &reply.url)
        } else {
            all.pop();
            break;
        };
    }
    let home = client.get(&idp.at("/saml/home"));
    all.push(home.clone());
    all.push(client.press(&home.form(), &home.url));
    all.push(client.post(&sp.at("/saml/logout"), &[]));
    all.push(world.sign_out(&mut client));
    for url in [sp.at("/saml/nothing"), idp.at("/saml/nothing"), sp.at("/saml/complete"), idp.at("/saml/sso")]
    {
        all.push(client.get(&url));
    }
    all
}

#[test]
fn cookies_are_for_https_this_host_and_no_script() {
    let world = World::small();
    let mut names = Vec::new();
    for reply in replies(&world) {
        for cookie in reply.set_cookies() {
            let (pair, attributes) = cookie.split_once("; ").unwrap();
            let attributes: Vec<&str> = attributes.split("; ").collect();
            for needed in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
                assert!(attributes.contains(&needed), "{needed} in {cookie}");
            }
            assert!(attributes.iter().any(|a| a.starts_with("Max-Age=")), "{cookie}");
            assert!(!attributes.iter().any(|a| a.starts_with("Domain")), "{cookie}");
            names.push(pair.split_once('=').unwrap().0.to_owned());
        }
    }
    names.sort();
    names.dedup();
    let named = |name, purpose| own_cookie(&format!("https://{name}.example.org"), name, purpose);
    let mut expected = [
        ("app", "browser"),
        ("app", "logins"),
        ("app", "session"),
        ("idp", "browser"),
        ("idp", "known"),
        ("idp", "session"),
    ]
    .map(|(name, purpose)| named(name, purpose));
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn on_a_developers_machine_they_work_over_http() {
    let world = World::new(Hosting::Loopback, vec![IdpPlan::new("idp")], vec![SpPlan::new("app")]);
    let cookies: Vec<String> =
        replies(&world).iter().flat_map(|r| r.set_cookies().map(str::to_owned).collect::<Vec<_>>()).collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(!cookie.contains("Secure") && !cookie.starts_with("__"), "{cookie}");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }
}

#[test]
fn every_answer_is_kept_by_nobody_and_framed_by_nobody() {
    let world = World::small();
    for reply in replies(&world) {
        let header = |name: &str| {
            reply.header(name).unwrap_or_else(|| panic!("no {name}: {} {:?}", reply.url, reply.headers))
        };
        assert_eq!(header("cache-control"), "no-store", "{}", reply.url);
        assert!(["no-referrer", "same-origin"].contains(&header("referrer-policy")), "{}", reply.url);
        if reply.location().is_some() {
            continue;
        }
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("x-frame-options"), "DENY");
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        let policy = header("content-security-policy");
        for directive in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(directive), "{directive} in {policy} of {}", reply.url);
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("unsafe-eval") && !policy.contains('*'),
            "{policy}"
        );
        // The page has no inline script, style or handler, which the policy would have to allow.
        let body = reply.body.to_lowercase();
        assert!(
            !body.contains("<script>") && !body.contains(" style=") && !body.contains(" onload="),
            "{body}"
        );
    }
}

#[test]
fn secrets_stay_out_of_addresses() {
    let world = World::small();
    let mut client: Client = world.client();
    let _page = world.sign_in(&mut client);
    let secrets: Vec<String> = ["app", "idp"]
        .iter()
        .flat_map(|name| {
            let url = format!("https://{name}.example.org");
            ["session", "browser"].map(|purpose| client.own_cookie(&url, name, purpose).unwrap().to_owned())
        })
        .collect();
    for reply in replies(&world) {
        assert!(secrets.iter().all(|secret| !reply.url.contains(secret)));
    }
    for secret in secrets {
        assert!(!saml_tests::journal::mentions(&secret), "a token stands in the log");
    }
    assert!(!saml_tests::journal::mentions(PASSWORD), "a password stands in the log");
}
