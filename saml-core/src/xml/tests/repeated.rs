//! Start tags that are written as others before them.

use super::{accepted, all_refused, parse_within, refused};
use crate::base::Limits;
use crate::xml::{Document, Element, XmlError};

/// The name of each element, with its attributes, in document order.
fn meanings(document: &Document) -> Vec<String> {
    let meaning = |element: Element<'_>| {
        let attributes: Vec<String> = element
            .attributes()
            .map(|attribute| format!(" {}={}", attribute.name(), attribute.value()))
            .collect();
        format!("{}{}", element.name(), attributes.concat())
    };
    let root = document.root();
    std::iter::once(root).chain(root.descendants()).map(meaning).collect()
}

#[test]
fn the_same_octets_mean_what_their_prefixes_mean_there() {
    let document = accepted(
        "<r><w xmlns:p='urn:1' xmlns='urn:0'><p:a p:b='c' d='e'><f/></p:a></w>\
         <w xmlns:p='urn:2'><p:a p:b='c' d='e'><f/></p:a></w>\
         <w xmlns:p='urn:1' xmlns='urn:0'><p:a p:b='c' d='e'><f/></p:a></w></r>",
    );
    let wanted = [
        "r",
        "{urn:0}w",
        "{urn:1}a {urn:1}b=c d=e",
        "{urn:0}f",
        "w",
        "{urn:2}a {urn:2}b=c d=e",
        "f",
        "{urn:0}w",
        "{urn:1}a {urn:1}b=c d=e",
        "{urn:0}f",
    ];
    assert_eq!(meanings(&document), wanted);
}

#[test]
fn a_prefix_that_is_no_longer_bound_is_not_bound() {
    all_refused(
        "xml.namespace",
        &[
            "<r><w xmlns:p='urn:1'><p:a/></w><w><p:a/></w></r>",
            "<r><w xmlns:p='urn:1'><a p:b=''/></w><w><a p:b=''/></w></r>",
            "<r><p:a xmlns:p='urn:1'/><p:a/></r>",
        ],
    );
}

#[test]
fn a_repeated_declaration_takes_effect_and_ends_with_its_element() {
    let value = "<v xmlns:p='urn:1' xmlns='urn:0' p:q='1'><p:a/><a/></v>";
    let document = accepted(format!("<r xmlns:p='urn:9'>{value}<p:a/>{value}<p:a/><a/>{value}</r>"));
    let in_value = ["{urn:0}v {urn:1}q=1", "{urn:1}a", "{urn:0}a"];
    let wanted = [&["r"][..], &in_value, &["{urn:9}a"], &in_value, &["{urn:9}a", "a"], &in_value].concat();
    assert_eq!(meanings(&document), wanted);
    for element in document.root().child_elements().filter(|element| element.attributes().len() == 1) {
        let declared: Vec<(&str, &str)> =
            element.namespace_declarations().map(|found| (found.prefix, found.uri)).collect();
        assert_eq!(declared, [("p", "urn:1"), ("", "urn:0")]);
        let child = element.child_elements().next().unwrap();
        assert_eq!(child.namespaces_in_scope(), element.namespaces_in_scope());
    }
}

#[test]
fn values_that_were_rewritten_are_repeated_as_they_are() {
    let tag = "<v a='1 &amp;\t2' b='&#10;'/>";
    let document = accepted(format!("<r>{tag}{tag}<v a='1 &amp;\t3' b='&#10;'/></r>"));
    assert_eq!(meanings(&document), ["r", "v a=1 & 2 b=\n", "v a=1 & 2 b=\n", "v a=1 & 3 b=\n"]);
}

#[test]
fn identifiers_are_unique_in_whatever_tag() {
    for name in ["ID", "Id", "id", "xml:id"] {
        let twice = format!("<r><v {name}='a'/><v {name}='a'/></r>");
        assert_eq!(refused(&twice), "xml.duplicate_id", "{twice}");
    }
}

#[test]
fn repeated_declarations_count() {
    let limits = Limits { total_namespace_declarations: 6, ..Limits::MESSAGE };
    let value = "<v xmlns:p='urn:1' xmlns:q='urn:2'/>";
    assert!(parse_within(format!("<r>{}</r>", value.repeat(3)), &limits).is_ok());
    for too_many in
        [format!("<r>{}</r>", value.repeat(4)), format!("<r>{}<v xmlns:p='urn:1'/></r>", value.repeat(3))]
    {
        let error = parse_within(too_many, &limits).unwrap_err();
        assert!(
            matches!(error, XmlError::TooManyNamespaceDeclarationsInAll { limit: 6, found: 7 }),
            "{error}"
        );
    }
}

#[test]
fn elements_in_each_other_may_have_the_same_tag() {
    let tag = "<p:a xmlns:p='urn:1' p:b='c'>";
    for depth in [2, 17, 18, 40] {
        let document = accepted(format!("{}{}", tag.repeat(depth), "</p:a>".repeat(depth)));
        assert_eq!(meanings(&document), vec!["{urn:1}a {urn:1}b=c"; depth]);
    }
    let document = accepted(format!(
        "{}<w xmlns='urn:1'>{}{}</w>{}",
        "<a>".repeat(15),
        "<a>".repeat(20),
        "</a>".repeat(20),
        "</a>".repeat(15)
    ));
    let wanted = [vec!["a"; 15], vec!["{urn:1}w"], vec!["{urn:1}a"; 20]].concat();
    assert_eq!(meanings(&document), wanted);
}

#[test]
fn what_a_repeated_declaration_binds_is_resolved_in_it() {
    let tag = "<v xmlns:p='urn:1' xmlns='urn:0'>";
    let document = accepted(format!("<r>{tag}<p:a/></v>{tag}<p:b p:c=''/><b/></v></r>"));
    assert_eq!(
        meanings(&document),
        ["r", "{urn:0}v", "{urn:1}a", "{urn:0}v", "{urn:1}b {urn:1}c=", "{urn:0}b"]
    );
}

/// What begins as another tag is another.
#[test]
fn only_a_whole_tag_is_repeated() {
    let document = accepted("<r><v a='1'/><v a='1' b='2'/><v a='1'></v><v></v><v/><vv/><v a='1'/></r>");
    let wanted = ["r", "v a=1", "v a=1 b=2", "v a=1", "v", "v", "vv", "v a=1"];
    assert_eq!(meanings(&document), wanted);
    all_refused("xml.not_well_formed", &["<r><v></v><v/v></r>", "<r><v a='1'/><v a='1'</r>"]);
}
