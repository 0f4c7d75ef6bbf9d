//! The structure of the workspace: which module may import which, and what some must never name.
//!
//! The rules are those of ARCHITECTURE.md. Sources are read as token trees, so that comments, strings and line breaks
//! neither hide an import nor pretend one. `snippets` feeds the checks code that breaks each rule.

#![forbid(unsafe_code)]

mod catalogues;
mod circles;
mod cookies;
mod crates;
mod dependencies;
mod floors;
mod oldest_rust;
mod packages;
mod paths;
mod purity;
mod snippets;
mod templates;
#[cfg(test)]
mod tree;
mod verdict_codes;

use std::fmt;
use std::sync::LazyLock;

/// The sources of `saml-core`, read once for all tests.
static CORE: LazyLock<Vec<tree::Source>> = LazyLock::new(|| tree::sources("saml-core/src"));

/// One broken rule, where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Breach {
    file: String,
    line: usize,
    rule: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.rule)
    }
}

/// Fails with every breach on a line of its own.
fn assert_kept(breaches: &[Breach]) {
    let listed: Vec<String> = breaches.iter().map(Breach::to_string).collect();
    assert!(breaches.is_empty(), "{} breaches:\n{}", listed.len(), listed.join("\n"));
}

#[test]
fn core_floors_import_only_downward() {
    assert_kept(&floors::breaches(&CORE));
}

#[test]
fn core_has_no_io_no_clock_no_randomness() {
    assert_kept(&purity::breaches(&CORE));
}

// Attack 248.
#[test]
fn foreign_crates_stay_in_their_floor() {
    assert_kept(&floors::foreign_breaches(&CORE));
}

#[test]
fn crates_name_only_the_crates_below_them() {
    for (folder, rule) in crates::RULES {
        assert_kept(&crates::breaches(&tree::sources(&format!("{folder}/src")), rule));
    }
}

#[test]
fn the_web_framework_stays_in_web() {
    for folder in ["saml-provider", "saml-sp", "saml-idp"] {
        assert_kept(&crates::framework_breaches(&tree::sources(&format!("{folder}/src"))));
    }
}

#[test]
fn pages_import_nothing_of_their_crate() {
    for folder in ["saml-provider", "saml-sp", "saml-idp"] {
        assert_kept(&crates::page_breaches(&tree::sources(&format!("{folder}/src"))));
    }
}

#[test]
fn cookies_are_read_in_one_place() {
    for folder in cookies::SERVING {
        let sources = tree::sources(folder);
        assert_kept(&cookies::calls(&sources));
        assert_kept(&cookies::paths(&sources));
    }
    for folder in cookies::ASKING {
        assert_kept(&cookies::paths(&tree::sources(folder)));
    }
    let workspace = std::fs::read_to_string(tree::root().join("Cargo.toml")).expect("readable");
    let workspace = tree::Member { folder: ".".to_owned(), manifest: workspace, roots: Vec::new() };
    assert_kept(&cookies::features(&[workspace]));
    assert_kept(&cookies::features(&tree::members()));
}

#[test]
fn every_member_forbids_unsafe_code() {
    assert_kept(&crates::unsafe_breaches(&tree::members()));
}

#[test]
fn each_verdict_code_has_its_entry_in_the_documentation() {
    let page = verdict_codes::Page::read();
    assert_kept(&page.breaches());
    assert_kept(&verdict_codes::breaches(&page, &verdict_codes::product_sources()));
}

#[test]
fn a_verdict_cites_the_rule_that_the_documentation_gives_for_its_code() {
    let page = verdict_codes::Page::read();
    assert_kept(&page.rules_that_differ(|code| saml_core::base::VerdictCode::new(code).rule()));
}

/// Crates whose files are looked at for circles: all of the product, the test kit and what stands beside them.
const HOUSES: &[&str] = &[
    "saml-core",
    "saml-store",
    "saml-provider",
    "saml-sp",
    "saml-idp",
    "saml-testkit",
    "saml-xmlsec",
    "saml-cli",
    "benches",
    "fuzz",
    "tests",
];

#[test]
fn files_need_each_other_only_where_that_is_natural() {
    let mut breaches = Vec::new();
    let known = [circles::NATURAL, circles::STANDING].concat();
    assert!(known.iter().all(|circle| HOUSES.contains(&circle.folder) && !circle.why.is_empty()));
    for folder in HOUSES {
        let needs = circles::needs(&tree::library_sources(folder));
        assert!(needs.values().any(|needed| !needed.is_empty()), "{folder}: no file needs another one");
        breaches.extend(circles::breaches(folder, &needs, &known));
        breaches.extend(circles::stale(folder, &needs, &known));
    }
    assert_kept(&breaches);
}

#[test]
fn what_is_cited_stands_in_a_catalogue() {
    let catalogues = catalogues::Catalogues::read();
    assert!(catalogues.citations().len() > 300, "only {} citations", catalogues.citations().len());
    assert_kept(&catalogues.unknown());
}

#[test]
fn each_quirk_is_cited_or_tested_or_says_why_not() {
    assert_kept(&catalogues::Catalogues::read().idle());
}

#[test]
fn a_test_that_a_catalogue_names_exists_and_names_its_entry() {
    assert_kept(&catalogues::Catalogues::read().broken());
}

#[test]
fn every_dependency_is_named_by_the_code_that_it_is_for() {
    let packages = dependencies::packages();
    let breaches: Vec<Breach> = packages.iter().flat_map(dependencies::unused).collect();
    assert_kept(&breaches);
    let workspace = std::fs::read_to_string(tree::root().join("Cargo.toml")).expect("readable");
    assert_kept(&dependencies::untaken(&workspace, &packages));
}

#[test]
fn every_published_package_says_what_it_is() {
    assert_kept(&packages::breaches(&tree::members()));
}

#[test]
fn the_oldest_rust_is_enough_for_every_dependency() {
    let root = tree::root();
    let read = |file: &str| std::fs::read_to_string(root.join(file)).expect("readable");
    let workspace = read("Cargo.toml");
    let oldest = oldest_rust::stated(&workspace).expect("stated");
    assert_kept(&oldest_rust::breaches(&oldest_rust::metadata(), oldest));
    assert_eq!(oldest_rust::stated(&read("saml-xmlsec/Cargo.toml")), Some(oldest));
    assert!(read("README.md").contains(&format!("Rust {oldest} or later")));
}

#[test]
fn no_template_of_a_role_holds_words_of_its_own() {
    let templates: Vec<(String, String)> =
        tree::texts(&["html"]).into_iter().filter(|(file, _)| templates::is_of_role(file)).collect();
    let breaches: Vec<Breach> =
        templates.iter().flat_map(|(file, text)| templates::breaches(file, text)).collect();
    assert_kept(&breaches);
    let named: usize = templates.iter().map(|(_, text)| templates::texts_named(text)).sum();
    assert!(templates.len() >= 9 && named > 25, "{} templates with {named} texts", templates.len());
}

#[test]
fn no_file_exceeds_five_hundred_lines() {
    assert_kept(&tree::long_files());
}
