use std::sync::LazyLock;

use saml_provider::texts::{Text, Texts};
use saml_testkit::page::{Fill, HOSTILE, Specimen, human_text, preview, specimen_faults, text, unreadable};

use super::*;

fn specimen<P: Page>(name: impl AsRef<str>, page: &P) -> Specimen {
    Specimen {
        name: format!("sp-{}", name.as_ref()),
        policy: P::CONTENT_SECURITY_POLICY,
        html: page.to_html(),
    }
}

fn frame(fill: Fill) -> Frame<'static> {
    Frame::new(fill.text("Orchard"), fill.text("/saml/assets"))
}

fn specimens(fill: Fill) -> Vec<Specimen> {
    specimens_in(frame(fill), fill)
}

fn specimens_in(frame: Frame<'static>, fill: Fill) -> Vec<Specimen> {
    let themed = Frame { theme: Some(fill.text("/theme.css")), mark: Some(fill.text("/logo.svg")), ..frame };
    let correlation_id = fill.text("0f9c4e52-6f0b-4a53-9d1e-2b8c7a1d5e90");
    let choice = |display_name, note, href| IdpChoice {
        display_name: fill.text(display_name),
        note: Option::map(note, |note| fill.text(note)),
        href: fill.text(href),
    };
    let choices = [
        choice("Fernhill Group", Some("id.fernhill.example"), "/saml/login?idp=fernhill"),
        choice("Élan Logistics", Some("login.elan.example"), "/saml/login?idp=elan"),
        choice("Contractors and guests", None, "/saml/login?idp=guests"),
    ];
    let already = AlreadySignedInPage {
        frame,
        display_name: fill.text("Ada Lovelace"),
        continue_href: fill.text("/orders/2024?page=2"),
    };
    let mut all = vec![
        specimen("choose", &ChooseIdpPage { frame, choices: &choices, more: None }),
        specimen("already", &already),
        specimen("already-themed", &AlreadySignedInPage { frame: themed, ..already }),
    ];
    let href = fill.text("/saml/login");
    all.extend(LogoutOutcome::ALL.map(|outcome| {
        specimen(format!("logged-out-{outcome:?}"), &LoggedOutPage { frame, outcome, sign_in_href: href })
    }));
    all.extend(specimens_around_a_form(frame, fill));
    all.extend(ErrorKind::ALL.map(|kind| {
        specimen(
            format!("error-{kind:?}"),
            &ErrorPage {
                frame,
                failure: kind.failure(),
                correlation_id,
                time: fill.text("2026-11-29T01:20:00Z"),
                onward_href: href,
            },
        )
    }));
    all
}

fn specimens_around_a_form(frame: Frame<'static>, fill: Fill) -> [Specimen; 5] {
    let sign_in_href = fill.text("/saml/login?return_to=%2Fsaml%2Fsigned-in");
    let fields = [("subject", "Two crates"), ("note", "Leave them at the gate,\r\nplease.")]
        .map(|(name, value)| (fill.text(name).to_owned(), fill.text(value).to_owned()));
    let display_name = fill.text("Ada Lovelace");
    let ready = FormReadyPage { frame, display_name, action: fill.text("/orders"), fields: &fields };
    let action = fill.text("/saml/kept-form");
    let kept = FormKeptPage { frame, sign_in_href, action, parameter: "form", sealed: fill.text("c2Vh") };
    [
        specimen("form-kept", &kept),
        specimen("form-ready", &ready),
        specimen("form-ready-nameless", &FormReadyPage { display_name: "", ..ready }),
        specimen("form-lost", &FormLostPage { frame, sign_in_href }),
        specimen("signed-in", &SignedInPage { frame }),
    ]
}

#[test]
fn every_page_keeps_the_rules_whatever_it_is_filled_with() {
    assert_eq!(specimen_faults(&specimens(Fill::Real), &specimens(Fill::Hostile)), []);
}

#[test]
fn every_file_that_a_page_loads_is_served() {
    for page in specimens(Fill::Real) {
        for rest in page.html.split("/saml/assets/").skip(1) {
            let file_name = rest.split('?').next().unwrap();
            assert!(asset(file_name).is_some(), "{}: {file_name}", page.name);
        }
    }
    assert!(asset("../error.html").is_none());
}

#[test]
fn an_error_page_shows_its_constant_text_the_correlation_id_and_the_way_on() {
    for kind in ErrorKind::ALL {
        let page = |correlation_id| {
            ErrorPage {
                frame: frame(Fill::Real),
                failure: kind.failure(),
                correlation_id,
                time: "2026-11-29T01:20:00Z",
                onward_href: "/saml/login",
            }
            .to_html()
        };
        let html = page("0f9c4e52");
        let failure = kind.failure();
        let said = |text| frame(Fill::Real).text(text).to_string();
        assert!(html.contains(&format!("<h1>{}</h1>\n<p>{}</p>", said(failure.heading), said(failure.text))));
        assert!(html.contains("<code>0f9c4e52</code>"));
        assert!(
            html.contains(&format!("<a class=\"button\" href=\"/saml/login\">{}</a>", said(failure.onward)))
        );
        assert_eq!(html.replace("0f9c4e52", "another"), page("another"));
        assert!(failure.status.is_client_error() || failure.status.is_server_error());
    }
}

#[test]
fn a_logout_claims_no_more_than_was_confirmed() {
    let page =
        |outcome| LoggedOutPage { frame: frame(Fill::Real), outcome, sign_in_href: "/saml/login" }.to_html();
    assert!(page(LogoutOutcome::Everywhere).contains("<h1>You are signed out</h1>"));
    for outcome in [LogoutOutcome::Partial, LogoutOutcome::HereOnly] {
        assert!(page(outcome).contains("<h1>You are signed out here</h1>"), "{outcome:?}");
        assert!(page(outcome).contains("close all windows") || page(outcome).contains("Close all windows"));
    }
}

#[test]
fn every_identity_provider_can_be_chosen() {
    let pages = specimens(Fill::Real);
    let html = &pages.iter().find(|page| page.name == "sp-choose").unwrap().html;
    assert_eq!(html.matches("<a class=\"choice\"").count(), 3);
    assert!(
        html.contains("href=\"/saml/login?idp=elan\"><span class=\"monogram\" aria-hidden=\"true\">É</span>")
    );
}

#[test]
fn already_signed_in_leads_on_without_leaving_the_origin() {
    let page = |continue_href| {
        AlreadySignedInPage { frame: frame(Fill::Real), display_name: "Ada", continue_href }.to_html()
    };
    assert!(page("/orders").contains("<a class=\"button\" href=\"/orders\">Continue</a>"));
    assert!(page("https://a.example/").contains("<a class=\"button\" href=\"/\">Continue</a>"));
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
    let files = ASSETS.iter().map(|asset| (format!("saml/assets/{}", asset.file_name), asset.body));
    preview(files, &specimens(Fill::Real)).unwrap();
}
