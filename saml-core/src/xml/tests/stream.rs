//! The events of a document that comes in pieces.

use super::*;

/// Events as text, pieces of a text joined.
#[derive(Default)]
struct Told(String);

impl DocumentEvents for Told {
    fn start_element(&mut self, tag: &StartTag<'_>) {
        self.0.push_str(&format!("\n<{} {}", tag.prefix(), tag.name()));
        for declaration in tag.namespace_declarations() {
            self.0.push_str(&format!(" {}={}", declaration.prefix, declaration.uri));
        }
        for attribute in tag.attributes() {
            self.0.push_str(&format!(" {}|{}={}", attribute.prefix, attribute.name, attribute.value));
        }
        self.0.push_str(">\n");
    }

    fn end_element(&mut self) {
        self.0.push_str("\n</>\n");
    }

    fn text(&mut self, text: &str) {
        assert!(!text.is_empty());
        self.0.push_str(text);
    }

    fn comment(&mut self, text: &str) {
        self.0.push_str(&format!("\n<!--{text}-->\n"));
    }

    fn processing_instruction(&mut self, target: &str, data: &str) {
        self.0.push_str(&format!("\n<?{target}|{data}?>\n"));
    }
}

fn told(pieces: &[&[u8]], window: usize) -> Result<String, XmlError> {
    let mut told = Told::default();
    let mut stream = DocumentStream::with_window(&Limits::MESSAGE, window);
    for piece in pieces {
        stream.feed(piece, &mut told)?;
    }
    stream.finish(&mut told)?;
    Ok(told.0)
}

const DOCUMENT: &str = "\u{FEFF}<?xml version='1.0' encoding='UTF-8'?>\r\n<!-- \r\n --><p:a xmlns:p='urn:&amp;p' \
    xmlns=\"urn:d\" p:x='&#xE9;>' ID='i'>é\r\n]]&gt;]]<b xmlns:q='urn:q' xmlns='' q:y='\n'><p:c xmlns:p='urn:r'/>\
    <p:d/></b><![CDATA[]]]]><![CDATA[>\r]]>\r<e  /><?é \r\nq?></p:a\n>\n<!---->";

#[test]
fn what_is_told_does_not_depend_on_where_a_document_is_cut() {
    let octets = DOCUMENT.as_bytes();
    let whole = told(&[octets], 4096).unwrap();
    assert!(whole.contains("<p {urn:&p}a p=urn:&p =urn:d p|{urn:&p}x=é> |ID=i>\né\n]]>]]\n<"), "{whole}");
    for window in 1..octets.len() + 2 {
        assert_eq!(told(&[octets], window).as_ref(), Ok(&whole), "{window}");
    }
    for cut in 0..=octets.len() {
        let (first, second) = octets.split_at(cut);
        for window in [1, 5, 64] {
            assert_eq!(told(&[first, &[], second], window).as_ref(), Ok(&whole), "{cut}");
        }
    }
}

#[test]
fn every_beginning_of_a_document_is_refused() {
    let octets = DOCUMENT.trim_end_matches("\n<!---->").as_bytes();
    assert!(told(&[octets], 16).is_ok());
    for end in 0..octets.len() {
        for window in [1, 16, 4096] {
            assert!(told(&[&octets[..end]], window).is_err(), "{end}");
        }
    }
}

#[test]
fn offsets_count_from_the_beginning_of_the_document() {
    let xml = format!("<a>{}&x;</a>", "text <b/>".repeat(100));
    for window in [1, 10, 5000] {
        let error = told(&[xml.as_bytes()], window).unwrap_err();
        assert_eq!(error, XmlError::Entity { found: "x".to_owned(), offset: 904 }, "{window}");
    }
}

#[test]
fn after_an_error_nothing_is_read() {
    let mut stream = DocumentStream::with_window(&Limits::MESSAGE, 1);
    let error = stream.feed(b"<a><a/><!DOCTYPE a></a>", &mut NoEvents).unwrap_err();
    assert_eq!(stream.feed(b"<a/>", &mut NoEvents), Err(error.clone()));
    assert_eq!(stream.finish(&mut NoEvents), Err(error));
}

#[test]
fn an_identifier_of_an_earlier_window_is_not_forgotten() {
    let xml = format!("<a ID='x'>{}<b ID='x'/></a>", " ".repeat(1000));
    for window in [1, 10, 5000] {
        assert_eq!(told(&[xml.as_bytes()], window), Err(XmlError::DuplicateId { id: "x".to_owned() }));
    }
}

#[test]
fn a_text_in_several_windows_is_one_node() {
    let limits = Limits { nodes: 2, ..Limits::MESSAGE };
    let xml = format!("<a>{}&amp;<![CDATA[x]]>{}</a>", "x".repeat(100), "y".repeat(100));
    assert_eq!(streamed(xml.as_bytes(), 8, &limits), Ok(()));
    let xml = format!("<a>{}<b/></a>", "x".repeat(100));
    let error = streamed(xml.as_bytes(), 8, &limits).unwrap_err();
    assert_eq!(error, XmlError::TooManyNodes { limit: 2, found: 3 });
}

#[test]
fn a_text_that_is_one_node_too_many_is_refused_wherever_its_end_tag_is_cut() {
    for text in ["text", "t&amp;t", "a\r\nb", "<![CDATA[text]]>"] {
        let xml = format!("<a><b/>{text}</a  >");
        for window in 1..=xml.len() + 1 {
            let within = |nodes| streamed(xml.as_bytes(), window, &Limits { nodes, ..Limits::MESSAGE });
            assert_eq!(within(3), Ok(()), "{window}: {xml}");
            assert_eq!(within(2), Err(XmlError::TooManyNodes { limit: 2, found: 3 }), "{window}: {xml}");
        }
    }
}

#[test]
fn markup_without_end_meets_a_limit() {
    let limits = Limits { markup_octets: 1000, ..Limits::MESSAGE };
    let xml = |octets: usize| format!("<a><b c='{}'/></a>", "x".repeat(octets));
    assert_eq!(streamed(xml(980).as_bytes(), 64, &limits), Ok(()));
    for xml in [xml(3000), format!("<a><!-- {}", "x".repeat(3000)), format!("<a>&{}", "x".repeat(3000))] {
        let error = streamed(xml.as_bytes(), 64, &limits).unwrap_err();
        assert!(matches!(error, XmlError::MarkupTooLong { limit: 1000, .. }), "{error}");
        assert_eq!(error.code().as_str(), "xml.limit.markup_octets");
    }
}

#[test]
fn identifiers_meet_a_limit() {
    let limits = Limits { identifier_octets: 1000, ..Limits::MESSAGE };
    let xml = |count: usize| {
        let elements: String = (0..count).map(|number| format!("<b ID='i{number:02}'/>")).collect();
        format!("<a>{elements}</a>")
    };
    assert_eq!(streamed(xml(37).as_bytes(), 64, &limits), Ok(()));
    let error = streamed(xml(60).as_bytes(), 64, &limits).unwrap_err();
    assert_eq!(error, XmlError::TooManyIdentifierOctets { limit: 1000, found: 1026 });
    assert_eq!(error.code().as_str(), "xml.limit.identifier_octets");
}
