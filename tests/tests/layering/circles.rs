//! Files of one crate that need each other, so that none of them can be read or moved alone.
//!
//! A file needs another one if it names something that is defined there, by whatever way the name comes to it. What a
//! file only hands on (`pub use`) it does not need, and unit tests need whatever they want. A file and the module that it
//! lies in are one thing, told in parts: what it needs of that is no arrow.

use std::collections::{BTreeMap, BTreeSet};

use crate::Breach;
use crate::paths::{Named, Naming};
use crate::tree::Source;

/// Files of a crate that may need each other, by their names below its `src`, and why.
#[derive(Clone, Copy)]
pub struct Natural {
    /// The folder of the crate.
    pub folder: &'static str,
    /// The files.
    pub files: &'static [&'static str],
    /// Why they are one thing in several files.
    pub why: &'static str,
}

/// The circles that are no flaw.
pub const NATURAL: &[Natural] = &[
    Natural {
        folder: "saml-core",
        files: &[
            "xml/document.rs",
            "xml/element.rs",
            "xml/iterators.rs",
            "xml/schema_error.rs",
            "xml/parser.rs",
            "xml/parser/attributes.rs",
            "xml/parser/builder.rs",
            "xml/parser/builder/arena.rs",
            "xml/parser/text.rs",
            "xml/parser/tokenizer.rs",
        ],
        why: "the arena: a document is made of elements that are places in it, and of what fills it",
    },
    Natural {
        folder: "saml-core",
        files: &["assertion/subject.rs", "assertion/subject_confirmation.rs"],
        why: "as in the schema: a subject is confirmed, and whoever confirms it may be named like a subject",
    },
    Natural {
        folder: "saml-cli",
        files: &["arguments.rs", "manual.rs"],
        why: "the manual is made of the arguments, and printed by one of them",
    },
];

/// Circles in the two roles that are a flaw and are still there: the list only grows shorter.
pub const STANDING: &[Natural] = &[
    Natural {
        folder: "saml-sp",
        files: &["config.rs", "deep_link.rs"],
        why: "a deep link is a setting, and its fault one of the settings",
    },
    Natural {
        folder: "saml-sp",
        files: &["web/handlers.rs", "web/routes.rs"],
        why: "handlers ask for the routes that lead to them",
    },
    Natural {
        folder: "saml-sp",
        files: &["web/guard.rs", "web/signed_in_user.rs"],
        why: "the guard keeps the user whom the extractor looks for, and either finds it",
    },
    Natural {
        folder: "saml-idp",
        files: &["config.rs", "identity_provider.rs", "name_id.rs", "sp_peer.rs"],
        why: "names are made by all of it, and their kinds are a setting",
    },
    Natural {
        folder: "saml-idp",
        files: &["sso/issue.rs", "sso/respond.rs"],
        why: "who answers draws the identifiers of what is issued",
    },
    Natural {
        folder: "saml-idp",
        files: &["web/login.rs", "web/routes.rs", "web/sso.rs"],
        why: "handlers ask for the routes that lead to them, and one shows what another one makes",
    },
];

/// A graph of files: which needs which, and the line where it first says so.
pub type Needs = BTreeMap<String, BTreeMap<String, usize>>;

/// Which file of a crate needs which other one.
pub fn needs(sources: &[Source]) -> Needs {
    let files: BTreeMap<&[String], &Source> =
        sources.iter().map(|source| (source.module.as_slice(), source)).collect();
    let house = House { files };
    sources.iter().map(|source| (source.file.clone(), house.needs_of(source))).collect()
}

/// The groups of files that need each other, but for those of `natural`.
pub fn breaches(folder: &str, needs: &Needs, natural: &[Natural]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for circle in circles(needs) {
        let is_natural = natural.iter().any(|natural| {
            let names = |file: &String| natural.files.iter().any(|name| *file == path(folder, name));
            natural.folder == folder && circle.iter().all(names)
        });
        let Some(first) = circle.first().filter(|_| !is_natural) else { continue };
        let arrows = arrows_within(&circle, needs);
        let line = arrows.first().map_or(1, |(_, _, line)| *line);
        let shown: Vec<String> =
            arrows.iter().map(|(from, to, line)| format!("{from}:{line} needs {to}")).collect();
        breaches.push(Breach { file: first.clone(), line, rule: format!("a circle: {}", shown.join(", ")) });
    }
    breaches
}

