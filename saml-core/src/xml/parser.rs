//! Floor 2: octets to arena. May import `base`.
//!
//! `quick-xml` finds the ends of tags, comments and the rest; every rule about what stands between them is checked
//! here. Its first error is final: it can resume after some, we never do.

mod attributes;
mod builder;
mod characters;
mod declaration;
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
use builder::Builder;

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

/// Feeds every token to the builder, by its offsets: the builder reads the input itself.
fn tokenize(input: &str, builder: &mut Builder<'_>) -> Result<(), XmlError> {
    let mut reader = Reader::from_str(input);
    reader.config_mut().check_comments = true;
    let mut start = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| refused_token(&error, input, start))?;
        let end = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        match event {
            // `<name …>`, `<name …/>`, `</name>`: less the delimiters.
            Event::Start(_) => builder.start_tag(start.saturating_add(1), end.saturating_sub(1))?,
            Event::Empty(_) => builder.empty_tag(start.saturating_add(1), end.saturating_sub(2))?,
            Event::End(_) => builder.end_tag()?,
            Event::Text(_) => builder.text(start, end)?,
            Event::GeneralRef(_) => builder.reference(start.saturating_add(1), end.saturating_sub(1))?,
            Event::CData(_) => builder.cdata(start.saturating_add(9), end.saturating_sub(3))?,
            Event::Comment(_) => builder.comment(start.saturating_add(4), end.saturating_sub(3))?,
            Event::PI(_) => builder.instruction(start.saturating_add(2), end.saturating_sub(2))?,
            Event::Decl(_) => builder.declaration(start, end)?,
            Event::DocType(_) => return Err(XmlError::DocType { offset: start }),
            Event::Eof => return Ok(()),
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
