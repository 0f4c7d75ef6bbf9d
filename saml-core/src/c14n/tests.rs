//! The rules of this floor, one topic per file.

mod apex;
mod differential;
mod documents;
mod drivers;
mod escaping;
mod events;
mod exclusive;
mod generator;
mod hostile;
mod inclusive;
mod java;
mod plain;
mod properties;
mod subset;
mod vectors;
mod vocabulary;
mod xml_base;

use std::sync::Arc;

use super::*;
use crate::base::Limits;
use crate::xml::{Document, Element};

const EXCLUSIVE: CanonicalizationMethod = CanonicalizationMethod::EXCLUSIVE;
const INCLUSIVE_10: CanonicalizationMethod = CanonicalizationMethod::Inclusive10 { comments: false };
const INCLUSIVE_11: CanonicalizationMethod = CanonicalizationMethod::Inclusive11 { comments: false };
const WITHOUT_COMMENTS: [CanonicalizationMethod; 3] = [EXCLUSIVE, INCLUSIVE_10, INCLUSIVE_11];
const WITH_COMMENTS: [CanonicalizationMethod; 3] = [
    CanonicalizationMethod::Exclusive { comments: true },
    CanonicalizationMethod::Inclusive10 { comments: true },
    CanonicalizationMethod::Inclusive11 { comments: true },
];

fn parse(xml: &str) -> Arc<Document> {
    Document::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE)
        .unwrap_or_else(|error| panic!("{error}: {xml}"))
}

fn prefixes(text: &str) -> PrefixList {
    PrefixList::parse(text).unwrap()
}

/// The canonical form of a whole document, by both drivers.
fn document(xml: &str, method: CanonicalizationMethod, prefix_list: &str) -> String {
    let prefix_list = prefixes(prefix_list);
    let mut octets = Vec::new();
    canonicalize_document(&parse(xml), method, &prefix_list, &Limits::MESSAGE, &mut octets)
        .unwrap_or_else(|error| panic!("{error}: {xml}"));
    let streamed = drivers::streamed(xml, method, &prefix_list, 23);
    assert_eq!(streamed.as_ref(), Ok(&octets), "{method}: {xml}");
    String::from_utf8(octets).unwrap()
}

/// The canonical form of the element whose ID is `apex`, less the one whose ID is `omit` if there is one.
fn apex(xml: &str, method: CanonicalizationMethod, prefix_list: &str) -> String {
    let document = parse(xml);
    let element = document.element_by_id("apex").unwrap();
    let omit = document.element_by_id("omit").map(Element::id);
    let octets = canonical_octets(element, omit, method, &prefixes(prefix_list), &Limits::MESSAGE).unwrap();
    String::from_utf8(octets).unwrap()
}
