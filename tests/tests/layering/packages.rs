//! What the manifest of a published package must say.

use std::fs;

use crate::Breach;
use crate::tree::Member;

/// What every package says that is published, and how its line begins.
const SAYS: [&str; 5] = [
    "description = \"",
    "readme = \"README.md\"",
    "keywords = [",
    "categories = [",
    "repository.workspace = true",
];

/// The lines that take a value from the workspace, so that all packages say the same.
const SHARED: [&str; 4] = [
    "version.workspace = true",
    "edition.workspace = true",
    "rust-version.workspace = true",
    "license.workspace = true",
];

/// Packages that are published, and say too little of themselves.
pub fn breaches(members: &[Member]) -> Vec<Breach> {
    let published = members.iter().filter(|member| !member.manifest.contains("\npublish = false\n"));
    let mut breaches = Vec::new();
    for member in published {
        let folder = crate::tree::root().join(&member.folder);
        let readme = fs::read_to_string(folder.join("README.md")).unwrap_or_default();
        for rule in missing(&member.manifest, &readme, member.roots.iter().any(|root| root.includes_readme()))
        {
            breaches.push(Breach { file: format!("{}/Cargo.toml", member.folder), line: 1, rule });
        }
    }
    breaches
}

/// What `manifest` and `readme` lack. `is_tested` is whether the examples of the README are documentation tests.
pub fn missing(manifest: &str, readme: &str, is_tested: bool) -> Vec<String> {
    let package =
        manifest.split("\n[").find(|part| part.starts_with("package]") || part.starts_with("[package]"));
    let lines: Vec<&str> = package.unwrap_or_default().lines().collect();
    let says = |wanted: &str| lines.iter().any(|line| line.starts_with(wanted));
    let mut missing: Vec<String> = SAYS
        .iter()
        .chain(&SHARED)
        .filter(|wanted| !says(wanted))
        .map(|wanted| format!("does not say `{wanted}`"))
        .collect();
    let keywords = lines.iter().find_map(|line| line.strip_prefix("keywords = ")).unwrap_or_default();
    if keywords.matches('"').count() > 10 {
        missing.push("has more than five keywords".to_owned());
    }
    if !manifest.contains("\n[package.metadata.docs.rs]\n") {
        missing.push("has no [package.metadata.docs.rs]".to_owned());
    }
    if !readme.contains("\n```rust") {
        missing.push("has no README with an example".to_owned());
    }
    if !is_tested {
        missing.push("does not test the examples of its README".to_owned());
    }
    if readme.lines().count() > 60 {
        missing.push("has a README of more than sixty lines".to_owned());
    }
    missing
}
