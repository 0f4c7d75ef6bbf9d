//! Places of elements, against the text that stands there.

use std::sync::Arc;

use super::parse;
use crate::xml::{Document, Element};

const TEXT: &str = "<?xml version='1.0'?><!-- <x> --><a b='>'><?p <c>?><![CDATA[<d>]]><e\n/><!--</e>--><f id=\"1\"><g/>\
                    x</f ><h></h></a>";

fn all(element: Element<'_>) -> Vec<Element<'_>> {
    let mut found = vec![element];
    for child in element.child_elements() {
        found.extend(all(child));
    }
    found
}

#[test]
fn finds_each_element_where_it_stands() {
    let document: Arc<Document> = parse(TEXT).unwrap();
    let places = all(document.root()).into_iter().map(|element| {
        let place = element.place().unwrap();
        (TEXT.get(..place.name_end).unwrap(), TEXT.get(place.content..place.end).unwrap())
    });
    let found: Vec<(String, &str)> = places
        .map(|(before, content)| (before.chars().rev().take_while(|c| *c != '<').collect(), content))
        .collect();
    let expected =
        [("a", TEXT.split_once("'>'>").unwrap().1), ("e", ""), ("f", "<g/>x</f >"), ("g", ""), ("h", "</h>")];
    assert_eq!(found, expected.map(|(name, content)| (name.to_owned(), content)));
}
