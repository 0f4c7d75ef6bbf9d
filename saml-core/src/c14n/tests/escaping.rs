//! The two escaping tables [C14N §2.3].

use super::*;
use crate::c14n::escape::Place;

/// The tables as the specification words them.
fn expected(place: Place, c: char) -> String {
    match (place, c) {
        (_, '&') => "&amp;".to_owned(),
        (_, '<') => "&lt;".to_owned(),
        (Place::Text, '>') => "&gt;".to_owned(),
        (_, '\r') => "&#xD;".to_owned(),
        (Place::AttributeValue, '"') => "&quot;".to_owned(),
        (Place::AttributeValue, '\t') => "&#x9;".to_owned(),
        (Place::AttributeValue, '\n') => "&#xA;".to_owned(),
        (_, other) => other.to_string(),
    }
}

fn escaped(place: Place, text: &str) -> String {
    let mut octets = Vec::new();
    place.escape_into(text, &mut octets);
    String::from_utf8(octets).unwrap()
}

#[test]
fn each_character_is_escaped_as_the_table_of_its_place_says() {
    for place in [Place::Text, Place::AttributeValue] {
        for c in (0..0x300).chain(0x1F600..0x1F610).filter_map(char::from_u32) {
            assert_eq!(escaped(place, &c.to_string()), expected(place, c), "{place:?} {c:?}");
        }
    }
}

#[test]
fn the_position_of_a_special_character_within_a_long_text_is_of_no_account() {
    for place in [Place::Text, Place::AttributeValue] {
        for length in [1_usize, 31, 32, 33, 63, 64, 65, 100] {
            for at in 0..length {
                for special in ["&", "<", ">", "\"", "\r", "\n", "é"] {
                    let text = format!("{}{special}{}", "x".repeat(at), "y".repeat(length - at - 1));
                    let naive: String = text.chars().map(|c| expected(place, c)).collect();
                    assert_eq!(escaped(place, &text), naive);
                }
            }
        }
    }
}

#[test]
fn text_that_is_special_throughout_is_escaped_throughout() {
    let text = "<&>\r".repeat(100);
    assert_eq!(escaped(Place::Text, &text), "&lt;&amp;&gt;&#xD;".repeat(100));
}

#[test]
fn references_and_sections_become_characters() {
    let xml = "<a b='&lt;&amp;&quot;&apos;>&#9;&#10;&#13;&#x20;\t\n'>&lt;&amp;&gt;&quot;&apos;&#13;<![CDATA[<&>\"]]>\r\n\t</a>";
    for method in WITHOUT_COMMENTS {
        assert_eq!(
            document(xml, method, ""),
            "<a b=\"&lt;&amp;&quot;'>&#x9;&#xA;&#xD;   \">&lt;&amp;&gt;\"'&#xD;&lt;&amp;&gt;\"\n\t</a>"
        );
    }
}

#[test]
fn namespace_uris_are_escaped_as_attribute_values() {
    let xml = "<p:a xmlns:p='urn:x?a=1&amp;b=2'/>";
    assert_eq!(document(xml, EXCLUSIVE, ""), "<p:a xmlns:p=\"urn:x?a=1&amp;b=2\"></p:a>");
}

#[test]
fn characters_beyond_ascii_are_utf_8_and_nothing_else() {
    let xml = "<ä ö='&#xFC;'>&#8364;&#x1F600;\u{FEFF}</ä>";
    assert_eq!(document(xml, EXCLUSIVE, ""), "<ä ö=\"ü\">€😀\u{FEFF}</ä>");
}

/// Long values are escaped on their way out, short ones before: the octets are the same, in any order.
#[test]
fn attributes_are_written_alike_whatever_their_length() {
    for lengths in [[0, 10, 5000], [5000, 0, 10], [4000, 4000, 0], [5000, 5000, 5000], [4090, 1, 4096]] {
        let value = |length: usize| "\"<&\té".chars().cycle().take(length).collect::<String>();
        let escaped = |length: usize| escaped(Place::AttributeValue, &value(length));
        for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0]] {
            let attributes: String = order
                .iter()
                .map(|&index| format!(" {}=\"{}\"", ["a", "b", "p:c"][index], escaped(lengths[index])))
                .collect();
            // The element around it has none: what was held for one is not written with the next.
            let xml = format!("<x xmlns:p=\"urn:p\"><p:y{attributes}></p:y><z a=\"1\"></z></x>");
            let form = document(&xml, EXCLUSIVE, "");
            let [a, b, c] = lengths.map(escaped);
            let expected = format!(
                "<x><p:y xmlns:p=\"urn:p\" a=\"{a}\" b=\"{b}\" p:c=\"{c}\"></p:y><z a=\"1\"></z></x>"
            );
            assert!(form == expected, "{lengths:?} {order:?}");
        }
    }
}