/// The natural circles of this crate that don't exist, or not all of whose files are in it.
pub fn stale(folder: &str, needs: &Needs, natural: &[Natural]) -> Vec<Breach> {
    let circles = circles(needs);
    let of_crate = natural.iter().filter(|natural| natural.folder == folder);
    let gone = of_crate.filter(|natural| {
        let files: Vec<String> = natural.files.iter().map(|name| path(folder, name)).collect();
        !circles.iter().any(|circle| files.iter().all(|file| circle.contains(file)))
    });
    gone.map(|natural| Breach {
        file: path(folder, natural.files.first().unwrap_or(&"")),
        line: 1,
        rule: format!("no circle of {} any more", natural.files.join(", ")),
    })
    .collect()
}

fn path(folder: &str, name: &str) -> String {
    format!("{folder}/src/{name}")
}

fn arrows_within(circle: &BTreeSet<String>, needs: &Needs) -> Vec<(String, String, usize)> {
    let within = |file: &String| {
        let others = needs.get(file).into_iter().flatten().filter(|(to, _)| circle.contains(*to));
        others.map(|(to, line)| (file.clone(), to.clone(), *line)).collect::<Vec<_>>()
    };
    circle.iter().flat_map(within).collect()
}

/// The files that can be reached from each other, where there are more than one.
fn circles(needs: &Needs) -> Vec<BTreeSet<String>> {
    let reach: BTreeMap<&String, BTreeSet<String>> =
        needs.keys().map(|file| (file, reachable(file, needs))).collect();
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for (file, reached) in &reach {
        let returns = |other: &&String| reach.get(*other).is_some_and(|back| back.contains(*file));
        let circle: BTreeSet<String> = reached.iter().filter(returns).cloned().collect();
        if circle.len() > 1 && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// Every file that `file` needs, directly or by another one.
fn reachable(file: &str, needs: &Needs) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file.to_owned()];
    while let Some(next) = open.pop() {
        for to in needs.get(&next).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(to.clone()) {
                open.push(to.clone());
            }
        }
    }
    reached
}

/// A crate, in which names are looked up.
struct House<'s> {
    files: BTreeMap<&'s [String], &'s Source>,
}

impl<'s> House<'s> {
    fn needs_of(&self, source: &Source) -> BTreeMap<String, usize> {
        let mut needs = BTreeMap::new();
        for named in source.facts.paths.iter().filter(|named| named.naming != Naming::Reexport) {
            let Some(target) = self.absolute(source, &named.segments) else { continue };
            let needed = self.defining(&target, MOST_HOPS);
            if !source.module.starts_with(&needed.module) {
                needs.entry(needed.file.clone()).or_insert(named.line);
            }
        }
        needs
    }

    /// A path from the crate root; none if it leads out of the crate.
    fn absolute(&self, source: &Source, segments: &[String]) -> Option<Vec<String>> {
        let mut module = source.module.clone();
        let mut rest = segments.iter().peekable();
        match rest.peek()?.as_str() {
            "crate" => module.clear(),
            "self" | "super" => {}
            first => {
                module.push(first.to_owned());
                if !self.files.contains_key(module.as_slice()) {
                    return None;
                }
                module.pop();
            }
        }
        for segment in rest {
            match segment.as_str() {
                "crate" | "self" => {}
                "super" => {
                    module.pop();
                }
                _ => module.push(segment.clone()),
            }
        }
        Some(module)
    }

    /// The file that defines what stands at `target`: where a module only hands a name on, the one that it has it from.
    fn defining(&self, target: &[String], hops: usize) -> &'s Source {
        let depth = (0..=target.len()).rev().find(|depth| self.files.contains_key(&target[..*depth]));
        let depth = depth.expect("a crate has a root");
        let source = self.files[&target[..depth]];
        let Some(name) = target.get(depth) else { return source };
        let brought = source.facts.paths.iter().find(|named| brings(named, name));
        match brought.and_then(|named| self.absolute(source, &named.segments)) {
            Some(from) if hops > 0 && from != target => {
                let whole: Vec<String> =
                    from.into_iter().chain(target[depth + 1..].iter().cloned()).collect();
                self.defining(&whole, hops - 1)
            }
            Some(_) | None => source,
        }
    }
}

/// More than any name is handed on.
const MOST_HOPS: usize = 16;

/// Whether a `use` brings something in by this name.
fn brings(named: &Named, name: &str) -> bool {
    named.naming != Naming::Mention && named.known_as.as_deref() == Some(name)
}
