//! Elements as documents of their own.

use super::parse;
use crate::base::Limits;
use crate::xml::{Document, NamespaceBinding};

fn alone(document: &Document, id: &str) -> String {
    String::from_utf8(document.element_by_id(id).unwrap().self_contained().unwrap()).unwrap()
}

#[test]
fn keeps_the_tags_of_ancestors_and_nothing_else_around_it() {
    let text = "<?xml version='1.0'?><!--c--><a:r xmlns:a='urn:a' xml:lang=\"en\" ID='_1'><b/>t<c \n xmlns='urn:c'>\
                <d ID='_2' x='>'>inner<e/></d > after</c><!--c--></a:r>";
    let document = parse(text).unwrap();
    assert_eq!(
        alone(&document, "_2"),
        "<a:r xmlns:a='urn:a' xml:lang=\"en\" ID='_1'><c \n xmlns='urn:c'><d ID='_2' x='>'>inner<e/></d ></c></a:r>"
    );
    let root = alone(&document, "_1");
    assert!(root.starts_with("<a:r ") && root.ends_with("</a:r>") && root.contains("after"), "{root}");
}

#[test]
fn declares_on_the_root_what_it_inherits_from_around_its_ciphertext() {
    let binding = |prefix: &str, uri: &str| NamespaceBinding { prefix: prefix.to_owned(), uri: uri.into() };
    let context = [binding("", "urn:outer"), binding("p", "urn:p?a&b"), binding("q", "urn:q")];
    let text = "<p:r xmlns:q='urn:own' ID='_1'><s ID='_2'/></p:r>";
    let document = Document::parse_in_context(text.as_bytes().to_vec(), &context, &Limits::MESSAGE).unwrap();
    let declared = "<p:r xmlns=\"urn:outer\" xmlns:p=\"urn:p?a&amp;b\" xmlns:q='urn:own' ID='_1'>";
    for id in ["_1", "_2"] {
        let found = alone(&document, id);
        assert_eq!(found, format!("{declared}<s ID='_2'/></p:r>"));
        let again = parse(found).unwrap();
        for id in ["_1", "_2"] {
            let scope = |document: &Document| document.element_by_id(id).unwrap().namespaces_in_scope();
            assert_eq!(scope(&again), scope(&document));
        }
    }
}
