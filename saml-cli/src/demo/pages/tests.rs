use saml_sp::web::pages::{Page, STYLESHEET};
use saml_testkit::page::{Fill, Specimen, preview, specimen_faults, unreadable};

use super::assets::ASSETS;
use super::*;

fn specimen<P: Page>(app: App, name: &str, page: &P) -> Specimen {
    let name = format!("demo-{}-{name}", app.name());
    Specimen { name, policy: P::CONTENT_SECURITY_POLICY, html: page.to_html() }
}

fn session(fill: Fill) -> Session<'static> {
    Session {
        name_id: fill.text("ada@fernhill.example"),
        name_id_format: fill.text("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"),
        identity_provider: fill.text("https://id.fernhill.example/saml/metadata"),
        authn_instant: fill.text("12 March 2024, 09:14:52 UTC"),
        authn_context: fill.text("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"),
        session_index: Some(fill.text("_7d1f4a0c93be5526ad")),
        session_not_on_or_after: Some(fill.text("12 March 2024, 17:14:52 UTC")),
    }
}

fn specimens_of(app: App, fill: Fill) -> [Specimen; 3] {
    let other_href = fill.text("http://localhost:8082/");
    let landing = LandingPage {
        app,
        identity_provider: fill.text("Fernhill Group"),
        sign_in_href: fill.text("/saml/login"),
        other_href,
    };
    let mail = [fill.text("ada@fernhill.example")];
    let surname = [fill.text("Lovelace")];
    let groups = [fill.text("growers"), fill.text("quality"), fill.text("export-desk")];
    let row = |name, friendly_name: Option<&'static str>, values| AttributeRow {
        name: fill.text(name),
        friendly_name: friendly_name.map(|name| fill.text(name)),
        values,
    };
    let attributes = [
        row("urn:oid:0.9.2342.19200300.100.1.3", Some("mail"), &mail),
        row("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", Some("sn"), &surname),
        row("memberOf", None, &groups),
        row("department", None, &[]),
    ];
    let check = |code, section| CheckRow {
        code: fill.text(code),
        section: fill.text(section),
        outcome: fill.text("pass"),
    };
    let checks = [
        check("signature.valid", "Core §5.4"),
        check("audience.match", "Core §2.5.1.4"),
        check("subject_confirmation.recipient", "Profiles §4.1.4.3"),
    ];
    let signed_in = SignedInPage {
        app,
        display_name: fill.text("Ada Lovelace"),
        session: session(fill),
        attributes: &attributes,
        checks: &checks,
        logout_action: fill.text("/saml/logout"),
        csrf_token: fill.text("3q2-7wEB"),
        other_href,
    };
    let short = Session { session_index: None, session_not_on_or_after: None, ..signed_in.session };
    [
        specimen(app, "landing", &landing),
        specimen(app, "signed-in", &signed_in),
        specimen(
            app,
            "signed-in-bare",
            &SignedInPage { session: short, attributes: &[], checks: &[], ..signed_in },
        ),
    ]
}

fn specimens(fill: Fill) -> Vec<Specimen> {
    App::ALL.into_iter().flat_map(|app| specimens_of(app, fill)).collect()
}

#[test]
fn every_page_keeps_the_rules_whatever_it_is_filled_with() {
    assert_eq!(specimen_faults(&specimens(Fill::Real), &specimens(Fill::Hostile)), []);
}

#[test]
fn every_file_that_a_page_loads_is_served() {
    for page in specimens(Fill::Real) {
        for rest in page.html.split("\"/assets/").skip(1) {
            let file_name = rest.split(['"', '?']).next().unwrap();
            assert!(asset(file_name).is_some(), "{}: {file_name}", page.name);
        }
    }
    assert!(asset("landing.html").is_none());
}

#[test]
fn the_signed_in_page_tells_what_the_application_was_told() {
    let [_, page, bare] = specimens_of(App::Orchard, Fill::Real);
    for expected in [
        "<h1>Hello, Ada Lovelace</h1>",
        "<code>ada@fernhill.example</code>",
        "<code>_7d1f4a0c93be5526ad</code>",
        "<th scope=\"row\">mail <span class=\"small\">urn:oid:0.9.2342.19200300.100.1.3</span></th>",
        "<li>growers</li>\n<li>quality</li>\n<li>export-desk</li>",
        "<form method=\"post\" action=\"/saml/logout\">",
        "<input type=\"hidden\" name=\"csrf_token\" value=\"3q2-7wEB\">",
        "Why this sign-in was accepted: 3 checks",
    ] {
        assert!(page.html.contains(expected), "{expected}");
    }
    assert!(
        !bare.html.contains("SessionIndex")
            && !bare.html.contains("<table")
            && !bare.html.contains("<details")
    );
}

#[test]
fn each_application_leads_to_the_other_one() {
    for app in App::ALL {
        assert_eq!(app.other().other(), app);
        for page in specimens_of(app, Fill::Real) {
            let link =
                format!("href=\"http://localhost:8082/\"><img src=\"{}\"", app.other().frame().mark.unwrap());
            assert!(page.html.contains(&link), "{}", page.name);
            assert!(page.html.contains(&format!("<strong>Open {}</strong>", app.other().name())));
        }
    }
}

#[test]
fn every_colour_can_be_read() {
    for app in App::ALL {
        let theme = app.frame().theme.and_then(|path| asset(path.strip_prefix("/assets/")?)).unwrap();
        assert_eq!(unreadable(&format!("{}\n{}", STYLESHEET.body, theme.body)), [""; 0], "{}", app.name());
    }
}

/// For people who want to look at the pages: `PAGES_PREVIEW=FOLDER cargo test`.
#[test]
fn pages_can_be_looked_at() {
    let files = ASSETS.into_iter().chain(saml_sp::web::pages::ASSETS);
    let files = files.map(|asset| (format!("assets/{}", asset.file_name), asset.body));
    preview(files, &specimens(Fill::Real)).unwrap();
}
