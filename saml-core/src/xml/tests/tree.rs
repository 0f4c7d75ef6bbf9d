//! Parts of documents as plain data.

use super::accepted;
use crate::xml::names::{XS, XSI};
use crate::xml::{ExpandedName, NamespaceBinding, Writer, XmlElement, XmlNode};

#[test]
fn keeps_names_attributes_and_content() {
    let document = accepted("<p:a xmlns:p='urn:p' b='1' p:c='&lt;'>x<d xmlns='urn:d'>y</d>z</p:a>");
    let tree = XmlElement::read(document.root());
    assert!(tree.is(ExpandedName::new("urn:p", "a")));
    assert_eq!(tree.prefix, "p");
    assert_eq!(tree.attribute("b"), Some("1"));
    assert_eq!(tree.attribute("c"), None);
    assert_eq!(&*tree.attributes[1].name.namespace, "urn:p");
    assert_eq!(tree.text_content(), "xyz");
    assert_eq!(&*tree.child_elements().next().unwrap().name.namespace, "urn:d");
}

#[test]
fn drops_comments_and_instructions_and_joins_the_text_around_them() {
    let tree = XmlElement::read(accepted("<a>x<!--c-->y<?p?>z</a>").root());
    assert_eq!(tree.children, [XmlNode::Text("xyz".into())]);
}

#[test]
fn keeps_the_binding_that_xsi_type_needs() {
    let document =
        accepted(format!("<r xmlns:xs='{XS}' xmlns:xsi='{XSI}'><a xsi:type='xs:string'>v</a></r>"));
    let tree = XmlElement::read(document.root().child_elements().next().unwrap());
    assert_eq!(tree.declarations, [NamespaceBinding { prefix: "xs".into(), uri: XS.into() }]);
    let mut writer = Writer::new();
    tree.write(&mut writer);
    let written = writer.finish().unwrap();
    let again = accepted(written.octets());
    assert_eq!(again.root().lookup_prefix("xs"), Some(XS));
    assert_eq!(XmlElement::read(again.root()), tree);
}

#[test]
fn an_xsi_type_without_a_known_prefix_needs_nothing() {
    for value in ["string", "p:string", ""] {
        let document = accepted(format!("<a xmlns:xsi='{XSI}' xsi:type='{value}'/>"));
        assert!(XmlElement::read(document.root()).declarations.is_empty(), "{value}");
    }
}
