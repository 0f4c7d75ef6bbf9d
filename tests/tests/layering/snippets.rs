//! Tests of the checks, with code that breaks each rule and code that only looks like it.

use std::path::Path;

use crate::catalogues::Catalogues;
use crate::dependencies::{self, Package};
use crate::tree::{self, Member, Source};
use crate::verdict_codes::{self, Page};
use crate::{Breach, circles, cookies, crates, floors, oldest_rust, packages, purity};

fn source(file: &str, text: &str) -> Source {
    Source::read(file, tree::module_of(Path::new(file)), text)
}

fn rules(breaches: Vec<Breach>) -> Vec<String> {
    breaches.into_iter().map(|breach| format!("{}: {}", breach.line, breach.rule)).collect()
}

fn floor_rules(file: &str, text: &str) -> Vec<String> {
    rules(floors::breaches(&[source(file, text)]))
}

#[test]
fn reports_an_upward_arrow_with_its_line() {
    let found = floor_rules("xml/writer.rs", "use crate::base::Limits;\n\nuse crate::dsig::Signature;\n");
    assert_eq!(found, ["3: `xml` may not import `crate::dsig::Signature`"]);
}

#[test]
fn accepts_downward_arrows_and_the_own_floor() {
    let text =
        "use crate::base::{Limits, Coded}; use crate::xml::Document; use crate::c14n::{self, PrefixList};
        use super::reference::Reference; fn f() -> crate::dsig::Signature { self::g() }";
    assert_eq!(floor_rules("dsig/verify.rs", text), [""; 0]);
}

#[test]
fn sees_every_leaf_of_a_nested_tree() {
    let text = "use crate::{base::Coded, trust::{self, Verified as V}, xml};";
    let found = floor_rules("validation/issuer.rs", text);
    assert_eq!(found, ["1: `validation` may not import `crate::xml`"]);
}

#[test]
fn sees_siblings_of_the_same_height() {
    assert_eq!(floor_rules("dsig/mod.rs", "use crate::enc::EncryptedData;").len(), 1);
    assert_eq!(floor_rules("xml/mod.rs", "use crate::crypto::Digest;").len(), 1);
    assert_eq!(floor_rules("protocol/mod.rs", "use crate::metadata::Endpoint;").len(), 1);
    assert_eq!(floor_rules("protocol/mod.rs", "use crate::assertion::Assertion;").len(), 0);
    assert_eq!(floor_rules("assertion/mod.rs", "use crate::protocol::Response;").len(), 1);
}

#[test]
fn sees_paths_outside_use() {
    for text in [
        "fn f(d: &crate::xml::Document) {}",
        "fn f() { let x = vec![crate::xml::parse()]; }",
        "impl From<crate::xml::XmlError> for E {}",
        "macro_rules! m { () => { $crate::xml::names::SAML } }",
        "#[derive(crate::xml::Read)] struct S;",
        "struct S(pub crate::xml::Document);",
    ] {
        assert_eq!(floor_rules("validation/issuer.rs", text).len(), 1, "{text}");
    }
}

#[test]
fn resolves_super_and_self_from_where_they_stand() {
    assert_eq!(floor_rules("validation/mod.rs", "use super::xml::Document;").len(), 1);
    assert_eq!(floor_rules("validation/issuer.rs", "use super::super::xml::Document;").len(), 1);
    assert_eq!(
        floor_rules("validation/issuer.rs", "use super::xml::Document;").len(),
        0,
        "validation::xml is its own"
    );
    assert_eq!(
        floor_rules("validation/a/b.rs", "mod c { use super::super::super::super::dsig::D; }").len(),
        1
    );
    assert_eq!(floor_rules("validation/a.rs", "use self::super::super::enc::E;").len(), 1);
}

#[test]
fn refuses_to_take_hold_of_the_crate_root() {
    for text in
        ["use crate as c;", "use super as up;", "use super::{self as up};", "use crate::*;", "use super::*;"]
    {
        assert_eq!(floor_rules("validation/mod.rs", text).len(), 1, "{text}");
    }
    assert_eq!(floor_rules("validation/issuer.rs", "use super::*;").len(), 0);
    assert_eq!(floor_rules("validation/issuer.rs", "use super::super as root;").len(), 1);
}

