//! Floor 2: the character classes of XML that parser and writer share. May import `base`.

use crate::base::is_nc_name;

/// White space of markup: `S` of [XML §2.3].
pub(super) const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a text is white space alone; also the empty text.
pub(super) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// `Char` of [XML §2.2].
pub(super) const fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

/// The two reserved prefixes.
pub(super) const XML_PREFIX: &str = "xml";
/// The prefix of namespace declarations.
pub(super) const XMLNS_PREFIX: &str = "xmlns";

/// Whether every octet may stand in a URI reference [RFC 3986 §2]; percent triplets are not examined.
pub(super) fn is_uri_reference(text: &str) -> bool {
    text.bytes().all(|octet| {
        octet.is_ascii_graphic()
            && !matches!(octet, b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
    })
}

/// Whether a URI reference begins with a scheme [RFC 3986 §3.1].
pub(crate) fn has_scheme(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, _)| {
        scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.'))
    })
}

/// Whether a text may be the target of a processing instruction [XML §2.6], [XML Namespaces §7].
pub(super) fn is_instruction_target(text: &str) -> bool {
    is_nc_name(text) && !text.eq_ignore_ascii_case("xml")
}
