//! Floor 2: the white space of XML, and what schema types do with it. May import nothing.

use std::borrow::Cow;

/// White space of markup: `S` of [XML §2.3]. What Unicode calls white space beyond it is text like any other.
pub(super) const fn is_space(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t' | b'\n' | b'\r')
}

/// Whether a text is white space alone; also the empty text.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// The form in which a value of a type with `whiteSpace="collapse"` [XML Schema 2 §4.3.6] is compared and parsed:
/// without white space at its ends, and with each inner run of white space as one space. Borrows the text if there is
/// nothing to change.
pub(crate) fn collapsed(text: &str) -> Cow<'_, str> {
    // No early exit, so that the compiler can vectorise the loop.
    if !text.bytes().fold(false, |found, octet| found | (octet <= b' ')) {
        return Cow::Borrowed(text);
    }
    let text = trimmed(text);
    if !text.contains(['\t', '\n', '\r']) && !text.contains("  ") {
        return Cow::Borrowed(text);
    }
    let mut words = words(text);
    let mut one = String::with_capacity(text.len());
    one.extend(words.next());
    for word in words {
        one.push(' ');
        one.push_str(word);
    }
    Cow::Owned(one)
}

/// The text without white space at its ends: the collapsed value of a type whose values have no inner white space.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t', '\n', '\r'])
}

/// The items of a list type [XML Schema 2 §2.5.1.2].
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', '\t', '\n', '\r']).filter(|word| !word.is_empty())
}
