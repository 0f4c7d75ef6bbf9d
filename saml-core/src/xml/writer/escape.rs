//! Floor 2: escaping. Imports nothing of this crate.

use crate::xml::markup::is_char;
use crate::xml::write_error::WriteError;

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

/// Whether there is anything that either table replaces, or an octet of a character that XML doesn't allow: controls,
/// and U+FFFE and U+FFFF, which begin with 0xEF in UTF-8.
///
/// Most texts have nothing. No early exit, so that the compiler can vectorise the loop.
fn may_need_work(text: &str) -> bool {
    text.bytes().fold(false, |found, octet| {
        let is_special = (octet == b'&') | (octet == b'<') | (octet == b'>') | (octet == b'"');
        found | is_special | (octet < 0x20) | (octet == 0xEF)
    })
}

/// Appends a text with some of its octets, all ASCII, replaced.
fn escape(
    text: &str,
    out: &mut String,
    replacement: impl Fn(u8) -> Option<&'static str>,
) -> Result<(), WriteError> {
    if !may_need_work(text) {
        out.push_str(text);
        return Ok(());
    }
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
