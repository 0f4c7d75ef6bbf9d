//! Handles on a document.

use super::accepted;
use crate::base::Coded;
use crate::xml::{ExpandedName, Node, NodeId, SchemaError};

#[test]
fn walks_up_down_and_along() {
    let document = accepted("<a><b><c/><d/></b>t<e><f><g/></f></e></a>");
    let root = document.root();
    assert_eq!(root.parent(), None);
    let names: Vec<&str> = root.child_elements().map(|child| child.name().local).collect();
    assert_eq!(names, ["b", "e"]);
    let g = root
        .child_elements()
        .nth(1)
        .unwrap()
        .child_elements()
        .next()
        .unwrap()
        .child_elements()
        .next()
        .unwrap();
    assert_eq!(g.name().local, "g");
    assert_eq!(g.parent().unwrap().parent().unwrap().parent(), Some(root));
    assert_eq!(g.children().count(), 0);
    assert_eq!(document.element(g.id()), Some(g));
    assert!(std::ptr::eq(g.document(), &raw const *document));
}

#[test]
fn an_id_of_another_node_is_no_element() {
    let document = accepted("<a>text</a>");
    assert!(document.element(NodeId(1)).is_none());
    assert!(document.element(NodeId(2)).is_none());
    assert!(document.element(NodeId(u32::MAX)).is_none());
}

#[test]
fn equal_elements_of_two_documents_are_not_the_same() {
    let (one, two) = (accepted("<a/>"), accepted("<a/>"));
    assert_ne!(one.root(), two.root());
    assert_eq!(one.root(), one.root());
}

#[test]
fn compares_expanded_names() {
    let document = accepted("<p:a xmlns:p='urn:p'/>");
    assert!(document.root().is(ExpandedName::new("urn:p", "a")));
    assert!(!document.root().is(ExpandedName::new("urn:q", "a")));
    assert!(!document.root().is(ExpandedName::new("", "a")));
    assert!(!document.root().is(ExpandedName::new("urn:p", "b")));
    assert_eq!(document.root().name().to_string(), "{urn:p}a");
}

#[test]
fn simple_text_is_the_whole_text_or_an_error() {
    for (xml, text) in
        [("<a/>", ""), ("<a></a>", ""), ("<a> x </a>", " x "), ("<a>x&amp;<![CDATA[<y>]]>z</a>", "x&<y>z")]
    {
        assert_eq!(accepted(xml).root().simple_text().unwrap(), text);
    }
    for xml in ["<a>x<b/></a>", "<a><b/></a>", "<a>x<!----></a>", "<a><!--x--></a>", "<a>x<?p?>y</a>"] {
        let document = accepted(xml);
        let error = document.root().simple_text().unwrap_err();
        assert_eq!(error.code(), SchemaError::TEXT, "{xml}");
    }
}

#[test]
fn keeps_the_octets() {
    let xml = "<?xml version='1.0'?>\r\n<a b='&amp;'>&lt;</a>\n";
    assert_eq!(accepted(xml).octets(), xml.as_bytes());
}

#[test]
fn debug_is_short_and_quotes_no_content() {
    let document = accepted(format!("<a b='secret'>{}</a>", "secret".repeat(100)));
    let shown = format!("{document:?} {:?} {:?}", document.root(), document.root().attributes().next());
    assert!(!shown.contains("secret") && shown.len() < 200, "{shown}");
}

#[test]
fn many_siblings_are_walked_in_order() {
    let xml: String = (0..500).map(|index| format!("<b>{index}</b>")).collect();
    let document = accepted(format!("<a>{xml}</a>"));
    for (index, node) in document.root().children().enumerate() {
        let Node::Element(element) = node else { panic!("{node:?}") };
        assert_eq!(element.simple_text().unwrap(), index.to_string());
    }
}
