//! Parts of a document that outlive it.

use std::sync::Arc;

use super::accepted;
use crate::xml::{KeptAttributes, KeptContent, KeptElement, XmlElement};

const XML: &str = "<a xmlns='urn:a' xmlns:p='urn:p' p:x='1'><p:b y='2'>t<c/><!--c-->u</p:b></a>";

#[test]
fn what_is_kept_is_the_document_itself() {
    let document = accepted(XML);
    let held = Arc::strong_count(&document);
    let kept = KeptElement::read(document.root());
    assert_eq!(Arc::strong_count(&document), held + 1);
    assert_eq!(kept.name(), document.root().name());
    drop(document);
    assert_eq!(kept.tree(), XmlElement::read(accepted(XML).root()));
}

#[test]
fn what_was_read_equals_what_was_made() {
    let document = accepted(XML);
    let root = document.root();
    let tree = XmlElement::read(root);
    assert_eq!(KeptElement::read(root), KeptElement::from(tree.clone()));
    assert_eq!(KeptContent::read(root), KeptContent::from(tree.children.clone()));
    assert_eq!(KeptAttributes::read(root), KeptAttributes::from(tree.attributes.clone()));
    assert_ne!(KeptElement::read(root), KeptElement::read(root.child_elements().next().unwrap()));
    assert_eq!(KeptElement::read(root), KeptElement::read(accepted(XML).root()));
}

#[test]
fn attributes_without_a_namespace_and_those_of_schemas_are_not_open() {
    let xsi = "http://www.w3.org/2001/XMLSchema-instance";
    let document = accepted(format!("<a x='1' xmlns:i='{xsi}' i:type='t' xmlns:p='urn:p' p:y='2'/>"));
    let names: Vec<String> = KeptAttributes::read(document.root())
        .to_vec()
        .into_iter()
        .map(|attribute| attribute.name.local)
        .collect();
    assert_eq!(names, ["y"]);
}

#[test]
fn elements_of_one_declaration_share_its_namespace() {
    let tree = XmlElement::read(accepted("<a xmlns='urn:a'><b/><b c='d'/></a>").root());
    assert!(tree.child_elements().all(|child| Arc::ptr_eq(&child.name.namespace, &tree.name.namespace)));
}

#[test]
fn a_namespace_is_shown_once() {
    let long = format!("urn:{}", "x".repeat(500));
    let kept = KeptElement::read(accepted(format!("<a xmlns='{long}'>{}</a>", "<b/>".repeat(100))).root());
    let shown = format!("{kept:?}");
    assert_eq!(shown.matches("urn:").count(), 1, "{shown}");
    assert!(shown.len() < 1500, "{}", shown.len());
}
