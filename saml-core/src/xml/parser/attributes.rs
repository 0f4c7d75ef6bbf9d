//! Floor 2: the attributes of a tag. May import `base`.

use memchr::memchr;

use super::lanes::{before, ends_of_value, lane_at};
use super::name::{QualifiedName, qualified_name};
use crate::xml::document::AttributeData;
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::same::same;
use crate::xml::white_space::is_space;

/// An attribute as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawAttribute {
    pub(super) name: QualifiedName,
    pub(super) value: RawValue,
    /// It is written as in canonical XML: nothing beside the sign, double quotes, a plain value.
    pub(super) is_plain: bool,
}

/// An attribute value between its quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawValue {
    /// Past the opening quote.
    pub(super) start: usize,
    /// At the closing quote.
    pub(super) end: usize,
    /// It has neither white space but spaces, nor references, nor `<`.
    pub(super) plain: bool,
}

/// What comes next in a tag.
#[derive(Clone, Copy, Debug)]
pub(super) enum InTag {
    /// An attribute, whose name begins here.
    Attribute(usize),
    /// Nothing more.
    End(TagEnd),
}

/// Where a tag ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct TagEnd {
    /// Past its `>`.
    pub(super) past: usize,
    /// It ends with `/>`: the element has no content.
    pub(super) is_empty: bool,
}

/// What comes past the element's name or the last attribute.
///
/// `(S Attribute)* S? '>'` or `'/>'` of [XML §3.1]: white space stands before each attribute.
#[inline(always)]
pub(super) fn next_in_tag(octets: &[u8], after: usize) -> Result<InTag, XmlError> {
    let start = skip_space(octets, after);
    match octets.get(start) {
        Some(b'>') => Ok(InTag::End(TagEnd { past: start + 1, is_empty: false })),
        Some(b'/') if octets.get(start + 1) == Some(&b'>') => {
            Ok(InTag::End(TagEnd { past: start + 2, is_empty: true }))
        }
        Some(_) if start > after => Ok(InTag::Attribute(start)),
        Some(_) => malformed(start),
        None => endless(start),
    }
}

/// Reads the attribute whose name begins at `start`.
///
/// `Name Eq AttValue` of [XML §3.1]. What ends a tag ends a name, too.
#[inline(always)]
pub(super) fn attribute(input: &str, start: usize) -> Result<RawAttribute, XmlError> {
    let octets = input.as_bytes();
    let Some(name) = qualified_name(input, start) else { return malformed(start) };
    let sign = skip_space(octets, name.end);
    match octets.get(sign) {
        Some(b'=') => {}
        Some(_) => return malformed(start),
        None => return endless(start),
    }
    let opening = skip_space(octets, sign + 1);
    let quote = match octets.get(opening) {
        Some(b'"') => b'"',
        Some(b'\'') => b'\'',
        Some(_) => return malformed(start),
        None => return endless(start),
    };
    let value_start = opening + 1;
    if let Some(value_end) = plain_value_end(octets, value_start, quote) {
        let is_plain = quote == b'"' && opening == name.end + 1;
        let value = RawValue { start: value_start, end: value_end, plain: true };
        return Ok(RawAttribute { name, value, is_plain });
    }
    let Some(length) = octets.get(value_start..).and_then(|rest| memchr(quote, rest)) else {
        return endless(start);
    };
    let value = RawValue { start: value_start, end: value_start + length, plain: false };
    Ok(RawAttribute { name, value, is_plain: false })
}

#[cold]
fn malformed<T>(offset: usize) -> Result<T, XmlError> {
    Err(XmlError::NotWellFormed { rule: WellFormedness::Attribute, offset })
}

/// The input ends within a tag.
#[cold]
fn endless<T>(offset: usize) -> Result<T, XmlError> {
    Err(XmlError::NotWellFormed { rule: WellFormedness::Tag, offset })
}

/// The closing quote, if nothing before it needs work; the last few octets of the input are not looked at.
#[inline(always)]
fn plain_value_end(octets: &[u8], start: usize, quote: u8) -> Option<usize> {
    let mut at = start;
    loop {
        let ends = ends_of_value(lane_at(octets, at)?, quote);
        at += before(ends);
        if ends != 0 {
            return (octets.get(at) == Some(&quote)).then_some(at);
        }
    }
}

#[inline(always)]
fn skip_space(octets: &[u8], start: usize) -> usize {
    let mut at = start;
    while octets.get(at).is_some_and(|octet| is_space(*octet)) {
        at += 1;
    }
    at
}

/// Up to so many attributes each is compared with each; beyond, they are sorted.
const COMPARED: usize = 8;

/// The local name of an attribute whose expanded name occurs twice [XML Namespaces §6.3].
pub(super) fn duplicate<'a>(
    attributes: &[AttributeData],
    input: &'a str,
    namespace: impl Fn(u32) -> &'a str,
) -> Option<&'a str> {
    if attributes.len() <= COMPARED {
        let mut rest = attributes;
        while let Some((first, others)) = rest.split_first() {
            if others.iter().any(|other| same_name(first, other, input, &namespace)) {
                return Some(first.name.local().of(input, ""));
            }
            rest = others;
        }
        return None;
    }
    let mut names: Vec<(&str, &str)> = attributes
        .iter()
        .map(|attribute| (attribute.name.local().of(input, ""), namespace(attribute.namespace)))
        .collect();
    names.sort_unstable();
    names.windows(2).find_map(|pair| match pair {
        [first, second] if first == second => Some(first.0),
        _ => None,
    })
}

fn same_name<'a>(
    a: &AttributeData,
    b: &AttributeData,
    input: &str,
    namespace: impl Fn(u32) -> &'a str,
) -> bool {
    let (one, other) = (a.name.local(), b.name.local());
    one.len() == other.len()
        && same(one.of(input, ""), other.of(input, ""))
        && (a.namespace == b.namespace || same(namespace(a.namespace), namespace(b.namespace)))
}
