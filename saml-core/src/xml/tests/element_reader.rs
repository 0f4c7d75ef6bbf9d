//! Reading an element against a schema type.

use std::sync::Arc;

use super::accepted;
use crate::base::Coded;
use crate::xml::{Document, ElementReader, ExpandedName, SchemaError};

const A: ExpandedName<'static> = ExpandedName::new("urn:n", "a");
const B: ExpandedName<'static> = ExpandedName::new("urn:n", "b");
const C: ExpandedName<'static> = ExpandedName::new("urn:n", "c");

/// An element `a` with this content, in its namespace.
fn element(attributes: &str, content: &str) -> Arc<Document> {
    accepted(format!("<a xmlns='urn:n' xmlns:o='urn:other' {attributes}>{content}</a>"))
}

#[track_caller]
fn code<T: std::fmt::Debug>(result: Result<T, SchemaError>) -> &'static str {
    result.unwrap_err().code().as_str()
}

#[test]
fn reads_a_sequence() {
    let document = element("x='1' y='2'", " <b>1</b><!--c--><b>2</b>\n<c/> ");
    let mut reader = ElementReader::expect(document.root(), A).unwrap();
    assert_eq!(reader.required_attribute("x").unwrap(), "1");
    assert_eq!(reader.attribute("y"), Some("2"));
    assert_eq!(reader.attribute("z"), None);
    assert_eq!(reader.many(B).unwrap().len(), 2);
    assert!(reader.optional(B).unwrap().is_none());
    assert!(reader.required(C).is_ok());
    reader.finish().unwrap();
}

#[test]
fn rejects_another_element() {
    let document = element("", "");
    let error = ElementReader::expect(document.root(), B).unwrap_err();
    assert_eq!(error.code(), SchemaError::UNEXPECTED_ELEMENT);
    assert_eq!(error.expected().as_deref(), Some("{urn:n}b"));
    assert_eq!(error.found().as_deref(), Some("{urn:n}a"));
    assert!(!error.to_string().contains("urn:"));
}

#[test]
fn rejects_a_missing_child() {
    let document = element("", "<c/>");
    let mut reader = ElementReader::new(document.root());
    let error = reader.required(B).unwrap_err();
    assert_eq!(error.code(), SchemaError::MISSING_ELEMENT);
    assert_eq!(error.expected().as_deref(), Some("{urn:n}b"));
    assert_eq!(error.found().as_deref(), Some("{urn:n}c in {urn:n}a"));
    assert_eq!(code(ElementReader::new(element("", "").root()).required(B)), "schema.missing_element");
    assert_eq!(
        code(ElementReader::new(element("", "<c/>").root()).at_least_one(B)),
        "schema.missing_element"
    );
    assert_eq!(
        code(ElementReader::new(element("", "").root()).required_any_of(&[B, C])),
        "schema.missing_element"
    );
}

#[test]
fn rejects_children_out_of_order_unknown_or_too_many() {
    for content in
        ["<c/><b/>", "<b/><c/><c/>", "<b/><d/>", "<b xmlns='urn:other'/>", "<b xmlns=''/>", "<b/><b/>"]
    {
        let document = element("", content);
        let mut reader = ElementReader::new(document.root());
        reader.optional(B).unwrap();
        reader.optional(C).unwrap();
        assert_eq!(code(reader.finish()), "schema.unexpected_element", "{content}");
    }
}

#[test]
fn rejects_text_between_children_wherever_it_stands() {
    for content in
        ["x<b/><c/>", "<b/>x<c/>", "<b/><c/>x", "<b/>&#65;<c/>", "<b/><![CDATA[x]]><c/>", "<b/>\u{A0}<c/>"]
    {
        let document = element("", content);
        let mut reader = ElementReader::new(document.root());
        let result =
            reader.required(B).and_then(|_| reader.required(C)).and_then(|_| reader.finish_open_attributes());
        assert_eq!(code(result), "schema.unexpected_text", "{content}");
    }
}

#[test]
fn rejects_attributes_that_were_never_asked_for() {
    let document = element("x='1' y='2'", "");
    let mut reader = ElementReader::new(document.root());
    reader.attribute("x");
    let error = reader.finish().unwrap_err();
    assert_eq!(error.code(), SchemaError::UNEXPECTED_ATTRIBUTE);
    assert_eq!(error.found().as_deref(), Some("y in {urn:n}a"));

    let mut reader = ElementReader::new(document.root());
    reader.attribute("x");
    reader.finish_open_attributes().unwrap();
}

#[test]
fn asking_twice_is_asking_once() {
    let document = element("x='1' y='2'", "");
    let mut reader = ElementReader::new(document.root());
    assert_eq!((reader.attribute("x"), reader.attribute("x")), (Some("1"), Some("1")));
    assert_eq!(code(reader.finish()), "schema.unexpected_attribute");
}

