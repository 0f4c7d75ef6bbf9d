//! [XML §2.2, §4.3.3]: characters and their encoding.

use super::{accepted, all_refused, parse, texts};
use crate::base::Coded;
use crate::xml::{WellFormedness, XmlError};

#[test]
fn rejects_octets_that_are_not_utf_8() {
    let documents: [&[u8]; 8] = [
        b"<a>\xff</a>",
        b"<a b=\"\xff\"/>",
        b"<a>\xc0\x80</a>",
        b"<a>\xed\xa0\x80</a>",
        b"<a>\xf4\x90\x80\x80</a>",
        b"<a>\xc3</a>",
        b"\xff\xfe<\0a\0/\0>\0",
        b"\xfe\xff\0<\0a\0/\0>",
    ];
    all_refused("xml.encoding", &documents);
    assert_eq!(parse(b"<a>\xff</a>").unwrap_err(), XmlError::NotUtf8 { offset: 3 });
}

#[test]
fn rejects_a_declared_encoding_that_is_not_utf_8() {
    for name in ["UTF-16", "ISO-8859-1", "US-ASCII", "UTF8", "windows-1252", ""] {
        let error = parse(format!("<?xml version='1.0' encoding='{name}'?><a/>")).unwrap_err();
        assert_eq!(error.code(), XmlError::ENCODING, "{name}");
        assert_eq!(error.found(), Some(format!("encoding=\"{name}\"")));
    }
}

#[test]
fn accepts_one_byte_order_mark_only() {
    assert_eq!(accepted(b"\xef\xbb\xbf<a/>").octets(), b"<a/>");
    let documents: [&[u8]; 4] =
        [b"\xef\xbb\xbf\xef\xbb\xbf<a/>", b" \xef\xbb\xbf<a/>", b"<a/>\xef\xbb\xbf", b"\xef\xbb\xbf"];
    all_refused("xml.not_well_formed", &documents);
    assert_eq!(texts(&accepted("<a>\u{FEFF}</a>")), ["\u{FEFF}"]);
}

/// What [XML §2.2] leaves out of `Char`, within Unicode's scalar values.
const NOT_CHARS: [char; 11] =
    ['\0', '\u{1}', '\u{8}', '\u{B}', '\u{C}', '\u{E}', '\u{1B}', '\u{1F}', '\u{FFFE}', '\u{FFFF}', '\u{7}'];

#[test]
fn rejects_what_is_not_a_char_wherever_it_stands() {
    for c in NOT_CHARS {
        for xml in [
            format!("<a>{c}</a>"),
            format!("<a>some longer text, so that it is beyond the first lanes {c} of the loop</a>"),
            format!("<a b='{c}'/>"),
            format!("<a><!--{c}--></a>"),
            format!("<a><?p {c}?></a>"),
            format!("<a><![CDATA[{c}]]></a>"),
            format!("<a{c}b/>"),
            format!("<a {c}b='1'/>"),
            format!("<a/>{c}"),
        ] {
            let error = parse(&xml).unwrap_err();
            let is_char_rule = matches!(error, XmlError::NotWellFormed { rule: WellFormedness::Char, .. });
            assert!(is_char_rule, "{}: {error:?}", xml.escape_debug());
        }
    }
}

#[test]
fn accepts_every_other_character() {
    let text = "\t\n \u{7F}\u{80}\u{85}\u{9F}\u{A0}\u{D7FF}\u{E000}\u{FDD0}\u{FFFD}\u{FFF0}\u{10000}\u{1FFFE}\u{10FFFF}\u{2028}";
    assert_eq!(texts(&accepted(format!("<a>{text}</a>"))), [text]);
    let value = text.replace(['\t', '\n'], " ");
    assert_eq!(accepted(format!("<a b='{text}'/>")).root().attribute("b"), Some(value.as_str()));
}

#[test]
fn rejects_references_to_what_is_not_a_char() {
    for code in [
        "0",
        "1",
        "8",
        "11",
        "xB",
        "x1F",
        "xFFFE",
        "xFFFF",
        "xD800",
        "xDFFF",
        "55296",
        "x110000",
        "4294967296",
        "99999999999999999999",
    ] {
        let documents = [format!("<a>&#{code};</a>"), format!("<a b='&#{code};'/>")];
        all_refused("xml.not_well_formed", &documents);
    }
}

#[test]
fn rejects_malformed_references() {
    for reference in [
        "&;", "&#;", "&#x;", "&#X41;", "&#x 41;", "& amp;", "&amp ;", "&#+65;", "&#-65;", "&#x+41;",
        "&#6 5;", "&#xG;", "&#65", "& ", "&", "&amp", "&&amp;", "&1a;", "&#٣;",
    ] {
        let documents = [
            format!("<a>{reference}</a>"),
            format!("<a b='{reference}'/>"),
            format!("<a>x {reference} y; z</a>"),
        ];
        for xml in &documents {
            let error = parse(xml).unwrap_err();
            let rule = matches!(error, XmlError::NotWellFormed { rule: WellFormedness::Reference, .. });
            assert!(rule, "{xml}: {error:?}");
        }
    }
}

#[test]
fn rejects_every_entity_but_the_predefined() {
    for name in ["foo", "AMP", "nbsp", "copy", "LT", "amp1"] {
        let documents = [format!("<a>&{name};</a>"), format!("<a b='x&{name};'/>")];
        all_refused("xml.entity", &documents);
        assert_eq!(parse(&documents[0]).unwrap_err().found(), Some(format!("\"{name}\" at octet 4")));
    }
}

#[test]
fn resolves_predefined_entities_and_character_references() {
    let written = "&lt;&gt;&amp;&apos;&quot;&#65;&#x41;&#x0000041;&#00065;&#x1F600;&#9;&#xa;&#xD;&amp;lt;";
    let meant = "<>&'\"AAAA\u{1F600}\t\n\r&lt;";
    assert_eq!(texts(&accepted(format!("<a>{written}</a>"))), [meant]);
    assert_eq!(accepted(format!("<a b='{written}'/>")).root().attribute("b"), Some(meant));
}
