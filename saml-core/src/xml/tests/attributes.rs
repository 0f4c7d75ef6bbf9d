//! [XML §3.1], [XML Namespaces §6.3]: attributes.

use super::{accepted, all_refused, parse};
use crate::base::{Coded, Limits};
use crate::xml::{Document, ExpandedName, XmlError};

#[test]
fn rejects_malformed_attributes() {
    let documents = [
        "<a b/>",
        "<a b=1/>",
        "<a b='1'c='2'/>",
        "<a b='1'xmlns='urn:x'/>",
        "<a ='1'/>",
        "<a b=/>",
        "<a b = />",
        "<a / b='1'/>",
        "<a b b='1' xmlns='urn:u'/>",
        "<a b=\"1'/>",
        "<a b=''''/>",
        "<a b==\"1\"/>",
        "<a b='1\"/>",
        "<a b='1'/ >",
        "<a b='1'//>",
        "<a 'b'/>",
        "<a b='1' c/>",
        "<a =/>",
        "<a b:='1'/>",
        "<a 'b'='1'/>",
    ];
    all_refused("xml.not_well_formed", &documents);
}

#[test]
fn rejects_less_than_in_values() {
    let documents =
        ["<a b='<'/>", "<a b='x<y'/>", "<a b='&amp;<'/>", "<a b='0123456789abcdef<'/>", "<a xmlns='urn:<'/>"];
    all_refused("xml.not_well_formed", &documents);
}

#[test]
fn reads_values_in_either_quotes() {
    let document = accepted("<a b='\"' c=\"'\" d='>' e=\"/>\"/>");
    let values: Vec<&str> = document.root().attributes().map(|attribute| attribute.value()).collect();
    assert_eq!(values, ["\"", "'", ">", "/>"]);
}

#[test]
fn rejects_an_attribute_that_occurs_twice() {
    let documents = [
        "<a b='1' b='1'/>",
        "<a b='1' c='2' b='3'/>",
        "<a xmlns:p='urn:u' xmlns:q='urn:u' p:b='1' q:b='2'/>",
        "<a p:b='1' q:b='2' xmlns:p='urn:u' xmlns:q='urn:&apos;u'><p:b q:b='1' xmlns:q='urn:u' p:b='2'/></a>",
        "<a xml:lang='en' xml:lang='de'/>",
        "<a xmlns='urn:u' xmlns='urn:u'/>",
        "<a xmlns='' xmlns=''/>",
        "<a xmlns:p='urn:u' xmlns:p='urn:v'/>",
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xmlns:xml='http://www.w3.org/XML/1998/namespace'/>",
    ];
    all_refused("xml.duplicate_attribute", &documents);
}

#[test]
fn rejects_a_duplicate_among_many() {
    for count in [2, 7, 8, 9, 10, 60] {
        let many: String = (0..count).map(|index| format!(" a{index}='1'")).collect();
        accepted(format!("<a{many}/>"));
        for twice in [0, count / 2, count - 1] {
            all_refused("xml.duplicate_attribute", &[format!("<a{many} a{twice}='2'/>")]);
        }
        let namespaced = format!("<a xmlns:p='urn:u' xmlns:q='urn:u' p:x='1'{many} q:x='2'/>");
        all_refused("xml.duplicate_attribute", &[namespaced]);
    }
}

#[test]
fn accepts_equal_local_names_in_different_namespaces() {
    let document = accepted("<a xmlns='urn:u' xmlns:p='urn:u' xmlns:q='urn:v' b='0' p:b='1' q:b='2'/>");
    let root = document.root();
    assert_eq!(root.attribute("b"), Some("0"));
    assert_eq!(root.attribute_ns(ExpandedName::new("urn:u", "b")), Some("1"));
    assert_eq!(root.attribute_ns(ExpandedName::new("urn:v", "b")), Some("2"));
    assert_eq!(root.attribute_ns(ExpandedName::new("urn:w", "b")), None);
    assert_eq!(root.attribute("c"), None);
}

#[test]
fn hostile_numbers_of_attributes_cost_in_proportion() {
    // Ten thousand attributes compared pairwise would take fifty million comparisons, far more than a second here.
    let limits = Limits { attributes: 20_000, ..Limits::MESSAGE };
    let many: String = (0..20_000).map(|index| format!(" a{index:05}='v'")).collect();
    let started = std::time::Instant::now();
    let document = Document::parse(format!("<a{many}/>").into_bytes(), &limits).unwrap();
    assert_eq!(document.root().attributes().len(), 20_000);
    assert!(started.elapsed() < std::time::Duration::from_secs(2));
}

#[test]
fn an_error_quotes_only_the_beginning() {
    let name = "n".repeat(400);
    let error = parse(format!("<a {name}='1' {name}='2'/>")).unwrap_err();
    assert_eq!(error.code(), XmlError::DUPLICATE_ATTRIBUTE);
    assert_eq!(error.found().unwrap().matches('n').count(), 120);
    assert!(!error.to_string().contains("nn"));
}
