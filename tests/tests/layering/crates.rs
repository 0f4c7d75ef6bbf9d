//! The crates of the workspace, and what each may name.

use crate::Breach;
use crate::tree::{Member, Source};

/// The names that one crate may use.
pub struct Rule {
    /// Crates of this workspace.
    siblings: &'static [&'static str],
    /// Foreign crates that it must not name, and why.
    never: &'static [(&'static str, &'static str)],
}

const OWN_XML: (&str, &str) = ("quick_xml", "XML is read and written by saml_core::xml");
const OWN_DEFLATE: (&str, &str) = ("flate2", "messages are inflated by saml_core::bindings");
const ONE_PARSER: &[(&str, &str)] = &[OWN_XML, OWN_DEFLATE];
const NO_SERVER: (&str, &str) = ("actix_web", "only the role crates' web/ and programs serve");

const BY_RECORDS: &str = "what a role remembers is written and read by saml_provider::record";
const ROLE: &[(&str, &str)] = &[
    OWN_XML,
    OWN_DEFLATE,
    ("Entry", BY_RECORDS),
    ("insert_if_absent", BY_RECORDS),
    ("insert_for", BY_RECORDS),
];

/// Each package with its rule.
pub const RULES: &[(&str, Rule)] = &[
    (
        "saml-core",
        Rule {
            siblings: &[],
            never: &[("actix_web", "saml-core has no I/O"), ("tokio", "saml-core has no I/O")],
        },
    ),
    ("saml-store", Rule { siblings: &["saml_store"], never: &[OWN_XML, OWN_DEFLATE, NO_SERVER] }),
    ("saml-provider", Rule { siblings: &["saml_provider", "saml_core", "saml_store"], never: ONE_PARSER }),
    ("saml-sp", Rule { siblings: &["saml_sp", "saml_provider", "saml_core", "saml_store"], never: ROLE }),
    ("saml-idp", Rule { siblings: &["saml_idp", "saml_provider", "saml_core", "saml_store"], never: ROLE }),
    // It may inflate and deflate by itself, because a maker and checker of messages must not rely on the code under
    // test.
    ("saml-testkit", Rule { siblings: &["saml_testkit", "saml_core"], never: &[OWN_XML, NO_SERVER] }),
    (
        "saml-xmlsec",
        Rule { siblings: &["saml_xmlsec", "saml_core"], never: &[OWN_XML, OWN_DEFLATE, NO_SERVER] },
    ),
    (
        "saml-cli",
        Rule {
            siblings: &[
                "saml_cli",
                "saml_core",
                "saml_store",
                "saml_provider",
                "saml_sp",
                "saml_idp",
                "saml_testkit",
            ],
            never: ONE_PARSER,
        },
    ),
];

/// Names of crates that `rule` doesn't allow.
pub fn breaches(sources: &[Source], rule: &Rule) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        for (name, line) in &source.facts.identifiers {
            let sibling = SIBLINGS.contains(&name.as_str());
            if sibling && !rule.siblings.contains(&name.as_str()) {
                breaches.push(source.breach(*line, format!("this crate may not name `{name}`")));
            }
            if let Some((_, why)) = rule.never.iter().find(|(never, _)| never == name) {
                breaches.push(source.breach(*line, format!("`{name}`: {why}")));
            }
        }
    }
    breaches
}

const SIBLINGS: &[&str] = &[
    "saml_core",
    "saml_store",
    "saml_provider",
    "saml_sp",
    "saml_idp",
    "saml_testkit",
    "saml_xmlsec",
    "saml_cli",
    "saml_examples",
    "saml_tests",
];

/// The web framework named outside `web/`, in tests too.
pub fn framework_breaches(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| source.module.first().is_none_or(|first| first != "web")) {
        for (name, line) in &source.with_tests().identifiers {
            if name.starts_with("actix") {
                breaches.push(source.breach(*line, format!("`{name}` outside web/")));
            }
        }
    }
    breaches
}

/// What pages name of their own crate or of `saml_provider` that is neither a page nor a text.
pub fn page_breaches(sources: &[Source]) -> Vec<Breach> {
    const PAGES: [&str; 2] = ["web", "pages"];
    const TEXTS: [&str; 1] = ["texts"];
    let mut breaches = Vec::new();
    for source in sources.iter().filter(|source| source.module.starts_with(&PAGES.map(str::to_owned))) {
        for named in &source.facts.paths {
            let shared = named.segments.strip_prefix(&["saml_provider".to_owned()]);
            let Some(target) = named.in_crate.as_deref().or(shared) else { continue };
            if !target.starts_with(&PAGES.map(str::to_owned))
                && !target.starts_with(&TEXTS.map(str::to_owned))
            {
                let shown = named.segments.join("::");
                breaches.push(source.breach(named.line, format!("a page names `{shown}`")));
            }
        }
    }
    breaches
}

/// The one package that may hold `unsafe`: it binds to a C library, and is never needed to build the product.
const MAY_BE_UNSAFE: &[&str] = &["saml-xmlsec"];

/// Packages whose lints or whose crate roots leave `unsafe` possible.
pub fn unsafe_breaches(members: &[Member]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for member in members.iter().filter(|member| !MAY_BE_UNSAFE.contains(&member.folder.as_str())) {
        let shares_lints = member.manifest.contains("[lints]\nworkspace = true");
        // Tests may panic, so that they have fewer lints. Unsafe code is forbidden there, too.
        let tests =
            member.folder == "tests" && member.manifest.contains("[lints.rust]\nunsafe_code = \"forbid\"");
        if !shares_lints && !tests && !is_fuzz(member) {
            let file = format!("{}/Cargo.toml", member.folder);
            breaches.push(Breach { file, line: 1, rule: "does not take the workspace's lints".to_owned() });
        }
        for root in &member.roots {
            let forbids = root.facts.attributes.iter().any(|(text, _)| text == "forbid(unsafe_code)");
            if !forbids && !is_fuzz(member) {
                breaches.push(root.breach(1, "does not say #![forbid(unsafe_code)]".to_owned()));
            }
        }
    }
    breaches
}

/// Outside the workspace, and its entry point is one that the fuzzer's macro exports to C.
fn is_fuzz(member: &Member) -> bool {
    member.folder == "fuzz"
}
