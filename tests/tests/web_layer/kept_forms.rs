//! Forms that were posted when nobody was signed in any more.

use saml_tests::client::{Client, Reply, Request};
use saml_tests::journal;
use saml_tests::watched::Watched;
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

/// As a browser writes it, with a line break, an umlaut and what has a meaning in URLs and in pages.
const FORM: &str =
    "subject=Two+crates&note=Leave+them%2C%0D%0Aplease%21&csrf=a%26b%3D%2B%22%3C%3E&subject=%C3%A4*-._";

const HEADERS: [(&str, &str); 3] = [
    ("origin", "https://app.example.org"),
    ("sec-fetch-site", "same-origin"),
    ("sec-fetch-mode", "navigate"),
];

/// A form as the button of a page posts it, with these headers of the browser's.
fn posted(url: &str, body: &str, headers: &[(&str, &str)]) -> Request {
    let request = Request::post(url, "application/x-www-form-urlencoded", body.as_bytes().to_vec());
    headers.iter().fold(request, |request, (name, value)| request.with(name, value))
}

/// Has a form of the application kept.
fn keep(client: &mut Client, world: &World) -> Reply {
    let kept = client.send(&posted(&world.sp("app").at("/orders?page=2"), FORM, &HEADERS));
    assert!(kept.body.contains("<h1>Your form was not sent yet</h1>"), "{} {}", kept.status, kept.body);
    kept
}

/// Presses the button of the page that keeps it.
fn go_on(client: &mut Client, world: &World, sealed: &str, headers: &[(&str, &str)]) -> Reply {
    let url = world.sp("app").at("/saml/kept-form");
    client.send(&posted(&url, &format!("form={sealed}"), headers))
}

/// Signs in by the link of the page that keeps a form.
fn sign_in(client: &mut Client, world: &World, kept: &Reply) -> Reply {
    let link = kept.body.split("href=\"/saml/login").nth(1).unwrap().split('"').next().unwrap();
    let mut page = client.visit(&world.sp("app").at(&format!("/saml/login{link}")));
    if !page.body.contains("name=\"SAMLResponse\"") {
        let form = page.form().with("user_name", ADA).with("password", PASSWORD);
        page = client.submit(&form, &page.url);
    }
    client.submit(&page.form(), &page.url)
}

/// The form is refused, and the log says so.
fn is_over(reply: &Reply) {
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert!(reply.body.contains("<h1>This form can’t be sent any more</h1>"), "{}", reply.body);
    let line = journal::of(reply.correlation_id().unwrap()).unwrap();
    assert_eq!(line.field("code"), "form.refused");
}

