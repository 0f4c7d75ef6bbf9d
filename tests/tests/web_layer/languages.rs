//! The language of the pages: the one that the request asks for, and nothing else changes with it.

use saml_provider::web::route::{Head, Methods, Route};
use saml_sp::texts::{Text, TextError, Texts};
use saml_sp::{ServiceProvider, ServiceProviderConfig};
use saml_store::MemoryStore;
use saml_tests::client::{Client, Reply};
use saml_tests::page::Form;
use saml_tests::raw;
use saml_tests::world::{Hosting, IdpPlan, PASSWORD, SpPlan, World};

/// The page is in this language, and says so in all three places.
fn assert_speaks(reply: &Reply, language: &str, heading: &str) {
    assert_eq!(reply.header("content-language"), Some(language), "{}: {}", reply.url, reply.body);
    assert_eq!(reply.header("vary"), Some("accept-language"), "{}", reply.url);
    assert!(reply.body.contains(&format!("<html lang=\"{language}\">")), "{}: {}", reply.url, reply.body);
    assert!(reply.body.contains(&format!("<h1>{heading}</h1>")), "{}: {heading}: {}", reply.url, reply.body);
}

fn german(world: &World) -> Client {
    world.client().reading("de-AT, de;q=0.9, en;q=0.5")
}

/// Every endpoint of both roles, used wrongly: German to whoever asks for it, with the number and the time as ever.
#[test]
fn every_error_page_of_both_roles_is_german_on_request() {
    let world = World::small();
    let mut seen = 0;
    for (address, routes) in [
        (world.address(&world.sp("app").url), saml_sp::web::ROUTES.as_slice()),
        (world.address(&world.idp("idp").url), saml_idp::web::ROUTES.as_slice()),
    ] {
        let none = Route::get("/nothing-here", Head::NotAllowed);
        for route in routes.iter().chain([&none]) {
            let path = format!("/saml{}?SAMLart=x", route.path.replace("{file}", "none"));
            let wrong = if route.methods == Methods::Get { "POST" } else { "PUT" };
            for (method, path) in
                [(wrong, path.as_str()), ("GET", path.as_str()), ("POST", path.split('?').next().unwrap())]
            {
                let ask = |language: &[u8]| raw::ask(address, method, path, &[language], b"");
                let (german, english) = (ask(b"accept-language: de-AT"), ask(b"accept-language: fr"));
                assert_eq!(german.status, english.status, "{method} {path}");
                if german.status < 400 {
                    continue;
                }
                seen += 1;
                for (reply, language, reference) in [
                    (german, "de", "Kennung für den Support: <code>"),
                    (english, "en", "Reference for your help desk: <code>"),
                ] {
                    assert_eq!(reply.header("content-language"), Some(language), "{method} {path}");
                    assert_eq!(reply.header("vary"), Some("accept-language"), "{method} {path}");
                    let number = reply.header("x-correlation-id").unwrap();
                    let text = reply.text();
                    assert!(
                        text.contains(&format!("{reference}{number}</code> <time datetime=\"20")),
                        "{text}"
                    );
                    assert!(text.contains("Z</time>"), "{method} {path}");
                    assert!(text.contains(&format!("<html lang=\"{language}\">")), "{method} {path}");
                }
            }
        }
    }
    assert!(seen > 25, "{seen}");
}

#[test]
fn a_login_and_a_logout_are_german_on_request() {
    let idps = vec![IdpPlan::new("idp"), IdpPlan::new("other")];
    let world = World::new(Hosting::Https, idps, vec![SpPlan::new("app")]);
    let (idp, sp) = (world.idp("idp"), world.sp("app"));
    let mut client = german(&world);

    let chooser = client.visit(&sp.at("/private"));
    assert_speaks(&chooser, "de", "Wählen Sie aus, wo Sie sich anmelden");
    let start = format!("/saml/login?idp={}", saml_tests::client::encode(&idp.entity_id()));
    let login = client.visit(&sp.at(&start));
    assert_speaks(&login, "de", "Anmelden");
    assert!(login.body.contains("data-hide=\"Passwort verbergen\" hidden>Passwort anzeigen</button>"));
    let form = login.form().with("user_name", "ada").with("password", "wrong");
    let wrong = client.submit(&form, &login.url);
    assert_eq!(wrong.status, 403);
    assert_speaks(&wrong, "de", "Anmelden");
    assert!(wrong.body.contains("Der Benutzername oder das Passwort ist nicht richtig."), "{}", wrong.body);
    assert!(wrong.body.contains("<title>Fehler: Anmelden – "), "{}", wrong.body);

    let form = wrong.form().with("user_name", saml_tests::world::ADA).with("password", PASSWORD);
    let post = client.submit(&form, &wrong.url);
    let name = &sp.provider.config().site.display_name;
    assert_speaks(&post, "de", &format!("Weiter zu {name}"));
    let _page = client.submit(&post.form(), &post.url);

    assert_speaks(&client.visit(&idp.at("/saml/home")), "de", "Guten Tag, Ada Lovelace");
    let out = world.sign_out(&mut client);
    assert_speaks(&out, "de", "Sie sind hier abgemeldet");
    assert!(
        out.body.contains("Bei Ihrer Organisation sind Sie möglicherweise noch angemeldet"),
        "{}",
        out.body
    );
    let home = client.visit(&idp.at("/saml/home"));
    let out = client.submit(&home.form(), &home.url);
    assert_speaks(&out, "de", "Sie sind hier abgemeldet");
    assert!(out.body.contains("Sie wurden bei "), "{}", out.body);
}

