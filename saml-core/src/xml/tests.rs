//! The rules of this floor, one topic per file.

mod attributes;
mod characters;
mod document;
mod element_reader;
mod identifiers;
mod kept;
mod limits;
mod markup;
mod message_profile;
mod misbound_prefix;
mod names;
mod namespaces;
mod place;
mod properties;
mod repeated;
mod self_contained;
mod shared;
mod stream;
mod text;
mod tree;
mod white_space;
mod writer;

use std::sync::Arc;

use super::{Document, DocumentEvents, DocumentStream, Node, StartTag, XmlError};
use crate::base::{Coded, Limits};

/// Parses with the limits of a message.
fn parse(xml: impl AsRef<[u8]>) -> Result<Arc<Document>, XmlError> {
    parse_within(xml, &Limits::MESSAGE)
}

/// Parses by both drivers: what one refuses, the other refuses.
fn parse_within(xml: impl AsRef<[u8]>, limits: &Limits) -> Result<Arc<Document>, XmlError> {
    let xml = xml.as_ref();
    let parsed = Document::parse(xml.to_vec(), limits);
    let error = parsed.as_ref().err();
    let whole = streamed(xml, xml.len().max(1) * 2, limits);
    assert_eq!(whole.as_ref().err(), error, "{}", String::from_utf8_lossy(xml));
    for window in [1, 7, 64] {
        // Where two rules are broken, the order may be another.
        let outcome = streamed(xml, window, limits);
        assert_eq!(outcome.is_err(), error.is_some(), "{window}: {outcome:?}, {error:?}");
    }
    parsed
}

/// Reads a document as a stream, in windows of a size.
fn streamed(xml: &[u8], window: usize, limits: &Limits) -> Result<(), XmlError> {
    let mut stream = DocumentStream::with_window(limits, window);
    stream.feed(xml, &mut NoEvents)?;
    stream.finish(&mut NoEvents)
}

/// Who listens to nothing.
struct NoEvents;

impl DocumentEvents for NoEvents {
    fn start_element(&mut self, _: &StartTag<'_>) {}
    fn end_element(&mut self) {}
    fn text(&mut self, _: &str) {}
    fn comment(&mut self, _: &str) {}
    fn processing_instruction(&mut self, _: &str, _: &str) {}
}

/// Parses what must be accepted.
#[track_caller]
fn accepted(xml: impl AsRef<[u8]>) -> Arc<Document> {
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
