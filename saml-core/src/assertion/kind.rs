//! Floor 5: what an element of an abstract type is. May import `xml`.

use crate::xml::{KeptElement, OwnedName, names, trimmed};

/// The name of an element of an abstract type, and the type that its `xsi:type` gives it.
pub(crate) fn kind_of(element: &KeptElement) -> String {
    let element = element.tree();
    let is_type = |name: &OwnedName| (&*name.namespace, name.local.as_str()) == (names::XSI, "type");
    let Some(given) = element.attributes.iter().find(|attribute| is_type(&attribute.name)) else {
        return format!("{} of no named type", element.name);
    };
    let given = trimmed(&given.value);
    let (prefix, local) = given.split_once(':').unwrap_or(("", given));
    let namespace = element.declarations.iter().find(|binding| binding.prefix == prefix);
    match namespace {
        Some(binding) => format!("{} of type {{{}}}{local}", element.name, binding.uri),
        None => format!("{} of type {given}", element.name),
    }
}