#[test]
fn refuses_names_that_hide_an_arrow() {
    assert_eq!(floor_rules("validation/a.rs", "use saml_core::xml::Document;").len(), 1);
    assert_eq!(floor_rules("validation/a.rs", "#[path = \"../xml/parser.rs\"] mod parser;").len(), 1);
    assert_eq!(floor_rules("validation/a.rs", "include!(\"../xml/parser.rs\");").len(), 1);
    assert_eq!(floor_rules("trust/mod.rs", "pub use crate::xml::Document;").len(), 1);
    assert_eq!(floor_rules("trust/mod.rs", "pub(crate) use crate::xml::Document;").len(), 1);
    assert_eq!(floor_rules("trust/mod.rs", "use crate::xml::Document;").len(), 0);
    assert_eq!(floor_rules("misc/mod.rs", "").len(), 1);
}

#[test]
fn validation_sees_of_cryptography_the_policy_alone() {
    assert_eq!(floor_rules("validation/a.rs", "use crate::crypto::{PeerPolicy};").len(), 0);
    assert_eq!(floor_rules("validation/a.rs", "use crate::crypto::{PeerPolicy, PublicKey};").len(), 1);
    assert_eq!(floor_rules("validation/a.rs", "use crate::crypto;").len(), 1);
    assert_eq!(floor_rules("validation/a.rs", "use crate::crypto::*;").len(), 1);
}

#[test]
fn plain_data_sees_of_signatures_the_types_alone() {
    assert_eq!(floor_rules("protocol/response.rs", "use crate::dsig::Signature;").len(), 0);
    assert_eq!(floor_rules("protocol/response.rs", "use crate::dsig::verify;").len(), 1);
    assert_eq!(floor_rules("metadata/role.rs", "use crate::enc::decrypt::Plaintext;").len(), 1);
}

#[test]
fn comments_and_strings_are_no_imports() {
    let text = "//! See [`crate::xml::Document`].\n/* use crate::dsig::S; */ /// [crate::enc::E]\n
        const S: &str = \"use crate::xml::Document;\"; const R: &str = r#\"crate::dsig::S\"#; const C: char = '\"';";
    assert_eq!(floor_rules("validation/a.rs", text), [""; 0]);
}

#[test]
fn line_breaks_hide_nothing() {
    assert_eq!(
        floor_rules("validation/a.rs", "use crate\n    ::\n    /* why */ xml\n    ::Document;").len(),
        1
    );
    assert_eq!(floor_rules("validation/a.rs", "use crate::r#xml::Document;").len(), 1);
}

#[test]
fn unit_tests_may_import_anything() {
    for text in [
        "#[cfg(test)] mod tests { use crate::xml::Document; }",
        "#[cfg(test)] use crate::xml::{Document, Element};",
        "#[cfg(test)] pub(crate) fn f() -> [u8; 2] { crate::xml::g() }",
        "#[cfg(all(test, unix))] const X: u8 = { crate::xml::X };",
        "#[test] #[ignore] fn rejects() { crate::xml::g(); }",
        "#![cfg(test)] use crate::xml::Document;",
    ] {
        assert_eq!(floor_rules("validation/a.rs", text), [""; 0], "{text}");
    }
}

#[test]
fn what_merely_mentions_tests_is_no_unit_test() {
    for text in [
        "#[cfg(any(test, feature = \"x\"))] use crate::xml::Document;",
        "#[cfg(not(test))] use crate::xml::Document;",
        "#[cfg(feature = \"test\")] use crate::xml::Document;",
        "#[cfg_attr(test, allow(dead_code))] use crate::xml::Document;",
        "#[cfg(test)] mod tests {} use crate::xml::Document;",
        "#[cfg(test)] use crate::base::{A}; use crate::xml::Document;",
        "#[cfg(test)] const fn f() {} use crate::xml::Document;",
    ] {
        assert_eq!(floor_rules("validation/a.rs", text).len(), 1, "{text}");
    }
}

#[test]
fn only_files_declared_for_tests_are_left_out() {
    let read = |declaration: &str| {
        let files = vec![
            source("validation/mod.rs", declaration),
            source("validation/tests.rs", "use crate::xml::Document;"),
            source("validation/tests/deep.rs", "use crate::xml::Document;"),
        ];
        floors::breaches(&tree::without_test_modules(files)).len()
    };
    assert_eq!(read("#[cfg(test)] mod tests;"), 0);
    assert_eq!(read("#[cfg(test)] #[allow(unused)] pub(crate) mod tests;"), 0);
    assert_eq!(read("mod tests;"), 2);
}

