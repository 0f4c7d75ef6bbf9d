use super::*;

const GOOD: &str = "<!doctype html>\n<html lang=\"en\"><head><title>T</title></head><body><main><h1>H</h1>\
<form method=\"post\" action=\"/a\"><label for=\"u\">U</label><input id=\"u\" name=\"u\" required>\
<button type=\"submit\">Go</button></form><a href=\"https://a.example/\">A</a></main></body></html>";

fn only(html: &str) -> PageFault {
    let found = faults(html);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

fn with(inserted: &str) -> PageFault {
    only(&GOOD.replace("</main>", &format!("{inserted}</main>")))
}

#[test]
fn accepts_a_page_that_keeps_the_rules() {
    assert_eq!(faults(GOOD), []);
}

#[test]
fn reports_text_that_is_not_escaped() {
    for text in ["a > b", "<b", "<b a='x'>", "<b a=x>", "<!-- c -->", "<B></B>", HOSTILE] {
        assert_eq!(with(text), PageFault::Malformed, "{text}");
    }
}

#[test]
fn reports_scripts_and_styles_within_the_page() {
    assert_eq!(with("<p style=\"color:red\"></p>"), PageFault::Inline { name: "style".to_owned() });
    assert_eq!(with("<p onclick=\"x\"></p>"), PageFault::Inline { name: "onclick".to_owned() });
    assert_eq!(with("<style>p</style>"), PageFault::Inline { name: "style".to_owned() });
    assert_eq!(with("<script src=\"/x\">x</script>"), PageFault::Inline { name: "script".to_owned() });
}

#[test]
fn reports_files_of_other_origins() {
    for address in ["https://cdn.example/x", "//cdn.example/x", "", "data:,x"] {
        let fault = PageFault::ForeignFile { address: address.to_owned() };
        assert_eq!(with(&format!("<script src=\"{address}\"></script>")), fault);
        assert_eq!(with(&format!("<img alt=\"\" src=\"{address}\">")), fault);
    }
    assert_eq!(with("<script></script>"), PageFault::ForeignFile { address: String::new() });
}

#[test]
fn reports_script_addresses() {
    for address in ["javascript:alert(1)", "data:text/html,x", "//a.example", ""] {
        let fault = PageFault::Address { address: address.to_owned() };
        assert_eq!(with(&format!("<a href=\"{address}\">x</a>")), fault);
        assert_eq!(with(&format!("<form method=\"post\" action=\"{address}\"></form>")), fault);
    }
}

#[test]
fn reports_fields_without_a_label() {
    assert_eq!(with("<input id=\"x\" name=\"x\">"), PageFault::LabelMissing { id: "x".to_owned() });
    assert_eq!(faults(&GOOD.replace("<h1>", "<input type=\"hidden\" name=\"x\"><h1>")), []);
}

#[test]
fn reports_ids_that_are_missing_or_there_twice() {
    assert_eq!(with("<p id=\"u\"></p>"), PageFault::IdTwice { id: "u".to_owned() });
    assert_eq!(with("<p aria-describedby=\"x\"></p>"), PageFault::IdMissing { id: "x".to_owned() });
}

#[test]
fn reports_what_a_page_must_have_once() {
    assert_eq!(with("<h1>x</h1>"), PageFault::NotOnce { element: "h1", found: 2 });
    let missing = PageFault::AttributeMissing { element: "html", attribute: "lang" };
    assert_eq!(only(&GOOD.replace(" lang=\"en\"", "")), missing);
    assert_eq!(
        only(&GOOD.replace("<title>T<", "<title> <")),
        PageFault::AttributeMissing { element: "title", attribute: "text" }
    );
    assert_eq!(only(&GOOD.replace("<!doctype html>", "")), PageFault::DoctypeMissing);
    assert_eq!(only(&GOOD.replace("post", "get")), PageFault::FormMethod);
    assert_eq!(with("<p>"), PageFault::Unbalanced { element: "main".to_owned() });
}

#[test]
fn outlines_a_page_by_its_tags() {
    let outline = skeleton("<!doctype html>\n<p class=\"x\" hidden>text<br></p>").unwrap();
    assert_eq!(outline, ["p class hidden", "br", "/p"]);
    assert_eq!(text("<p>one <b>two</b></p>").unwrap(), "one two");
}

#[test]
fn reports_colours_that_cannot_be_read() {
    let found = |css: &str| {
        let all = unreadable(css);
        all.into_iter().filter(|line| !line.contains("defined")).collect::<Vec<_>>()
    };
    assert_eq!(found(":root {\n  --ink: #000000;\n  --ground: #ffffff;\n}"), [""; 0]);
    // The grey of the specification's own example: just too light for text on white.
    let grey = ":root {\n  --ink: #777777;\n  --ground: #ffffff;\n}";
    assert_eq!(
        found(grey),
        ["light: ink on ground is 4.48, below 4.5", "dark: ink on ground is 4.48, below 4.5"]
    );
    let dark = "@media (prefers-color-scheme: dark) {\n  :root {\n    --ink: #ffffff;\n  }\n}";
    let black = ":root {\n  --ink: #000000;\n  --ground: #ffffff;\n}";
    assert_eq!(found(&format!("{black}\n{dark}")), ["dark: ink on ground is 1.00, below 4.5"]);
    assert_eq!(found(&format!("{dark}\n{black}")), ["dark: ink on ground is 1.00, below 4.5"]);
    assert_eq!(unreadable("").len(), 46);
}

#[test]
fn reports_text_that_changes_a_page_and_a_policy_that_does_not_fit() {
    let policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let page = |html: &str, policy| Specimen { name: "p".to_owned(), policy, html: html.to_owned() };
    let found = |a: Specimen, b: Specimen| specimen_faults(&[a], &[b]);
    assert_eq!(found(page(GOOD, policy), page(GOOD, policy)), []);
    let other = GOOD.replace("</main>", "<p></p></main>");
    let changed = ("p".to_owned(), PageFault::StructureChanged);
    assert_eq!(found(page(GOOD, policy), page(&other, policy)), [changed]);
    for value in [
        "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
        "default-src 'none'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
        "default-src 'none'; base-uri 'none'",
    ] {
        let fault = ("p".to_owned(), PageFault::Policy { value: value.to_owned() });
        assert_eq!(found(page(GOOD, value), page(GOOD, policy)), [fault]);
    }
}
