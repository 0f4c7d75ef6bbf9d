//! Floor 2: names in tags. May import `base`.

use crate::base::is_nc_name;
use crate::xml::span::Span;

/// A qualified name in the input: a prefix (empty for none) and a local part.
#[derive(Clone, Copy, Debug)]
pub(super) struct QualifiedName<'i> {
    pub(super) prefix: &'i str,
    pub(super) local: &'i str,
    pub(super) prefix_span: Span,
    pub(super) local_span: Span,
    /// Offset past the name.
    pub(super) end: usize,
}

/// What an octet is to a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Ends the name.
    Other,
    /// Begins or continues it.
    Start,
    /// Continues it.
    Continue,
    Colon,
    /// Part of a character that takes the long way.
    NotAscii,
}

/// The class of each octet.
static CLASSES: [Class; 256] = classes();

const fn classes() -> [Class; 256] {
    let mut table = [Class::Other; 256];
    let mut octet = 0_u8;
    let mut rest: &mut [Class] = &mut table;
    while let Some((first, others)) = rest.split_first_mut() {
        *first = match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => Class::Start,
            b'0'..=b'9' | b'-' | b'.' => Class::Continue,
            b':' => Class::Colon,
            0x80.. => Class::NotAscii,
            _ => Class::Other,
        };
        octet = octet.wrapping_add(1);
        rest = others;
    }
    table
}

/// Reads the longest qualified name at `start`; none if there is no well-formed one.
///
/// `QName` of [XML Namespaces §4]: one colon at most, an `NCName` on either side.
pub(super) fn qualified_name(input: &str, start: usize, end: usize) -> Option<QualifiedName<'_>> {
    let octets = input.as_bytes().get(start..end)?;
    let mut colon = None;
    let mut ascii = true;
    let mut expect_start = true;
    let mut length = octets.len();
    for (index, octet) in octets.iter().enumerate() {
        match CLASSES.get(usize::from(*octet)).copied().unwrap_or(Class::Other) {
            Class::Start => expect_start = false,
            Class::Continue if !expect_start => {}
            Class::Colon if colon.is_none() && !expect_start => {
                colon = Some(index);
                expect_start = true;
            }
            Class::NotAscii => {
                ascii = false;
                expect_start = false;
            }
            Class::Continue | Class::Colon => return None,
            Class::Other => {
                length = index;
                break;
            }
        }
    }
    if expect_start {
        return None;
    }
    let past = start.saturating_add(length);
    let local_start = colon.map_or(start, |colon| start.saturating_add(colon).saturating_add(1));
    let prefix_end = local_start.saturating_sub(1).max(start);
    let (prefix, local) = (input.get(start..prefix_end)?, input.get(local_start..past)?);
    if !ascii && !((prefix.is_empty() || is_nc_name(prefix)) && is_nc_name(local)) {
        return None;
    }
    Some(QualifiedName {
        prefix,
        local,
        prefix_span: Span::of_input(start, prefix_end),
        local_span: Span::of_input(local_start, past),
        end: past,
    })
}