#[test]
fn foreign_crates_have_one_floor() {
    let found = |file, text| floors::foreign_breaches(&[source(file, text)]).len();
    assert_eq!(found("c14n/mod.rs", "use quick_xml::Reader;"), 1);
    assert_eq!(found("xml/parser.rs", "use quick_xml::Reader;"), 0);
    assert_eq!(found("xml/parser.rs", "use quick_xml::reader::NsReader;"), 1);
    assert_eq!(found("dsig/mod.rs", "fn f() { openssl::sha::sha256(b\"\"); }"), 1);
}

#[test]
fn clocks_randomness_and_io_are_seen_under_other_names() {
    for text in [
        "fn f() { std::time::SystemTime::now(); }",
        "use std::time::{Duration, Instant}; fn f() { Instant::now(); }",
        "use std::time::SystemTime as T; fn f() -> u64 { T::now() }",
        "fn f() { let t = chrono::Utc::now(); }",
        "use std::{fmt, fs};",
        "use std::fs::{self, File};",
        "use std as s; fn f() { s::net::TcpStream::connect(\"\"); }",
        "fn f(b: &mut [u8]) { openssl::rand::rand_bytes(b); }",
        "use openssl::rand;",
        "fn f() { getrandom::fill(&mut []); }",
        "async fn f() {}",
    ] {
        assert!(!purity::breaches(&[source("trust/a.rs", text)]).is_empty(), "{text}");
    }
}

#[test]
fn plain_instants_and_addresses_are_pure() {
    for text in [
        "use std::time::{Duration, SystemTime}; fn f(now: SystemTime) -> SystemTime { now + Duration::ZERO }",
        "fn f(a: &str) -> bool { a.parse::<std::net::Ipv6Addr>().is_ok() }",
        "use std::io::Read; fn now() {} fn f() { now() }",
        "#[cfg(test)] mod tests { use std::fs; fn f() { std::time::Instant::now(); } }",
    ] {
        assert_eq!(rules(purity::breaches(&[source("trust/a.rs", text)])), [""; 0], "{text}");
    }
}

#[test]
fn crates_never_name_a_neighbour() {
    let found = |package: &str, text: &str| {
        let (_, rule) =
            crates::RULES.iter().find(|(folder, _)| *folder == package).expect("a package of the table");
        crates::breaches(&[source("sso/a.rs", text)], rule).len()
    };
    assert_eq!(found("saml-sp", "use saml_core::trust::Verified; use saml_store::Store;"), 0);
    assert_eq!(found("saml-sp", "use saml_idp::Idp;"), 1);
    assert_eq!(found("saml-idp", "fn f() { saml_sp::g(); }"), 1);
    assert_eq!(found("saml-idp", "#[cfg(test)] mod tests { use saml_sp::Sp; }"), 0);
    assert_eq!(found("saml-core", "use saml_store::Store;"), 1);
    assert_eq!(found("saml-sp", "use saml_store::Entry; fn f() { store.insert_if_absent(entry, now); }"), 2);
    assert_eq!(
        found("saml-provider", "use saml_store::Entry; fn f() { store.insert_for(p, entry, now); }"),
        0
    );
    assert_eq!(found("saml-core", "use actix_web::web;"), 1);
    assert_eq!(found("saml-cli", "use quick_xml::Reader;"), 1);
    assert_eq!(found("saml-cli", "use saml_sp::Sp; use saml_idp::Idp;"), 0);
}

#[test]
fn the_framework_is_seen_outside_web() {
    let found = |file, text| crates::framework_breaches(&[source(file, text)]).len();
    assert_eq!(found("sso/start.rs", "use actix_web::HttpRequest;"), 1);
    assert_eq!(found("sso/start.rs", "#[cfg(test)] mod tests { use actix_web::test; }"), 1);
    assert_eq!(found("web/mod.rs", "use actix_web::HttpRequest;"), 0);
    assert_eq!(found("lib.rs", "#[cfg(feature = \"actix\")] pub mod web;"), 0);
}

#[test]
fn what_a_page_may_not_know_is_seen() {
    let found = |file, text| crates::page_breaches(&[source(file, text)]).len();
    for text in [
        "use crate::config::LOGIN_PATH;",
        "use super::super::reply;",
        "fn f(sp: &crate::ServiceProvider) {}",
        "use saml_provider::web::{pages::Page, reply};",
        "use saml_provider::record::Records;",
    ] {
        assert_eq!(found("web/pages/error.rs", text), 1, "{text}");
        assert_eq!(found("web/reply.rs", text), 0, "{text}");
    }
    let pages = "use super::Frame; use super::assets::MARK; use saml_provider::web::pages::Page; use askama::Template; \
        use saml_provider::texts::Text;";
    assert_eq!(found("web/pages/error.rs", pages), 0);
}

