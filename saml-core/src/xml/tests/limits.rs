//! Limits: each ends the reading with its own error.

use std::sync::Arc;

use super::accepted;
use crate::base::{Coded, Limits};
use crate::xml::{Document, XmlError};

const SMALL: Limits = Limits {
    octets: 1000,
    depth: 3,
    nodes: 5,
    attributes: 2,
    namespace_declarations: 2,
    total_namespace_declarations: 3,
    name_octets: 8,
    namespace_octets: 12,
    ..Limits::MESSAGE
};

fn parse(xml: &str) -> Result<Arc<Document>, XmlError> {
    super::parse_within(xml, &SMALL)
}

#[track_caller]
fn exceeds(xml: &str, expected: &XmlError, code: &str) {
    let error = parse(xml).unwrap_err();
    assert_eq!(&error, expected);
    assert_eq!(error.code().as_str(), code);
    assert!(error.expected().is_some() && error.found().is_some());
}

#[test]
fn octets() {
    let spaces = " ".repeat(996);
    parse(&format!("<a/>{spaces}")).unwrap();
    exceeds(
        &format!("<a/> {spaces}"),
        &XmlError::TooManyOctets { limit: 1000, found: 1001 },
        "xml.limit.octets",
    );
}

#[test]
fn depth() {
    parse("<a><a><a/></a></a>").unwrap();
    parse("<a><a></a><a><a></a></a></a>").unwrap();
    exceeds("<a><a><a><a/></a></a></a>", &XmlError::TooDeep { limit: 3, found: 4 }, "xml.limit.depth");
}

#[test]
fn nodes() {
    parse("<a>1<b/>2<!--3--></a>").unwrap();
    let error = XmlError::TooManyNodes { limit: 5, found: 6 };
    for xml in [
        "<a>1<b/>2<!--3-->4</a>",
        "<a>1<b/>2<!--3--><?p?></a>",
        "<a>1<b/>2<!--3--><c/></a>",
        "<a>1<b/>2</a><!--3--><!--4-->",
    ] {
        exceeds(xml, &error, "xml.limit.nodes");
    }
}

#[test]
fn attributes() {
    parse("<a b='1' c='2' xmlns='urn:x' xmlns:p='urn:p'/>").unwrap();
    exceeds(
        "<a b='1' c='2' d='3'/>",
        &XmlError::TooManyAttributes { limit: 2, found: 3 },
        "xml.limit.attributes",
    );
}

#[test]
fn namespace_declarations() {
    parse("<a xmlns='urn:x' xmlns:p='urn:p'><b xmlns='urn:x'/></a>").unwrap();
    exceeds(
        "<a xmlns='urn:x' xmlns:p='urn:p' xmlns:q='urn:q'/>",
        &XmlError::TooManyNamespaceDeclarations { limit: 2, found: 3 },
        "xml.limit.namespace_declarations",
    );
    exceeds(
        "<a xmlns='urn:x' xmlns:p='urn:p'><b xmlns='urn:x'/><b xmlns='urn:x'/></a>",
        &XmlError::TooManyNamespaceDeclarationsInAll { limit: 3, found: 4 },
        "xml.limit.total_namespace_declarations",
    );
}

#[test]
fn name_octets() {
    parse("<abcdefgh/>").unwrap();
    parse("<p:abcdef xmlns:p='urn:p' p:abcdef='1' abcdefgh='2'><?abcdefgh?></p:abcdef>").unwrap();
    let error = XmlError::NameTooLong { limit: 8, found: 9 };
    for xml in [
        "<abcdefghi/>",
        "<a abcdefghi='1'/>",
        "<a xmlns:pre='urn:x'/>",
        "<a><?abcdefghi?></a>",
        "<a:bcdefghi/>",
        "<a a:bcdefghi='1'/>",
        "<étéétét/>",
    ] {
        let Err(XmlError::NameTooLong { limit: 8, found }) = parse(xml) else { panic!("{xml}") };
        assert!(found > 8, "{xml}");
    }
    exceeds("<abcdefghi/>", &error, "xml.limit.name_octets");
}

#[test]
fn namespace_octets() {
    parse("<a xmlns='urn:abcdefgh'/>").unwrap();
    // The resolved value counts: five octets are written for one here.
    parse("<a xmlns='urn:abcdefg&amp;'/>").unwrap();
    let error = XmlError::NamespaceTooLong { limit: 12, found: 13 };
    for xml in [
        "<a xmlns='urn:abcdefghi'/>",
        "<a xmlns:p='urn:abcdefghi'/>",
        "<a><b xmlns='urn:abcdefg&amp;i'/></a>",
    ] {
        exceeds(xml, &error, "xml.limit.namespace_octets");
    }
}

/// A stream counts those of one window.
#[test]
fn prefixes() {
    let limits = Limits { prefixes: 3, ..Limits::MESSAGE };
    let parse = |prefixes: &[&str]| {
        let declared = |prefix: &&str| format!("<a xmlns:{prefix}='urn:a'/>");
        let xml = format!("<a>{}</a>", prefixes.iter().map(declared).collect::<String>());
        Document::parse(xml.into_bytes(), &limits)
    };
    parse(&["b", "c", "d", "b", "c", "d", "b"]).unwrap();
    let error = parse(&["b", "c", "b", "d", "e"]).unwrap_err();
    assert_eq!(error, XmlError::TooManyPrefixes { limit: 3, found: 4 });
    assert_eq!(error.code().as_str(), "xml.limit.prefixes");
    assert!(error.expected().is_some() && error.found().is_some());
}

#[test]
fn a_long_namespace_meets_the_limit_of_messages() {
    accepted(format!("<a xmlns='urn:{}'/>", "n".repeat(1020)));
    assert_eq!(
        super::refused(format!("<a xmlns='urn:{}'/>", "n".repeat(1021))),
        "xml.limit.namespace_octets"
    );
}

#[test]
fn a_long_name_meets_the_limit_of_messages() {
    accepted(format!("<{}/>", "n".repeat(512)));
    assert_eq!(super::refused(format!("<{}/>", "n".repeat(513))), "xml.limit.name_octets");
}

// Attack 252.
#[test]
fn deep_nesting_meets_the_limit_and_not_the_stack() {
    let deep = |depth: usize| format!("{}{}", "<d>".repeat(depth), "</d>".repeat(depth));
    accepted(deep(64));
    assert_eq!(super::refused(deep(65)), "xml.limit.depth");
    let limits = Limits { depth: 1_000_000, nodes: 1_000_000, ..Limits::METADATA };
    Document::parse(deep(200_000).into_bytes(), &limits).unwrap();
}
