//! A dependency that a manifest lists is named by the code that it is for.

use std::collections::BTreeSet;

use crate::Breach;
use crate::paths::{Facts, Naming};
use crate::tree;

/// Beside `src`, where the code of a package stands that its `[dependencies]` are for.
const MORE_CODE: [(&str, &[&str]); 3] =
    [("examples", &["examples"]), ("tests", &["interop"]), ("fuzz", &["fuzz_targets"])];

/// Dependencies of a manifest that are named for something else than their code.
const FOR_FEATURES: [(&str, &str, &str); 1] = [
    // Turns on the suite that the package's own tests run.
    ("saml-store", "dev-dependencies", "saml-store"),
];

/// The dependencies of a package, and the crates that its code names.
pub struct Package {
    /// Its folder.
    pub folder: String,
    /// Its manifest.
    pub manifest: String,
    /// The names that its code uses, tests left out.
    pub code: BTreeSet<String>,
    /// The names that its tests, benches and examples use as well.
    pub everything: BTreeSet<String>,
}

/// Every package of the repository, read.
pub fn packages() -> Vec<Package> {
    let read = |member: tree::Member| {
        let folder = member.folder;
        let more = MORE_CODE.iter().find(|(name, _)| *name == folder).map_or(&[][..], |(_, more)| *more);
        let of_code = |inside: &str| tree::sources(&format!("{folder}/{inside}"));
        let src = tree::root().join(&folder).join("src").exists();
        let code =
            src.then_some("src").iter().chain(more).flat_map(|inside| of_code(inside)).collect::<Vec<_>>();
        let code = code.iter().flat_map(|source| named(&source.facts)).collect();
        let everything = tree::all_facts(&folder).iter().flat_map(named).collect();
        Package { folder, manifest: member.manifest, code, everything }
    };
    tree::members().into_iter().map(read).collect()
}

/// What paths begin with. A lone identifier may be a variable of that name.
pub fn named(facts: &Facts) -> BTreeSet<String> {
    let paths = facts.paths.iter();
    let crates = paths.filter(|path| path.segments.len() > 1 || path.naming != Naming::Mention);
    crates.filter_map(|path| path.segments.first().cloned()).collect()
}

/// The dependencies of a manifest: section, name and line.
pub fn listed(manifest: &str) -> Vec<(String, String, usize)> {
    let mut listed = Vec::new();
    let mut section = String::new();
    let mut open = false;
    for (line, text) in (1..).zip(manifest.lines()) {
        if let Some(header) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            header.clone_into(&mut section);
            open = false;
        } else if open {
            open = !text.trim_end().ends_with(['}', ']']);
        } else if section.ends_with("dependencies") {
            let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '-' && sign != '_');
            let name = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
            if !name.is_empty() {
                listed.push((section.clone(), name.to_owned(), line));
            }
            open = text.trim_end().ends_with(['{', '[']);
        }
    }
    listed
}

/// Dependencies that no code names, or only code of another section.
pub fn unused(package: &Package) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (section, name, line) in listed(&package.manifest) {
        let identifier = name.replace('-', "_");
        let for_features = FOR_FEATURES
            .iter()
            .any(|(folder, of, on)| (*folder, *of, *on) == (&package.folder, &section, &name));
        let (in_code, anywhere) =
            (package.code.contains(&identifier), package.everything.contains(&identifier));
        let rule = match section.as_str() {
            _ if for_features => continue,
            "dependencies" if in_code => continue,
            "dependencies" if anywhere => "only tests name it: list it under [dev-dependencies]",
            "dev-dependencies" if anywhere => continue,
            "dependencies" | "dev-dependencies" => "nothing names it",
            _ => "a section that this test doesn't know",
        };
        let file = format!("{}/Cargo.toml", package.folder);
        breaches.push(Breach { file, line, rule: format!("`{name}`: {rule}") });
    }
    breaches
}

/// Dependencies of the workspace that no package takes.
pub fn untaken(workspace: &str, packages: &[Package]) -> Vec<Breach> {
    let taken: BTreeSet<String> =
        packages.iter().flat_map(|package| listed(&package.manifest)).map(|(_, name, _)| name).collect();
    let mut breaches = Vec::new();
    for (section, name, line) in listed(workspace) {
        if section == "workspace.dependencies" && !taken.contains(&name) {
            let rule = format!("`{name}`: no package takes it");
            breaches.push(Breach { file: "Cargo.toml".to_owned(), line, rule });
        }
    }
    breaches
}
