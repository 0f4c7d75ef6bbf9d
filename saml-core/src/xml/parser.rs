//! Floor 2: octets to arena. May import `base`.
//!
//! `quick-xml` finds the ends of tags, comments and the rest; every rule about what stands between them is checked
//! here. Its first error is final: it can resume after some, we never do.

mod attributes;
mod builder;
mod characters;
mod declaration;
mod lanes;
mod name;
mod namespaces;
mod references;
mod text;

use quick_xml::Reader;
use quick_xml::errors::{Error as TokenError, IllFormedError, SyntaxError};
use quick_xml::events::Event;

use super::document::Document;
use super::error::{WellFormedness, XmlError};
use super::qualified_name::NamespaceBinding;
use super::span::MAX_OCTETS;
use crate::base::Limits;
use builder::{Builder, Tag};

/// The octets of U+FEFF, allowed once at the very beginning.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Parses a document, or a decrypted element with the bindings around it.
pub(super) fn parse(
    octets: Vec<u8>,
    context: &[NamespaceBinding],
    limits: &Limits,
) -> Result<Document, XmlError> {
    let limit = limits.octets.min(MAX_OCTETS);
    if octets.len() > limit {
        return Err(XmlError::TooManyOctets { limit, found: octets.len() });
    }
    let input = decode(octets)?;
    let mut builder = Builder::new(&input, context, limits)?;
    tokenize(&input, &mut builder)?;
    let parts = builder.finish()?;
    Ok(parts.into_document(input))
}

/// UTF-8 without a byte order mark; a second mark would be content before the root.
fn decode(mut octets: Vec<u8>) -> Result<String, XmlError> {
    if octets.starts_with(BYTE_ORDER_MARK) {
        octets.drain(..BYTE_ORDER_MARK.len());
        if octets.starts_with(BYTE_ORDER_MARK) {
            return Err(XmlError::NotWellFormed { rule: WellFormedness::OutsideRoot, offset: 0 });
        }
    }
    String::from_utf8(octets).map_err(|error| XmlError::NotUtf8 { offset: error.utf8_error().valid_up_to() })
}

/// Feeds every token to the builder, by its offsets: the builder reads the input itself. The tokenizer has seen the
/// delimiters that are left out here.
fn tokenize(input: &str, builder: &mut Builder<'_>) -> Result<(), XmlError> {
    let mut reader = Reader::from_str(input);
    reader.config_mut().check_comments = true;
    let mut start = 0_usize;
    loop {
        // Matched where it lies: moving every event would cost as much as some of them do.
        let event = reader.read_event();
        let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match &event {
            // `<name …>`, `<name …/>`, `</name>`: less the delimiters.
            Ok(Event::Start(_)) => builder.start_tag(Tag { start: start + 1, end: end - 1 })?,
            Ok(Event::Empty(_)) => builder.empty_tag(Tag { start: start + 1, end: end - 2 })?,
            Ok(Event::End(_)) => builder.end_tag()?,
            Ok(Event::Text(_)) => builder.text(start, end)?,
            Ok(Event::GeneralRef(_)) => builder.reference(start + 1, end - 1)?,
            Ok(Event::CData(_)) => builder.cdata(start + 9, end - 3)?,
            Ok(Event::Comment(_)) => builder.comment(start + 4, end - 3)?,
            Ok(Event::PI(_)) => builder.instruction(start + 2, end - 2)?,
            Ok(Event::Decl(_)) => builder.declaration(start, end)?,
            Ok(Event::DocType(_)) => return Err(XmlError::DocType { offset: start }),
            Ok(Event::Eof) => return Ok(()),
            Err(error) => return Err(refused_token(error, input, start)),
        }
        start = end;
    }
}

/// Our name for what the tokenizer refused.
fn refused_token(error: &TokenError, input: &str, offset: usize) -> XmlError {
    let rest = input.as_bytes().get(offset..).unwrap_or_default();
    if rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!DOCTYPE")) {
        return XmlError::DocType { offset };
    }
    let rule = match error {
        TokenError::IllFormed(IllFormedError::DoubleHyphenInComment)
        | TokenError::Syntax(SyntaxError::UnclosedComment) => WellFormedness::Comment,
        TokenError::IllFormed(IllFormedError::UnclosedReference) => WellFormedness::Reference,
        TokenError::IllFormed(
            IllFormedError::MissingEndTag(_)
            | IllFormedError::UnmatchedEndTag(_)
            | IllFormedError::MismatchedEndTag { .. },
        )
        | TokenError::Syntax(
            SyntaxError::UnclosedTag
            | SyntaxError::UnclosedSingleQuotedAttributeValue
            | SyntaxError::UnclosedDoubleQuotedAttributeValue,
        ) => WellFormedness::Tag,
        TokenError::Syntax(SyntaxError::UnclosedCData) => WellFormedness::CDataSection,
        TokenError::Syntax(SyntaxError::UnclosedPI) => WellFormedness::ProcessingInstruction,
        TokenError::Syntax(SyntaxError::UnclosedXmlDecl)
        | TokenError::IllFormed(IllFormedError::MissingDeclVersion(_) | IllFormedError::UnknownVersion) => {
            WellFormedness::XmlDeclaration
        }
        TokenError::Syntax(SyntaxError::InvalidBangMarkup | SyntaxError::UnclosedDoctype)
        | TokenError::IllFormed(IllFormedError::MissingDoctypeName)
        | TokenError::Io(_)
        | TokenError::InvalidAttr(_)
        | TokenError::Encoding(_)
        | TokenError::Escape(_)
        | TokenError::Namespace(_) => WellFormedness::Markup,
    };
    XmlError::NotWellFormed { rule, offset }
}
