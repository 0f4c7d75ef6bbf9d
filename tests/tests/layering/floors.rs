//! The floors of `saml-core`, and the arrows between them.

use crate::Breach;
use crate::paths::{Named, Naming};
use crate::tree::Source;

/// One floor, and what it may import.
struct Floor {
    name: &'static str,
    below: &'static [&'static str],
    /// Floors of which only some names may be imported.
    partly: &'static [(&'static str, Part)],
}

/// Which names of a floor.
enum Part {
    /// Its types, never its functions or the modules inside it.
    Types,
    /// These names.
    Names(&'static [&'static str]),
}

const DATA: &[(&str, Part)] = &[("dsig", Part::Types), ("enc", Part::Types)];

/// The names of cryptography that `validation` may import: those about the policy.
const POLICY: &[&str] = &["policy", "policy_violation", "PeerPolicy", "PolicyViolation"];

const FLOORS: &[Floor] = &[
    Floor { name: "base", below: &[], partly: &[] },
    Floor { name: "xml", below: &["base"], partly: &[] },
    Floor { name: "crypto", below: &["base"], partly: &[] },
    Floor { name: "c14n", below: &["base", "xml"], partly: &[] },
    Floor { name: "dsig", below: &["base", "xml", "c14n", "crypto"], partly: &[] },
    Floor { name: "enc", below: &["base", "xml", "c14n", "crypto"], partly: &[] },
    Floor { name: "assertion", below: &["base", "xml"], partly: DATA },
    // As the schemas do: protocol and metadata import assertion, and not each other.
    Floor { name: "protocol", below: &["base", "xml", "assertion"], partly: DATA },
    Floor { name: "metadata", below: &["base", "xml", "assertion"], partly: DATA },
    Floor {
        name: "trust",
        below: &["base", "xml", "crypto", "c14n", "dsig", "enc", "assertion", "protocol", "metadata"],
        partly: &[],
    },
    Floor {
        name: "bindings",
        below: &[
            "base",
            "xml",
            "crypto",
            "c14n",
            "dsig",
            "enc",
            "assertion",
            "protocol",
            "metadata",
            "trust",
        ],
        partly: &[],
    },
    Floor {
        name: "validation",
        below: &["base", "assertion", "protocol", "metadata", "trust", "bindings"],
        partly: &[("crypto", Part::Names(POLICY))],
    },
];

/// Crates that only some floors may name.
const FOREIGN: &[(&str, &[&str])] = &[
    // One tokenizer behind one parser; one OpenSSL behind one vocabulary; inflating belongs to a binding.
    ("quick_xml", &["xml"]),
    ("openssl", &["base", "crypto"]),
    ("flate2", &["bindings"]),
];

/// Imports that no floor's place in the table allows.
pub fn breaches(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        breaches.extend(evasions(source));
        let Some(name) = source.module.first() else { continue };
        let Some(floor) = FLOORS.iter().find(|floor| floor.name == name) else {
            breaches.push(source.breach(1, format!("`{name}` is not in the table of floors")));
            continue;
        };
        for named in &source.facts.paths {
            if let Some(rule) = judge(floor, named) {
                breaches.push(source.breach(named.line, rule));
            }
        }
    }
    breaches
}

fn judge(floor: &Floor, named: &Named) -> Option<String> {
    if named.segments.first().is_some_and(|first| first == "saml_core") {
        return Some("name this crate `crate`, so that the arrow can be seen".to_owned());
    }
    let target = named.in_crate.as_ref()?;
    let shown = named.segments.join("::");
    let Some(to) = target.first().and_then(|first| FLOORS.iter().find(|floor| floor.name == first)) else {
        return Some(format!("`{shown}` names the crate root, not a floor"));
    };
    if to.name == floor.name {
        return None;
    }
    if named.naming == Naming::Reexport {
        return Some(format!("`{shown}` is handed on by `{}`: import it from where it lives", floor.name));
    }
    if floor.below.contains(&to.name) {
        return None;
    }
    let partly = floor.partly.iter().find(|(name, _)| *name == to.name);
    let item = target.get(1).map_or("*", String::as_str);
    let allowed = match partly {
        None => false,
        Some((_, Part::Types)) => item.starts_with(char::is_uppercase),
        Some((_, Part::Names(names))) => names.contains(&item),
    };
    (!allowed).then(|| format!("`{}` may not import `{shown}`", floor.name))
}

/// Ways to bring in code that this reading of the sources would not see.
fn evasions(source: &Source) -> Vec<Breach> {
    let attributes = source.facts.attributes.iter().filter(|(text, _)| text.starts_with("path="));
    let moved = attributes
        .map(|(_, line)| source.breach(*line, "a module's file stands where its path says".to_owned()));
    let names = source.facts.identifiers.iter().filter(|(name, _)| name == "include");
    moved
        .chain(names.map(|(_, line)| source.breach(*line, "`include!` hides what is imported".to_owned())))
        .collect()
}

/// Foreign crates named outside their floor.
pub fn foreign_breaches(sources: &[Source]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for source in sources {
        let floor = source.module.first().map_or("", String::as_str);
        for (name, line) in &source.facts.identifiers {
            if name == "NsReader" {
                breaches.push(source.breach(*line, "quick-xml is a tokenizer only".to_owned()));
            }
            let foreign = FOREIGN.iter().find(|(foreign, _)| foreign == name);
            if let Some((foreign, floors)) = foreign
                && !floors.contains(&floor)
            {
                breaches
                    .push(source.breach(*line, format!("`{foreign}` belongs to {}", floors.join(" and "))));
            }
        }
    }
    breaches
}
