//! [XML §2.3], [XML Namespaces §4]: names.

use super::{accepted, all_refused};
use crate::xml::{WellFormedness, XmlError};

#[test]
fn rejects_malformed_element_names() {
    for name in [
        "",
        " a",
        "1a",
        "-a",
        ".a",
        "a$b",
        "a/b",
        "a\"b\"",
        "a<b",
        "a=b",
        ":a",
        "a:",
        "p::a",
        "p:a:b",
        "p:1a",
        "1p:a",
        "p:-",
        ":",
        "a\u{D7}",
        "\u{B7}a",
        "\u{300}a",
        "p:\u{300}a",
        "a,b",
        "a@b",
        "a[b",
        "a`b",
        "a{b",
    ] {
        let xml = format!("<{name} xmlns:p='urn:p'/>");
        let error = super::parse(&xml).unwrap_err();
        // A slash ends nothing and begins nothing: what follows is no attribute.
        let allowed = [WellFormedness::Name, WellFormedness::Attribute, WellFormedness::Tag];
        let is_name_rule = matches!(error, XmlError::NotWellFormed { rule, .. } if allowed.contains(&rule));
        assert!(is_name_rule, "{xml}: {error:?}");
    }
}

#[test]
fn rejects_malformed_attribute_names() {
    for name in [
        "", "1b", "b<c", "b$", ":b", "b:", "p:b:c", "p::b", "p:1", "-b", "b\"", "b'", "b\u{D7}", "\u{300}b",
        "/b", "b/", "b c",
    ] {
        all_refused("xml.not_well_formed", &[format!("<a xmlns:p='urn:p' {name}='1'/>")]);
    }
}

#[test]
fn accepts_every_name_of_the_production() {
    for name in
        ["_", "a", "Z9", "a-b.c_d", "été", "名前", "a\u{B7}", "\u{10000}x", "a\u{300}\u{203F}", "x\u{EFFFF}"]
    {
        for filler in ["", "_23456789abcdef", "_23456789abcdefghijklmnopqrstuv"] {
            let name = format!("{name}{filler}");
            let document =
                accepted(format!("<{name} {name}='1'><p:{name} xmlns:p='urn:p' p:{name}='2'/></{name}>"));
            let root = document.root();
            assert_eq!((root.prefix(), root.name().local), ("", name.as_str()));
            assert_eq!(root.attribute(&name), Some("1"));
            let child = root.child_elements().next().unwrap();
            assert_eq!((child.prefix(), child.name().local), ("p", name.as_str()));
        }
    }
}

#[test]
fn names_of_every_length_are_parted_at_the_colon() {
    for prefix_length in 1..40 {
        for local_length in [1, 7, 8, 9, 15, 16, 17, 31, 33] {
            let (prefix, local) = ("p".repeat(prefix_length), "l".repeat(local_length));
            let document =
                accepted(format!("<{prefix}:{local} xmlns:{prefix}='urn:p' {prefix}:{local}='1'/>"));
            let root = document.root();
            assert_eq!((root.prefix(), root.name().local), (prefix.as_str(), local.as_str()));
            assert_eq!(root.name().namespace, "urn:p");
            let attribute = root.attributes().next().unwrap();
            assert_eq!((attribute.prefix(), attribute.name().local), (prefix.as_str(), local.as_str()));
            all_refused("xml.not_well_formed", &[format!("<{prefix}:{local}:x xmlns:{prefix}='urn:p'/>")]);
        }
    }
}

#[test]
fn prefixes_are_told_apart_whatever_their_length() {
    // Those of nine octets and more share a key, and differ in their last octet only.
    let prefixes = [
        "a",
        "b",
        "abcdefgh",
        "abcdefgi",
        "abcdefghi",
        "abcdefghj",
        "abcdefghijklmnopq",
        "abcdefghijklmnopr",
    ];
    let declarations: String = prefixes.iter().map(|p| format!(" xmlns:{p}='urn:{p}'")).collect();
    let children: String = prefixes.iter().map(|p| format!("<{p}:x {p}:y='1'/>")).collect();
    let document = accepted(format!("<r{declarations}>{children}</r>"));
    for (child, prefix) in document.root().child_elements().zip(prefixes) {
        let uri = format!("urn:{prefix}");
        assert_eq!(child.name().namespace, uri);
        assert_eq!(child.attributes().next().unwrap().name().namespace, uri);
    }
}
