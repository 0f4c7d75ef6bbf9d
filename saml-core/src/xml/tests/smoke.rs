//! First light.

use crate::base::Limits;
use crate::xml::{Document, names};

#[test]
fn reads_a_small_document() {
    let xml = "<p:a xmlns:p='urn:x' ID='i'><!--c-->t&amp;<![CDATA[<]]><b/></p:a>";
    let document = Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE).unwrap();
    assert_eq!(document.root().name().namespace, "urn:x");
    assert!(document.element_by_id("i").is_some());
    assert_eq!(document.root().lookup_prefix("xml"), Some(names::XML));
}