/// The page of a service provider that asks by POST wears its look, speaks the language and names the provider.
#[test]
fn the_page_on_the_way_to_an_identity_provider_names_it_in_the_language_of_the_person() {
    let without_redirect = |xml: String| {
        let (head, rest) = xml
            .split_once(
                "<md:SingleSignOnService Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect\"",
            )
            .unwrap();
        format!("{head}{}", rest.split_once("/>").unwrap().1)
    };
    let sp = SpPlan::new("app").reading_idp_metadata_as(without_redirect);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![sp]);
    let page = german(&world).visit(&world.sp("app").at("/saml/login"));
    let name = &world.idp("idp").provider.config().site.display_name;
    assert_speaks(&page, "de", &format!("Weiter zu {name}"));
    assert_eq!(Form::all(&page.body, &page.url).len(), 1);
    assert!(page.body.contains("<input type=\"hidden\" name=\"SAMLRequest\" value=\""), "{}", page.body);
    let site = &world.sp("app").provider.config().site.display_name;
    assert!(page.body.contains(&format!("<span>{site}</span>")), "{}", page.body);
    let policy = page.header("content-security-policy").unwrap();
    for directive in ["script-src 'self'", "style-src 'self'", "form-action https:", "default-src 'none'"] {
        assert!(policy.split("; ").any(|said| said == directive), "{policy}");
    }
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let script = page.body.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(world.client().get(&world.sp("app").at(script)).status, 200);
}

#[test]
fn a_header_that_makes_no_sense_is_answered_in_the_default_language() {
    let world = World::small();
    let address = world.address(&world.idp("idp").url);
    let long = [b"accept-language: ".as_slice(), &b"de-".repeat(2_000)].concat();
    let many = [b"accept-language: ".as_slice(), &b"fr,".repeat(500), b"de"].concat();
    for line in [
        b"accept-language: \xff\xfe".as_slice(),
        b"accept-language: de;q=2",
        b"accept-language: ;;;,",
        b"accept-language:",
        b"accept-language: de; DROP",
        &long,
        &many,
    ] {
        let reply = raw::ask(address, "GET", "/saml/home", &[line], b"");
        assert_eq!((reply.status, reply.header("content-language")), (200, Some("en")), "{line:?}");
    }
    let two = raw::ask(address, "GET", "/saml/home", &[b"accept-language: fr", b"accept-language: de"], b"");
    assert_eq!(two.header("content-language"), Some("de"));
}

/// What is not written in a language depends on none, and keeps its tag.
#[test]
fn metadata_and_files_are_the_same_in_every_language() {
    let world = World::small();
    for url in [world.sp("app").at(""), world.idp("idp").at("")] {
        for path in ["/saml/metadata", "/saml/assets/pages.css", "/saml/assets/post.js"] {
            let ask = |line: &[u8]| raw::ask(world.address(&url), "GET", path, &[line], b"");
            let (german, english) = (ask(b"accept-language: de"), ask(b"accept-language: en"));
            assert_eq!((german.status, &german.body), (200, &english.body), "{url}{path}");
            assert!(german.header("etag").is_some() && german.header("etag") == english.header("etag"));
            assert_eq!((german.header("content-language"), german.header("vary")), (None, None), "{path}");
        }
    }
}

#[test]
fn an_application_says_what_it_wants_and_markup_stays_text() {
    let sp = SpPlan::new("app").configured(|config| {
        let hostile = "<script>alert(\"{site}\")</script>";
        let texts = Texts::shipped().by_default("de").unwrap();
        config.site.texts = texts
            .with("de", Text::NotFoundText, "<script>alert(1)</script> {{nichts}}")
            .and_then(|texts| texts.with("de", Text::ChooseLead, hostile))
            .unwrap();
    });
    let idps = vec![IdpPlan::new("idp"), IdpPlan::new("other")];
    let world = World::new(Hosting::Https, idps, vec![sp]);
    let sp = world.sp("app");
    let page = world.client().visit(&sp.at("/saml/nothing"));
    assert_speaks(&page, "de", "Diese Seite gibt es nicht");
    assert!(page.body.contains("<p>&#60;script&#62;alert(1)&#60;/script&#62; {nichts}</p>"), "{}", page.body);
    let chooser = world.client().visit(&sp.at("/saml/login"));
    let name = &sp.provider.config().site.display_name;
    let escaped = format!("&#60;script&#62;alert(&#34;<strong>{name}</strong>&#34;)&#60;/script&#62;");
    assert!(chooser.body.contains(&escaped), "{}", chooser.body);
    let english = world.client().reading("en").visit(&sp.at("/saml/nothing"));
    assert_speaks(&english, "en", "There is no such page");
}

#[test]
fn a_language_without_a_text_is_refused_when_the_provider_is_built() {
    let mut config = ServiceProviderConfig::new("https://app.example.com").unwrap();
    config.site.texts = Texts::shipped().with("fr", Text::More, "Plus").unwrap();
    let store = std::sync::Arc::new(MemoryStore::new());
    let error = ServiceProvider::builder(config).store(store).build().unwrap_err();
    assert_eq!(error, saml_sp::ConfigError::Texts(TextError::Missing(Text::ALL[0])));
    let mut config = saml_idp::IdentityProviderConfig::new("https://idp.example.com").unwrap();
    config.site.texts = Texts::shipped().with("fr", Text::More, "Plus").unwrap();
    let error = saml_idp::IdentityProvider::builder(config).build().unwrap_err();
    assert_eq!(error, saml_idp::ConfigError::Texts(TextError::Missing(Text::ALL[0])));
}
