use std::sync::LazyLock;

use saml_provider::texts::{Text, Texts};
use saml_testkit::page::{Fill, HOSTILE, Specimen, human_text, preview, specimen_faults, text, unreadable};

use super::*;

fn specimen<P: Page>(name: impl AsRef<str>, page: &P) -> Specimen {
    Specimen {
        name: format!("idp-{}", name.as_ref()),
        policy: P::CONTENT_SECURITY_POLICY,
        html: page.to_html(),
    }
}

fn frame(fill: Fill) -> Frame<'static> {
    Frame::new(fill.text("Fernhill Group"), fill.text("/idp/assets"))
}

fn login(fill: Fill, error: Option<LoginError>) -> LoginPage<'static> {
    login_in(frame(fill), fill, error)
}

fn login_in(frame: Frame<'static>, fill: Fill, error: Option<LoginError>) -> LoginPage<'static> {
    LoginPage {
        frame,
        action: fill.text("/login"),
        csrf_token: fill.text("3q2-7wEB"),
        transaction: Some(fill.text("t-81d2")),
        service_name: Some(fill.text("Orchard")),
        user_name: fill.text("ada@fernhill.example"),
        error,
    }
}

fn specimens(fill: Fill) -> Vec<Specimen> {
    specimens_in(frame(fill), fill)
}

fn specimens_in(frame: Frame<'static>, fill: Fill) -> Vec<Specimen> {
    let login = |fill, error| login_in(frame, fill, error);
    let themed = Frame { theme: Some(fill.text("/theme.css")), mark: Some(fill.text("/logo.svg")), ..frame };
    let correlation_id = fill.text("0f9c4e52-6f0b-4a53-9d1e-2b8c7a1d5e90");
    let services = [
        Service {
            display_name: fill.text("Orchard"),
            note: Some(fill.text("orchard.fernhill.example")),
            href: fill.text("https://orchard.fernhill.example/"),
        },
        Service { display_name: fill.text("Écluse"), note: None, href: fill.text("/launch?service=ecluse") },
    ];
    let home = HomePage {
        frame,
        display_name: fill.text("Ada Lovelace"),
        user_name: fill.text("ada@fernhill.example"),
        services: &services,
        more: None,
        logout_action: fill.text("/logout"),
        csrf_token: fill.text("3q2-7wEB"),
    };
    let out = LoggedOutPage { frame, outcome: LogoutOutcome::Everywhere, sign_in_href: fill.text("/login") };
    let unconfirmed = [fill.text("Harbour"), fill.text("Travel and expenses")];
    let partly = LogoutOutcome::Partial { unconfirmed: &unconfirmed };
    let post = PostPage {
        frame,
        service_name: fill.text("Orchard"),
        action: fill.text("https://orchard.example/saml/acs"),
        parameter: "SAMLResponse",
        message: fill.text("PHNhbWxwOlJlc3BvbnNlLz4="),
        relay_state: Some(fill.text("token")),
        script: fill.text("/saml/assets/post.js"),
    };
    let mut all = vec![
        specimen("post", &post),
        specimen("post-plain", &PostPage { relay_state: None, ..post }),
        specimen("login", &login(fill, None)),
        specimen(
            "login-plain",
            &LoginPage { service_name: None, transaction: None, user_name: "", ..login(fill, None) },
        ),
        specimen("login-themed", &LoginPage { frame: themed, ..login(fill, None) }),
        specimen("login-wrong", &login(fill, Some(LoginError::WrongCredentials))),
        specimen("login-throttled", &login(fill, Some(LoginError::Throttled { retry_after_s: 240 }))),
        specimen("login-lost", &login(fill, Some(LoginError::SessionLost))),
        specimen("home", &home),
        specimen("home-empty", &HomePage { services: &[], more: None, ..home }),
        specimen("logged-out", &out),
        specimen("logged-out-partly", &LoggedOutPage { outcome: partly, ..out }),
        specimen("logged-out-here", &LoggedOutPage { outcome: LogoutOutcome::HereOnly, ..out }),
    ];
    all.extend(ErrorKind::ALL.map(|kind| {
        specimen(
            format!("error-{kind:?}"),
            &ErrorPage {
                frame,
                failure: kind.failure(),
                correlation_id,
                time: fill.text("2026-11-29T01:20:00Z"),
                onward_href: fill.text("/saml/home"),
            },
        )
    }));
    all
}

#[test]
fn every_page_keeps_the_rules_whatever_it_is_filled_with() {
    assert_eq!(specimen_faults(&specimens(Fill::Real), &specimens(Fill::Hostile)), []);
}

#[test]
fn every_file_that_a_page_loads_is_served() {
    for page in specimens(Fill::Real) {
        for rest in page.html.split("/idp/assets/").skip(1) {
            let file_name = rest.split('?').next().unwrap();
            assert!(asset(file_name).is_some(), "{}: {file_name}", page.name);
        }
    }
    assert!(asset("../login.html").is_none());
}

#[test]
fn login_fields_are_labelled_and_known_to_password_managers() {
    let html = login(Fill::Real, None).to_html();
    for expected in [
        "<label for=\"user_name\">",
        "<label for=\"password\">",
        "name=\"user_name\" type=\"text\" value=\"ada@fernhill.example\" autocomplete=\"username\"",
        "name=\"password\" type=\"password\" autocomplete=\"current-password\"",
        "<input type=\"hidden\" name=\"csrf_token\" value=\"3q2-7wEB\">",
        "<input type=\"hidden\" name=\"transaction\" value=\"t-81d2\">",
        "<form method=\"post\" action=\"/login\">",
        "<strong>Orchard</strong>",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    assert!(
        !html.contains("value=\"ada@fernhill.example\" type=\"password\"")
            && !html.contains("role=\"alert\"")
    );
}

#[test]
fn login_puts_the_cursor_into_the_first_empty_field() {
    let focused = |page: LoginPage<'_>| {
        let html = page.to_html();
        assert_eq!(html.matches(" autofocus").count(), 1);
        html.split(" autofocus")
            .next()
            .unwrap()
            .rsplit("<input id=\"")
            .next()
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .to_owned()
    };
    assert_eq!(focused(LoginPage { user_name: "", ..login(Fill::Real, None) }), "user_name");
    assert_eq!(focused(login(Fill::Real, None)), "password");
}

#[test]
fn login_announces_an_error_and_ties_it_to_the_fields() {
    let wrong = login(Fill::Real, Some(LoginError::WrongCredentials)).to_html();
    assert!(wrong.contains("<title>Error: Sign in – Fernhill Group</title>"));
    assert!(wrong.contains("<p class=\"alert\" id=\"error\" role=\"alert\">"));
    assert_eq!(wrong.matches("aria-describedby=\"error\"").count(), 2);
    assert_eq!(wrong.matches("aria-invalid=\"true\"").count(), 2);
    let lost = login(Fill::Real, Some(LoginError::SessionLost)).to_html();
    assert_eq!(lost.matches("aria-invalid").count(), 0);
}

#[test]
fn login_errors_are_constant_but_for_the_time_to_wait() {
    let wait = |retry_after_s| LoginError::Throttled { retry_after_s }.told(&frame(Fill::Real));
    assert_eq!(wait(0), "Too many attempts. Wait a second and try again.");
    assert_eq!(wait(1), wait(0));
    assert_eq!(wait(59), "Too many attempts. Wait 59 seconds and try again.");
    assert_eq!(wait(60), "Too many attempts. Wait a minute and try again.");
    assert_eq!(wait(61), "Too many attempts. Wait 2 minutes and try again.");
    assert_eq!(
        wait(u64::MAX),
        format!("Too many attempts. Wait {} minutes and try again.", u64::MAX / 60 + 1)
    );
    let wrong = |user_name| LoginPage { user_name, ..login(Fill::Real, Some(LoginError::WrongCredentials)) };
    assert_eq!(text(&wrong("known").to_html()).unwrap(), text(&wrong("unknown").to_html()).unwrap());
}

/// None of a page's services may be one to open from here, and the next page may have some.
#[test]
fn a_home_page_without_tiles_leads_on_to_the_next() {
    let page = HomePage {
        frame: frame(Fill::Real),
        display_name: "Ada",
        user_name: "ada",
        services: &[],
        more: Some("/saml/home?from=100"),
        logout_action: "/saml/logout",
        csrf_token: "token",
    };
    assert!(page.to_html().contains("<a href=\"/saml/home?from=100\">More</a>"), "{}", page.to_html());
}

#[test]
fn an_error_page_shows_its_constant_text_and_the_correlation_id() {
    for kind in ErrorKind::ALL {
        let page = |correlation_id| {
            ErrorPage {
                frame: frame(Fill::Real),
                failure: kind.failure(),
                correlation_id,
                time: "2026-11-29T01:20:00Z",
                onward_href: "/saml/home",
            }
            .to_html()
        };
        let html = page("0f9c4e52");
        let failure = kind.failure();
        let said = |text| frame(Fill::Real).text(text).to_string();
        assert!(html.contains(&format!("<h1>{}</h1>\n<p>{}</p>", said(failure.heading), said(failure.text))));
        assert!(html.contains("<code>0f9c4e52</code>"));
        assert_eq!(html.replace("0f9c4e52", "another"), page("another"));
        assert!(failure.status.is_client_error() || failure.status.is_server_error());
    }
}

#[test]
fn a_logout_claims_no_more_than_was_confirmed() {
    let page =
        |outcome| LoggedOutPage { frame: frame(Fill::Real), outcome, sign_in_href: "/login" }.to_html();
    let partly = page(LogoutOutcome::Partial { unconfirmed: &["Harbour"] });
    assert!(partly.contains("<li>Harbour</li>"));
    assert!(page(LogoutOutcome::Everywhere).contains("<h1>You are signed out</h1>"));
    for page in [partly, page(LogoutOutcome::HereOnly)] {
        assert!(page.contains("<h1>You are signed out here</h1>"));
        assert!(!page.contains("and of the services that you used"));
    }
}

#[test]
fn home_posts_the_logout_and_shows_who_is_signed_in() {
    let pages = specimens(Fill::Real);
    let home = &pages.iter().find(|page| page.name == "idp-home").unwrap().html;
    assert!(home.contains("<form method=\"post\" action=\"/logout\">"));
    assert!(home.contains("<input type=\"hidden\" name=\"csrf_token\" value=\"3q2-7wEB\">"));
    assert!(
        home.contains("<strong>ada@fernhill.example</strong>")
            && home.contains("<h1>Hello, Ada Lovelace</h1>")
    );
    assert!(home.contains("aria-hidden=\"true\">É</span>"));
    assert_eq!(home.matches("<a class=\"choice\"").count(), 2);
}

/// In a language of signs, filled with signs: what is left of a page are words of its own.
#[test]
fn no_page_says_a_word_that_is_not_in_the_catalogue() {
    static SIGNS: LazyLock<Texts> = LazyLock::new(|| {
        Text::ALL.iter().fold(Texts::shipped(), |all, text| {
            let open = text.placeholders().iter().map(|open| format!("{{{}}}", open.name()));
            all.with("x-signs", *text, &format!("– {}", open.collect::<String>())).unwrap()
        })
    });
    let frame = Frame { words: SIGNS.in_language("x-signs"), ..frame(Fill::Wordless) };
    for page in specimens_in(frame, Fill::Wordless) {
        let text = human_text(&page.html).unwrap();
        assert!(!text.chars().any(char::is_alphabetic), "{}: {text}", page.name);
        assert!(page.html.contains("<html lang=\"x-signs\">"), "{}", page.name);
    }
}

/// Whoever writes the texts can't change the page either.
#[test]
fn a_replaced_text_is_escaped() {
    static SCRIPTS: LazyLock<Texts> = LazyLock::new(|| {
        Text::ALL.iter().fold(Texts::shipped(), |all, text| {
            let open = text.placeholders().iter().map(|open| format!("{{{}}}", open.name()));
            let hostile = HOSTILE.replace('{', "{{").replace('}', "}}");
            all.with("x-bad", *text, &format!("{hostile}{}", open.collect::<String>())).unwrap()
        })
    });
    let frame = Frame { words: SCRIPTS.in_language("x-bad"), ..frame(Fill::Real) };
    let replaced = specimens_in(frame, Fill::Real);
    assert_eq!(specimen_faults(&specimens(Fill::Real), &replaced), []);
    assert!(replaced.iter().all(|page| page.html.contains("&#60;script&#62;")));
}

#[test]
fn every_page_is_german_for_who_reads_german() {
    static TEXTS: LazyLock<Texts> = LazyLock::new(Texts::shipped);
    let frame = Frame { words: TEXTS.in_language("de"), ..frame(Fill::Real) };
    let german = specimens_in(frame, Fill::Real);
    assert_eq!(specimen_faults(&specimens(Fill::Real), &german), []);
    for (german, english) in german.iter().zip(specimens(Fill::Real)) {
        assert!(german.html.contains("<html lang=\"de\">"), "{}", german.name);
        assert_ne!(text(&german.html).unwrap(), text(&english.html).unwrap(), "{}", german.name);
    }
}

#[test]
fn every_colour_can_be_read() {
    assert_eq!(unreadable(STYLESHEET.body), [""; 0]);
}

/// For people who want to look at the pages: `PAGES_PREVIEW=FOLDER cargo test`.
#[test]
fn pages_can_be_looked_at() {
    let files = ASSETS.iter().map(|asset| (format!("idp/assets/{}", asset.file_name), asset.body));
    preview(files, &specimens(Fill::Real)).unwrap();
}
