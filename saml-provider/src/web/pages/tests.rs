use super::*;

#[test]
fn the_policies_differ_only_in_what_forms_and_scripts_may_do() {
    assert_eq!(CONTENT_SECURITY_POLICY.replace(" form-action 'none';", ""), ONWARD_CONTENT_SECURITY_POLICY);
    assert_eq!(
        CONTENT_SECURITY_POLICY.replace("form-action 'none'", "script-src 'self'; form-action 'self'"),
        FORM_CONTENT_SECURITY_POLICY
    );
}

#[test]
fn links_lead_to_the_web_and_nowhere_else() {
    for path in ["/", "/a?b=c#d", "/a//b"] {
        assert_eq!(local_path(path), path);
        assert_eq!(web_address(path), path);
    }
    for address in ["https://a.example/", "http://localhost:8080/x"] {
        assert_eq!(web_address(address), address);
        assert_eq!(local_path(address), "/");
    }
    for address in [
        "",
        "a",
        "//a.example",
        "/\\a.example",
        "/\t/a.example",
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:,x",
    ] {
        assert_eq!(local_path(address), "/", "{address}");
        assert_eq!(web_address(address), "/", "{address}");
    }
    assert_eq!(web_address("https://a.example\\@b.example"), "/");
}

#[test]
fn a_frame_asks_for_files_by_version_and_stays_on_its_origin() {
    let version = env!("CARGO_PKG_VERSION");
    let frame = Frame::new("Orchard", "/saml/assets");
    assert_eq!(frame.stylesheet_href(), format!("/saml/assets/pages.css?v={version}"));
    assert_eq!(frame.mark_href(), format!("/saml/assets/mark.svg?v={version}"));
    assert_eq!(frame.asset_href(AUTO_SUBMIT), format!("/saml/assets/post.js?v={version}"));
    assert_eq!(frame.theme_href(), None);
    let elsewhere = Frame { theme: Some("//a.example"), mark: Some("javascript:x"), ..frame };
    assert_eq!((elsewhere.theme_href(), elsewhere.mark_href().as_str()), (Some("/"), "/"));
    assert_eq!(Frame::new("Orchard", "//a.example").stylesheet_href(), "/");
}

#[test]
fn a_roles_stylesheet_is_the_common_one_and_its_own() {
    const OWN: &str = "/* É */";
    const ALL: [u8; SYSTEM_CSS.len() + OWN.len()] = joined(OWN);
    let sheet = Asset::of_role(&ALL);
    assert_eq!(sheet.body, format!("{SYSTEM_CSS}{OWN}"));
    assert_eq!(find(&[AUTO_SUBMIT, sheet], "pages.css"), Some(sheet));
    assert_eq!(find(&[AUTO_SUBMIT, sheet], "../pages.css"), None);
}

#[test]
fn the_letter_of_a_tile_is_the_first_that_is_one() {
    for (name, letter) in [("écluse", "É"), ("(a) b", "A"), ("7up", "7"), ("ßa", "SS"), ("–", ""), ("", "")]
    {
        assert_eq!(monogram(name), letter);
    }
}
