//! Floor 2: the attributes of a tag. May import `base`.

use memchr::memchr;

use super::name::{QualifiedName, qualified_name};
use crate::xml::document::AttributeData;
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::markup::is_space;

/// An attribute as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawAttribute<'i> {
    pub(super) name: QualifiedName<'i>,
    /// Past the opening quote.
    pub(super) value_start: usize,
    /// Before the closing quote.
    pub(super) value_end: usize,
}

/// Reads the attribute that begins at or after `start`, which is past the element's name or the last attribute; none
/// at the end of the tag.
///
/// `(S Attribute)* S?` of [XML §3.1]: white space before each, a name, `=`, a quoted value.
pub(super) fn next_attribute(
    input: &str,
    start: usize,
    end: usize,
) -> Result<Option<RawAttribute<'_>>, XmlError> {
    let name_start = skip_space(input, start, end);
    if name_start == end {
        return Ok(None);
    }
    let malformed = || XmlError::NotWellFormed { rule: WellFormedness::Attribute, offset: name_start };
    if name_start == start {
        return Err(malformed());
    }
    let name = qualified_name(input, name_start, end).ok_or_else(malformed)?;
    let sign = skip_space(input, name.end, end);
    if octet(input, sign, end) != Some(b'=') {
        return Err(malformed());
    }
    let opening = skip_space(input, sign.saturating_add(1), end);
    let quote =
        octet(input, opening, end).filter(|quote| matches!(quote, b'"' | b'\'')).ok_or_else(malformed)?;
    let value_start = opening.saturating_add(1);
    let rest = input.as_bytes().get(value_start..end).unwrap_or_default();
    let length = memchr(quote, rest).ok_or_else(malformed)?;
    Ok(Some(RawAttribute { name, value_start, value_end: value_start.saturating_add(length) }))
}

fn octet(input: &str, at: usize, end: usize) -> Option<u8> {
    if at < end { input.as_bytes().get(at).copied() } else { None }
}

fn skip_space(input: &str, start: usize, end: usize) -> usize {
    let mut at = start;
    while octet(input, at, end).is_some_and(is_space) {
        at = at.saturating_add(1);
    }
    at
}

/// Up to so many attributes each is compared with each; beyond, they are sorted.
const COMPARED: usize = 8;

/// The local name of an attribute whose expanded name occurs twice [XML Namespaces §6.3].
pub(super) fn duplicate<'a>(attributes: &[AttributeData], input: &'a str, side: &'a str) -> Option<&'a str> {
    if attributes.len() <= COMPARED {
        let mut rest = attributes;
        while let Some((first, others)) = rest.split_first() {
            if others.iter().any(|other| same_name(first, other, input, side)) {
                return Some(first.local.of(input, side));
            }
            rest = others;
        }
        return None;
    }
    let mut names: Vec<(&str, &str)> = attributes
        .iter()
        .map(|attribute| (attribute.local.of(input, side), attribute.namespace.of(input, side)))
        .collect();
    names.sort_unstable();
    names.windows(2).find_map(|pair| match pair {
        [first, second] if first == second => Some(first.0),
        _ => None,
    })
}

fn same_name(a: &AttributeData, b: &AttributeData, input: &str, side: &str) -> bool {
    a.local.len() == b.local.len()
        && a.local.of(input, side) == b.local.of(input, side)
        && (a.namespace == b.namespace || a.namespace.of(input, side) == b.namespace.of(input, side))
}