#[test]
fn the_frameworks_cookies_are_seen() {
    let calls = |text| cookies::calls(&[source("web/a.rs", text)]).len();
    for text in [
        "fn f(r: HttpRequest) { r.cookie(\"a\"); }",
        "fn f() { match request.cookies() { _ => () } }",
        "fn f() { g(|r| r.head().cookies_raw()) }",
        "#[cfg(test)] mod tests { fn f() { TestRequest::get().cookie(c); } }",
    ] {
        assert_eq!(calls(text), 1, "{text}");
    }
    assert_eq!(calls("fn f() { config.site.cookies; cookie::session(&sp); cookie(x); }"), 0);
    let paths = |text| cookies::paths(&[source("web/a.rs", text)]).len();
    assert_eq!(paths("use actix_web::{App, cookie::{Cookie, SameSite}};"), 2);
    assert_eq!(paths("fn f() { actix_web::cookie::Cookie::new(a, b); }"), 1);
    assert_eq!(paths("use saml_provider::web::cookie;"), 0);
    let features = |manifest: &str| {
        let manifest = manifest.to_owned();
        cookies::features(&[Member { folder: "a".to_owned(), manifest, roots: Vec::new() }]).len()
    };
    assert_eq!(
        features("actix-web = { version = \"4\", default-features = false, features = [\"cookies\"] }"),
        1
    );
    assert_eq!(features("actix-web = \"4\""), 1);
    assert_eq!(features("actix-web.workspace = true\nactix-web = { workspace = true, optional = true }"), 0);
}

#[test]
fn unsafe_must_be_forbidden_in_manifest_and_root() {
    let member = |manifest: &str, root: &str| {
        let roots = vec![source("src/lib.rs", root)];
        crates::unsafe_breaches(&[Member { folder: "a".to_owned(), manifest: manifest.to_owned(), roots }])
            .len()
    };
    assert_eq!(member("[lints]\nworkspace = true\n", "#![forbid(unsafe_code)]"), 0);
    assert_eq!(member("[lints]\nworkspace = true\n", "// #![forbid(unsafe_code)]"), 1);
    assert_eq!(member("", "#![forbid(unsafe_code)]"), 1);
}

#[test]
fn five_hundred_lines_are_the_most() {
    assert_eq!(tree::too_long("a.rs", &"\n".repeat(500)), None);
    assert!(tree::too_long("a.rs", &"\n".repeat(501)).is_some());
}

#[test]
fn sees_a_code_without_an_entry_and_an_entry_without_a_code() {
    let page = Page::of("# Codes\n\n### `a.known`\n\n### `a.stale`\n");
    let text = "fn f() { RULE.fail(\"a.known\"); g(match x { _ => \"a.new\" }); }
        #[cfg(test)] mod tests { fn f() { RULE.fail(\"a.of_a_test\"); } }
        #[template(path = \"login.page\")] struct S;
        const N: Namespace = Namespace::new(\"a.place\");
        const F: &str = \"page.html\"; // \"a.comment\"
        const C: VerdictCode = VerdictCode::new(\"undotted\");";
    let found = rules(verdict_codes::breaches(&page, &[source("sso.rs", text)]));
    assert_eq!(
        found,
        [
            "1: `a.new` has no entry in docs/verdicts.md",
            "6: `undotted` is no dotted code",
            "5: `a.stale` is no code of the product",
        ]
    );
}

#[test]
fn sees_a_rule_that_the_program_does_not_cite() {
    let page = Page::of("### `a.b`\n- **Rule:** [A §1]\n### `a.c`\nno rule\n### `a.d`\n- **Rule:** [A §2]\n");
    let cited = |code: &'static str| ["a.b", "a.d"].contains(&code).then_some("[A §1]");
    let found = rules(page.rules_that_differ(cited));
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|breach| !breach.contains("a.b")), "{found:?}");
}

#[test]
fn sees_links_that_lead_nowhere_and_headings_that_stand_twice() {
    let page = Page::of("# Codes\n[here](#codes) [there](#anowhere)\n### `a.b`\n[up](#ab)\n### `a.b`\n");
    assert_eq!(rules(page.breaches()), ["5: `#ab` leads to line 3 too", "2: `#anowhere` leads nowhere"]);
}

