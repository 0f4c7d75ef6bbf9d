//! Floor 2: the character classes of XML that parser and writer share. May import `base`.

use crate::base::is_nc_name;

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
    // No early exit, so that the compiler can vectorise the loop.
    !text.bytes().fold(false, |strange, octet| {
        let is_excluded = (octet == b'"')
            | (octet == b'<')
            | (octet == b'>')
            | (octet == b'\\')
            | (octet == b'^')
            | (octet == b'`')
            | (octet.wrapping_sub(b'{') < 3);
        strange | is_excluded | !octet.is_ascii_graphic()
    })
}

/// Whether a URI reference begins with a scheme [RFC 3986 §3.1].
pub(crate) fn has_scheme(uri: &str) -> bool {
    let mut octets = uri.bytes();
    octets.next().is_some_and(|first| first.is_ascii_alphabetic())
        && octets.find(|octet| !(octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'-' | b'.')))
            == Some(b':')
}

/// Whether a text may be the target of a processing instruction [XML §2.6], [XML Namespaces §7].
pub(super) fn is_instruction_target(text: &str) -> bool {
    is_nc_name(text) && !text.eq_ignore_ascii_case("xml")
}
