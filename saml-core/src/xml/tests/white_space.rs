//! What collapses, and what doesn't.

use std::borrow::Cow;

use crate::xml::{collapsed, is_blank, trimmed, words};

#[test]
fn only_the_white_space_of_xml_collapses() {
    for (text, expected) in [
        ("", ""),
        (" \t\r\n ", ""),
        ("a", "a"),
        (" a ", "a"),
        ("\na\tb\r\n c\n", "a b c"),
        ("a  b", "a b"),
        ("\u{a0}a\u{a0}", "\u{a0}a\u{a0}"),
        (" \u{2003}a\u{200b} ", "\u{2003}a\u{200b}"),
        ("\u{85}\u{b}a\u{c}", "\u{85}\u{b}a\u{c}"),
        ("\u{3000}\u{feff} x", "\u{3000}\u{feff} x"),
    ] {
        assert_eq!(collapsed(text), expected, "{text:?}");
        assert_eq!(trimmed(text), text.trim_matches(|c| " \t\r\n".contains(c)), "{text:?}");
        assert_eq!(is_blank(text), expected.is_empty(), "{text:?}");
        assert_eq!(words(text).collect::<Vec<_>>().join(" "), expected, "{text:?}");
    }
}

#[test]
fn nothing_is_copied_where_there_is_nothing_to_do() {
    for text in ["https://sp.example.com/saml", "  https://sp.example.com/saml\n", "two words", "Zoë 名前"]
    {
        assert!(matches!(collapsed(text), Cow::Borrowed(_)), "{text:?}");
    }
    assert!(matches!(collapsed("two\nwords"), Cow::Owned(_)));
}