#[test]
fn sees_citations_of_nothing_and_entries_that_nothing_holds() {
    let attacks = "## 1. One\n\n**1. Name.** Test: `a.rs::one`.\n\n**2. Other.** Test: `a.rs::two`.\n\n**2. Again.** Text.\n";
    let quirks = "| NET-01 | seen | done |\n| NET-02 | seen | Not here: a reason. |\n| NET-03 | seen | Not here: why. |\n\
        | NET-04 | seen | done |\n";
    let source = "// Attack 1.\n#[test]\nfn one() {}\n// Attacks 2 and 3: NET-01, NET-03, NET-09, MR-1.\nfn two() {}\n";
    let catalogues = Catalogues::of(attacks, quirks, &[("a.rs", source)]);
    let unknown = "stands in neither docs/attacks.md nor docs/quirks.md";
    let expected = [
        "7: 2 stands here twice".to_owned(),
        format!("4: 3 {unknown}"),
        format!("4: NET-09 {unknown}"),
        format!("4: MR-1 {unknown}"),
    ];
    assert_eq!(rules(catalogues.unknown()), expected);
    assert_eq!(
        rules(catalogues.idle()),
        ["3: NET-03 is cited or tested, and said to be not here", "4: NET-04 is held by nothing"]
    );
    assert_eq!(rules(catalogues.broken()), ["5: 2 names a test that is not there: a.rs::two"]);
}

#[test]
fn sees_dependencies_that_nothing_names() {
    let manifest = "[package]\nname = \"x\"\n\n[dependencies]\nurl.workspace = true\nbase-64 = { version = \"1\",\n    \
        features = [\"serde\"] }\ntoml = \"1\"\nserde.workspace = true\n\n[dev-dependencies]\ntokio.workspace = true\n\
        http = \"1\"\n\n[build-dependencies]\ncc = \"1\"\n";
    let code = source("lib.rs", "use url::Url; fn f() { let toml = base_64::new(); g(toml); }");
    let tests = source("tests.rs", "#[tokio::test] async fn f() { serde::x(); let http = 1; g(http); }");
    let mut everything = dependencies::named(&code.facts);
    everything.extend(dependencies::named(&tests.with_tests()));
    let package = Package {
        folder: "x".to_owned(),
        manifest: manifest.to_owned(),
        code: dependencies::named(&code.facts),
        everything,
    };
    assert_eq!(
        rules(dependencies::unused(&package)),
        [
            "8: `toml`: nothing names it",
            "9: `serde`: only tests name it: list it under [dev-dependencies]",
            "13: `http`: nothing names it",
            "16: `cc`: a section that this test doesn't know",
        ]
    );
    let workspace = "[workspace.dependencies]\nurl = \"2\"\nregex = \"1\"\n";
    assert_eq!(rules(dependencies::untaken(workspace, &[package])), ["3: `regex`: no package takes it"]);
}

#[test]
fn sees_what_a_package_does_not_say() {
    let whole = "[package]\nname = \"x\"\ndescription = \"A thing\"\nversion.workspace = true\nedition.workspace = true\n\
        rust-version.workspace = true\nlicense.workspace = true\nrepository.workspace = true\nreadme = \"README.md\"\n\
        keywords = [\"a\"]\ncategories = [\"b\"]\n\n[package.metadata.docs.rs]\nall-features = true\n";
    let readme = "# x\n\n```rust\nf();\n```\n";
    assert_eq!(packages::missing(whole, readme, true), [""; 0]);
    for (from, to, expected) in [
        ("description = ", "# ", "does not say `description = \"`"),
        ("\nkeywords = [\"a\"]", "", "does not say `keywords = [`"),
        ("[\"a\"]", "[\"a\", \"b\", \"c\", \"d\", \"e\", \"f\"]", "has more than five keywords"),
        ("license.workspace = true", "license = \"MIT\"", "does not say `license.workspace = true`"),
        ("\n[package.metadata.docs.rs]", "\n[package.metadata]", "has no [package.metadata.docs.rs]"),
    ] {
        assert_eq!(packages::missing(&whole.replace(from, to), readme, true), [expected]);
    }
    assert_eq!(packages::missing(whole, "# x\n", true), ["has no README with an example"]);
    assert_eq!(packages::missing(whole, readme, false), ["does not test the examples of its README"]);
}