#[test]
fn lets_foreign_attributes_be_but_no_second_identifier() {
    let document = element("o:x='1' xml:lang='en'", "");
    ElementReader::new(document.root()).finish_foreign_attributes().unwrap();
    assert_eq!(code(ElementReader::new(document.root()).finish()), "schema.unexpected_attribute");
    for attribute in ["o:ID='1'", "o:Id='1'", "o:id='1'", "xml:id='i'"] {
        let document = element(attribute, "");
        assert_eq!(
            code(ElementReader::new(document.root()).finish_foreign_attributes()),
            "schema.unexpected_attribute",
            "{attribute}"
        );
        ElementReader::new(document.root()).finish_open_attributes().unwrap();
    }
    let document = element("o:ID='1'", "");
    let mut reader = ElementReader::new(document.root());
    assert_eq!(reader.attribute_ns(ExpandedName::new("urn:other", "ID")), Some("1"));
    reader.finish().unwrap();
}

#[test]
fn an_attribute_of_another_namespace_is_not_the_one_asked_for() {
    let document = element("o:x='1'", "");
    let mut reader = ElementReader::new(document.root());
    assert_eq!(reader.attribute("x"), None);
    assert_eq!(code(reader.required_attribute("x")), "schema.missing_attribute");
}

#[test]
fn more_attributes_than_any_type_has_are_unknown() {
    let many: String = (0..127).map(|index| format!(" a{index}='1'")).collect();
    let document = element(&format!("x='1' {many}"), "");
    let mut reader = ElementReader::new(document.root());
    reader.attribute("x");
    assert_eq!(code(reader.finish()), "schema.unexpected_attribute");
    assert_eq!(super::super::reader::bit(127), 1 << 127);
    assert_eq!(super::super::reader::bit(128), 0);
}

#[test]
fn parses_attribute_values() {
    let document = element("n='12' bad='x'", "");
    let mut reader = ElementReader::new(document.root());
    let number = |text: &str| text.parse::<u8>().ok();
    assert_eq!(reader.parse_attribute("n", number).unwrap(), Some(12));
    assert_eq!(reader.parse_required_attribute("n", number).unwrap(), 12);
    assert_eq!(reader.parse_attribute("absent", number).unwrap(), None);
    assert_eq!(code(reader.parse_required_attribute("absent", number)), "schema.missing_attribute");
    let error = reader.parse_attribute("bad", number).unwrap_err();
    assert_eq!(error.code(), SchemaError::ATTRIBUTE_VALUE);
    assert_eq!(error.found().as_deref(), Some("bad=\"x\" in {urn:n}a"));
    assert_eq!(code(reader.parse_required_attribute("bad", number)), "schema.attribute_value");
}

#[test]
fn reads_choices_and_foreign_content() {
    let document = element("", "<c/><b/><o:x/><o:y/><b/>");
    let mut reader = ElementReader::new(document.root());
    assert!(reader.optional_any_of(&[B, C]).unwrap().unwrap().is(C));
    assert!(reader.next_foreign().unwrap().is_none());
    assert!(reader.required_any_of(&[B, C]).unwrap().is(B));
    assert_eq!(reader.next_foreign().unwrap().unwrap().name().local, "x");
    assert_eq!(reader.next_foreign().unwrap().unwrap().name().local, "y");
    assert!(reader.next_foreign().unwrap().is_none());
    assert!(reader.next_any().unwrap().unwrap().is(B));
    assert!(reader.next_any().unwrap().is_none());
    reader.finish().unwrap();
}

#[test]
fn an_element_in_no_namespace_is_not_foreign() {
    let document = element("", "<x xmlns=''/>");
    let mut reader = ElementReader::new(document.root());
    assert!(reader.next_foreign().unwrap().is_none());
    assert_eq!(code(reader.finish()), "schema.unexpected_element");
}

#[test]
fn the_rest_is_everything_that_is_left() {
    let document = element("", "<b/> <c/><o:x/><!--c--><d xmlns=''/>");
    let mut reader = ElementReader::new(document.root());
    reader.required(B).unwrap();
    assert!(reader.optional(B).unwrap().is_none());
    let rest: Vec<&str> = reader.rest().map(|child| child.name().local).collect();
    assert_eq!(rest, ["c", "x", "d"]);
    assert_eq!(reader.rest().count(), 0);
    reader.finish().unwrap();
}

#[test]
fn text_among_the_rest_is_an_error() {
    let document = element("", "<b/>x<c/>");
    let mut reader = ElementReader::new(document.root());
    assert_eq!(reader.rest().count(), 2);
    assert_eq!(code(reader.finish()), "schema.unexpected_text");
}

#[test]
fn errors_of_simple_values_name_their_element() {
    let document = element("x='1'", "");
    let error = SchemaError::text(document.root(), "bad value");
    assert_eq!(
        (error.code(), error.found().as_deref()),
        (SchemaError::TEXT, Some("\"bad value\" in {urn:n}a"))
    );
    assert_eq!(error.element().local, "a");
    assert!(!error.to_string().contains("bad value"));
}
