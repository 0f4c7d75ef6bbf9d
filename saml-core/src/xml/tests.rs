//! The rules of this floor, one topic per file.

mod attributes;
mod characters;
mod document;
mod element_reader;
mod identifiers;
mod limits;
mod markup;
mod message_profile;
mod names;
mod namespaces;
mod place;
mod properties;
mod shared;
mod text;
mod tree;
mod writer;

use super::{Document, Node, XmlError};
use crate::base::{Coded, Limits};

/// Parses with the limits of a message.
fn parse(xml: impl AsRef<[u8]>) -> Result<Document, XmlError> {
    Document::parse(xml.as_ref().to_vec(), &Limits::MESSAGE)
}

/// Parses what must be accepted.
#[track_caller]
fn accepted(xml: impl AsRef<[u8]>) -> Document {
    match parse(xml.as_ref()) {
        Ok(document) => document,
        Err(error) => panic!("{} refused: {error}", String::from_utf8_lossy(xml.as_ref())),
    }
}

/// The code under which something is refused.
#[track_caller]
fn refused(xml: impl AsRef<[u8]>) -> &'static str {
    match parse(xml.as_ref()) {
        Ok(_) => panic!("{} accepted", String::from_utf8_lossy(xml.as_ref())),
        Err(error) => error.code().as_str(),
    }
}

/// Refuses each for the same reason.
#[track_caller]
fn all_refused<T: AsRef<[u8]>>(code: &str, documents: &[T]) {
    for xml in documents {
        assert_eq!(refused(xml), code, "{}", String::from_utf8_lossy(xml.as_ref()));
    }
}

/// The text nodes of the root.
fn texts(document: &Document) -> Vec<&str> {
    let text = |node| if let Node::Text(text) = node { Some(text) } else { None };
    document.root().children().filter_map(text).collect()
}