#[test]
fn sees_a_dependency_that_needs_a_later_rust() {
    let package = |id: &str, rust: &str| {
        format!(r#"{{"id":"{id}","name":"{id}","version":"2.0","rust_version":{rust}}}"#)
    };
    let packages =
        [package("a", "\"1.90.1\""), package("b", "\"1.9\""), package("c", "null"), package("d", "\"1.99\"")];
    let metadata = format!(
        r#"{{"packages":[{}],"resolve":{{"nodes":[{{"id":"a"}},{{"id":"b"}},{{"id":"c"}}]}}}}"#,
        packages.join(",")
    );
    assert_eq!(
        rules(oldest_rust::breaches(&metadata, "1.90")),
        ["1: a 2.0 needs Rust 1.90.1, and rust-version is 1.90"]
    );
    assert_eq!(rules(oldest_rust::breaches(&metadata, "1.91")), [""; 0]);
    assert_eq!(oldest_rust::stated("[package]\nrust-version = \"1.90\"\n"), Some("1.90"));
}

/// Circles among these files of a crate `a`, with those of `natural` let be.
fn circle_rules(files: &[(&str, &str)], natural: &[circles::Natural]) -> Vec<String> {
    let read = |(file, text): &(&str, &str)| {
        Source::read(&format!("a/src/{file}"), tree::module_of(Path::new(file)), text)
    };
    let sources = tree::without_test_modules(files.iter().map(read).collect());
    let needs = circles::needs(&sources);
    let mut found = circles::breaches("a", &needs, natural);
    found.extend(circles::stale("a", &needs, natural));
    rules(found)
}

#[test]
fn a_circle_is_seen_by_whatever_way_a_name_comes() {
    let root = ("lib.rs", "mod one; mod other; pub use one::One; pub use other::Other as Neighbour;");
    let one = ("one.rs", "use crate::Neighbour; pub struct One(Neighbour);");
    for other in [
        "use crate::One; pub struct Other(Box<One>);",
        "pub struct Other(Box<super::One>);",
        "use crate::one; pub struct Other(Box<one::One>);",
        "use crate::one::{self as first}; pub fn f() { first::g() } pub struct Other;",
        "use super::*; use crate::one::One as O; pub struct Other(Box<O>);",
    ] {
        let found = circle_rules(&[root, one, ("other.rs", other)], &[]);
        assert_eq!(found.len(), 1, "{other}: {found:?}");
        assert!(found[0].contains("a/src/one.rs:1 needs a/src/other.rs"), "{found:?}");
    }
    let third = ("third.rs", "use crate::one::One; pub struct Third(Box<One>);");
    let other = ("other.rs", "use crate::third::Third; pub struct Other(Third);");
    assert_eq!(circle_rules(&[root, one, other, third], &[]).len(), 1);
}

#[test]
fn what_is_no_circle_is_let_be() {
    let root = ("lib.rs", "mod one; mod other; pub use one::One; pub use other::Other;");
    let one = ("one.rs", "use crate::Other; pub struct One(Other);");
    for other in [
        "pub struct Other;",
        "pub struct Other; #[cfg(test)] mod tests { use crate::One; fn f(one: One) {} }",
        "//! Of [`crate::One`].\npub struct Other;",
        "use std::one::One; pub struct Other;",
    ] {
        assert_eq!(circle_rules(&[root, one, ("other.rs", other)], &[]), [""; 0], "{other}");
    }
    // A module in parts.
    let whole = ("one.rs", "mod part; use part::Part; pub struct One(Part);");
    let part = ("one/part.rs", "use super::One; pub struct Part; fn f(one: &One) {}");
    assert_eq!(circle_rules(&[("lib.rs", "mod one;"), whole, part], &[]), [""; 0]);
}

#[test]
fn a_natural_circle_is_let_be_as_long_as_there_is_one() {
    let natural = [circles::Natural { folder: "a", files: &["one.rs", "other.rs"], why: "they are one" }];
    let root = ("lib.rs", "mod one; mod other;");
    let one = ("one.rs", "use crate::other::Other; pub struct One(Other);");
    let back = ("other.rs", "use crate::one::One; pub struct Other(Box<One>);");
    assert_eq!(circle_rules(&[root, one, back], &natural), [""; 0]);
    let alone = ("other.rs", "pub struct Other;");
    assert_eq!(circle_rules(&[root, one, alone], &natural), ["1: no circle of one.rs, other.rs any more"]);
}
