use saml_testkit::page::{Fill, Specimen, preview, specimen_faults, unreadable};

use super::*;

fn specimen<P: Page>(name: impl AsRef<str>, page: &P) -> Specimen {
    Specimen {
        name: format!("sp-{}", name.as_ref()),
        policy: P::CONTENT_SECURITY_POLICY,
        html: page.to_html(),
    }
}

fn frame(fill: Fill) -> Frame<'static> {
    Frame { name: fill.text("Orchard"), assets: fill.text("/saml/assets"), theme: None, mark: None }
}

fn specimens(fill: Fill) -> Vec<Specimen> {
    let frame = frame(fill);
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
    all.extend(ErrorKind::ALL.map(|kind| {
        specimen(
            format!("error-{kind:?}"),
            &ErrorPage {
                frame,
                kind,
                correlation_id,
                time: fill.text("2026-11-29T01:20:00Z"),
                try_again_href: href,
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
                kind,
                correlation_id,
                time: "2026-11-29T01:20:00Z",
                try_again_href: "/saml/login",
            }
            .to_html()
        };
        let html = page("0f9c4e52");
        assert!(html.contains(&format!("<h1>{}</h1>\n<p>{}</p>", kind.title(), kind.public_text())));
        assert!(html.contains("<code>0f9c4e52</code>"));
        assert!(html.contains(&format!("<a class=\"button\" href=\"/saml/login\">{}</a>", kind.try_again())));
        assert_eq!(html.replace("0f9c4e52", "another"), page("another"));
        assert!(kind.status().is_client_error() || kind.status().is_server_error());
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