#[test]
fn a_form_comes_as_it_was_posted_the_first_time() {
    let store = Watched::new();
    let plan = SpPlan::new("app").storing(store.clone());
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![plan]);
    let mut client = world.client();
    let kept = keep(&mut client, &world);
    assert_eq!((kept.status, kept.header("www-authenticate")), (401, Some("SAML")));
    assert_eq!(kept.header("cache-control"), Some("no-store"));
    let cookies: Vec<&str> = kept.set_cookies().collect();
    let [cookie] = cookies.as_slice() else { panic!("{cookies:?}") };
    assert!(cookie.starts_with("__Host-app-") && cookie.contains("-form="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    let sealed = kept.form().value("form").to_owned();
    assert!(!kept.body.contains("crates"), "nothing is shown before somebody is signed in");

    // Too early: it is kept as before.
    let early = go_on(&mut client, &world, &sealed, &HEADERS);
    assert_eq!((early.status, early.form().value("form")), (401, sealed.as_str()));

    let here = sign_in(&mut client, &world, &kept);
    assert_eq!(here.url, world.sp("app").at("/saml/signed-in"));
    assert!(here.body.contains("<h1>You are signed in</h1>"), "{}", here.body);

    let ready = go_on(&mut client, &world, &sealed, &HEADERS);
    assert_eq!(ready.status, 200, "{}", ready.body);
    assert!(ready.body.contains("<dt>csrf</dt>\n<dd>a&#38;b=+&#34;&#60;&#62;</dd>"), "{}", ready.body);
    let form = ready.form();
    assert_eq!(form.action, world.sp("app").at("/orders?page=2"));
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let again = Request::form(&form.action, &fields);
    assert_eq!(String::from_utf8(again.body.clone().unwrap()).unwrap(), FORM);
    let ordered =
        client.send(&HEADERS.iter().fold(again, |request, (name, value)| request.with(name, value)));
    let shown = format!("ordered by Ada Lovelace: /orders?page=2 [{}]", FORM.replace('&', "&amp;"));
    assert!(ordered.body.contains(&shown), "{}", ordered.body);

    for change in store.changes() {
        let written = change.written.unwrap_or_default();
        for part in ["crates", "orders", sealed.get(..32).unwrap()] {
            let holds = written.windows(part.len()).any(|octets| octets == part.as_bytes());
            assert!(!holds, "{part} in {}", change.namespace);
        }
    }
}

/// No post of another site is kept, and none brings a kept form out of its seal, whoever's cookie comes with it (attack
/// 256).
#[test]
fn a_form_of_another_site_is_neither_kept_nor_shown() {
    let world = World::small();
    let mut person = world.client();
    let kept = keep(&mut person, &world);
    let sealed = kept.form().value("form").to_owned();
    let _here = sign_in(&mut person, &world, &kept);
    let mut stranger = world.client();

    let without = |name: &str| -> Vec<(&str, &str)> {
        HEADERS.into_iter().filter(|(known, _)| *known != name).collect()
    };
    let mut forged = Vec::new();
    for (name, values) in [
        (
            "origin",
            [
                "https://evil.example",
                "null",
                "",
                "https://app.example.org.evil.example",
                "http://app.example.org",
            ],
        ),
        ("sec-fetch-site", ["cross-site", "same-site", "none", "", "same-origin, cross-site"]),
        ("sec-fetch-mode", ["cors", "no-cors", "same-origin", "", "websocket"]),
    ] {
        forged.push(without(name));
        for value in values {
            forged.push([without(name), vec![(name, value)]].concat());
            forged.push([HEADERS.to_vec(), vec![(name, value)]].concat());
        }
    }
    for headers in forged {
        let reply = stranger.send(&posted(&world.sp("app").at("/orders"), FORM, &headers));
        assert_eq!((reply.status, reply.header("content-type")), (401, Some("application/problem+json")));
        assert_eq!(reply.set_cookies().count(), 0, "{headers:?}");
        is_over(&go_on(&mut person, &world, &sealed, &headers));
    }
    assert_eq!(go_on(&mut person, &world, &sealed, &HEADERS).status, 200);
}

// Attack 256.
#[test]
fn a_kept_form_is_of_one_browser_one_provider_and_whole() {
    let store = Watched::new();
    let sps = ["app", "other"].map(|name| SpPlan::new(name).storing(store.clone()));
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], sps.into());
    let mut person = world.client();
    let kept = keep(&mut person, &world);
    let sealed = kept.form().value("form").to_owned();
    let _here = sign_in(&mut person, &world, &kept);

    let mut thief = world.client();
    is_over(&go_on(&mut thief, &world, &sealed, &HEADERS));
    let theirs = keep(&mut thief, &world);
    let _here = sign_in(&mut thief, &world, &theirs);
    is_over(&go_on(&mut thief, &world, &sealed, &HEADERS));
    is_over(&go_on(&mut person, &world, theirs.form().value("form"), &HEADERS));

    // Another provider on the same store, asked by a browser with the very same cookies.
    let browser = person.own_cookie(&world.sp("app").url, "app", "form").unwrap().to_owned();
    person.set_own_cookie(&world.sp("other").url, "other", "form", &browser);
    let headers = HEADERS
        .map(|(name, value)| (name, if name == "origin" { "https://other.example.org" } else { value }));
    let url = world.sp("other").at("/saml/kept-form");
    is_over(&person.send(&posted(&url, &format!("form={sealed}"), &headers)));

    for at in (0..sealed.len()).step_by(7) {
        let mut flipped = sealed.clone().into_bytes();
        flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
        if flipped != sealed.as_bytes() {
            is_over(&go_on(&mut person, &world, std::str::from_utf8(&flipped).unwrap(), &HEADERS));
        }
    }
    for wrong in ["", &sealed[1..], &sealed[..sealed.len() - 4], &format!("{sealed}AAAA"), "%00"] {
        is_over(&go_on(&mut person, &world, wrong, &HEADERS));
    }
    let twice = format!("{sealed}&form={sealed}");
    is_over(&go_on(&mut person, &world, &twice, &HEADERS));
    assert_eq!(go_on(&mut person, &world, &sealed, &HEADERS).status, 200);
}

