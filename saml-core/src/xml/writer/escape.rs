//! Floor 2: escaping. Imports nothing of this crate.

use super::WriteError;
use crate::xml::markup::is_char;

/// Appends character data: what would be markup, and CR, which a parser would turn into LF, as references.
pub(super) fn text(text: &str, out: &mut String) -> Result<(), WriteError> {
    escape(text, out, |octet| match octet {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Appends an attribute value that will stand in double quotes: also white space that a parser would turn into spaces.
pub(in crate::xml) fn attribute_value(value: &str, out: &mut String) -> Result<(), WriteError> {
    escape(value, out, |octet| match octet {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    })
}

/// Appends a text with some of its octets, all ASCII, replaced.
fn escape(
    text: &str,
    out: &mut String,
    replacement: impl Fn(u8) -> Option<&'static str>,
) -> Result<(), WriteError> {
    if !text.chars().all(is_char) {
        return Err(WriteError::Char);
    }
    let mut rest = text;
    while let Some((index, reference)) =
        rest.bytes().enumerate().find_map(|(index, octet)| Some((index, replacement(octet)?)))
    {
        out.push_str(rest.get(..index).unwrap_or_default());
        out.push_str(reference);
        rest = rest.get(index.saturating_add(1)..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(())
}