/// What can't be kept is told, in a page, before the person believes that it was sent.
#[test]
fn a_form_that_can_not_be_kept_is_told() {
    let world = World::small();
    let orders = world.sp("app").at("/orders");
    let longest = format!("note={}", "x".repeat(64 * 1024 - 5));
    let kept = world.client().send(&posted(&orders, &longest, &HEADERS));
    assert!(kept.body.contains("<h1>Your form was not sent yet</h1>"), "{} {}", kept.status, kept.body);
    let sealed = kept.form().value("form").len();
    assert!(sealed > 80 * 1024, "{sealed}");

    let many = vec!["a="; 1001].join("&");
    let mut lost: Vec<Request> = [&format!("{longest}x"), &many, "a", "a=%zz", "a=%ff", "a=%00"]
        .map(|body| posted(&orders, body, &HEADERS))
        .into();
    for content_type in ["multipart/form-data; boundary=x", "text/plain"] {
        let request = Request::post(&orders, content_type, b"--x--".to_vec());
        lost.push(HEADERS.iter().fold(request, |request, (name, value)| request.with(name, value)));
    }
    for request in lost {
        for (language, heading) in
            [("en", "Your form was not sent"), ("de", "Ihr Formular wurde nicht gesendet")]
        {
            let reply = world.client().reading(language).send(&request);
            assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("SAML")));
            assert!(reply.body.contains(&format!("<h1>{heading}</h1>")), "{}", reply.body);
            assert_eq!(reply.set_cookies().count(), 0);
        }
    }
}

/// The largest form that is kept can be taken out again.
#[test]
fn the_longest_form_makes_the_whole_way() {
    let world = World::small();
    let mut client = world.client();
    let body = format!("note={}", "x".repeat(64 * 1024 - 5));
    let kept = client.send(&posted(&world.sp("app").at("/orders"), &body, &HEADERS));
    let _here = sign_in(&mut client, &world, &kept);
    let ready = go_on(&mut client, &world, kept.form().value("form"), &HEADERS);
    assert_eq!(ready.form().value("note").len(), 64 * 1024 - 5, "{}", ready.status);
}

#[test]
fn forms_are_kept_where_that_was_asked_for_and_nowhere_else() {
    let world = World::small();
    let reply = world.client().send(&posted(&world.sp("app").at("/private"), FORM, &HEADERS));
    assert_eq!((reply.status, reply.header("content-type")), (401, Some("application/problem+json")));
    // Who is signed in just posts.
    let mut client = world.client();
    let _page = world.sign_in(&mut client);
    let ordered = client.send(&posted(&world.sp("app").at("/orders"), FORM, &HEADERS));
    assert!(ordered.body.contains("ordered by Ada Lovelace"), "{}", ordered.body);
    // A link to the form leads to the sign-in, as ever.
    assert_eq!(world.client().get(&world.sp("app").at("/orders")).status, 303);
}

/// It says that somebody is signed in, and so it is shown to nobody else.
#[test]
fn the_end_of_a_sign_in_beside_a_form_is_for_who_is_signed_in() {
    let world = World::small();
    let reply = world.client().get(&world.sp("app").at("/saml/signed-in"));
    assert_eq!((reply.status, reply.location()), (303, Some(world.sp("app").at("/"))));
}

#[test]
fn a_store_that_does_not_answer_keeps_no_form() {
    let store = Watched::new();
    store.fail_in(&["sp.answered-request"]);
    let plan = SpPlan::new("app").storing(store);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![plan]);
    let reply = world.client().send(&posted(&world.sp("app").at("/orders"), FORM, &HEADERS));
    assert_eq!(reply.status, 503, "{}", reply.body);
    assert_eq!(reply.set_cookies().count(), 0);
}
