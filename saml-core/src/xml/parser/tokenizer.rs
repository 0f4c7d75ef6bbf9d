//! Floor 2: where one piece of markup ends and the next begins. May import `base`.

use memchr::{memchr, memchr_iter, memchr2};
use quick_xml::parser::{CommentParser, ElementParser, Parser, PiParser};

use super::builder::{Builder, Tag};
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::markup::is_space;

/// Feeds every token to the builder by its offsets: the builder reads the input itself.
///
/// The parsers of `quick-xml` that find ends are used directly. Its `Reader` would decode every token, build an event
/// of it and remember every name once more, which takes as long as all that is done here.
pub(super) fn tokenize(input: &str, builder: &mut Builder<'_>) -> Result<(), XmlError> {
    let octets = input.as_bytes();
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        at = match octet {
            b'<' => markup(octets, at, builder)?,
            b'&' => {
                let end = find(octets, at, |rest| memchr(b';', rest))
                    .ok_or_else(|| broken(WellFormedness::Reference, at))?;
                builder.reference(at + 1, end)?;
                end + 1
            }
            _ => {
                let end = find(octets, at, |rest| memchr2(b'<', b'&', rest)).unwrap_or(octets.len());
                builder.text(at, end)?;
                end
            }
        };
    }
    Ok(())
}

/// Reads the markup whose `<` is at `start`; the answer is the offset past it.
fn markup(octets: &[u8], start: usize, builder: &mut Builder<'_>) -> Result<usize, XmlError> {
    match octets.get(start + 1) {
        Some(b'/') => builder.end_tag(start),
        Some(b'?') => instruction(octets, start, builder),
        Some(b'!') => declaration_like(octets, start, builder),
        _ => {
            let end = find(octets, start, |rest| ElementParser::Outside.feed(rest))
                .ok_or_else(|| broken(WellFormedness::Tag, start))?;
            // The `<` is not a slash, so that there is a place for one before the `>`.
            if octets.get(end - 1) == Some(&b'/') {
                builder.empty_tag(Tag { start: start + 1, end: end - 1 })?;
            } else {
                builder.start_tag(Tag { start: start + 1, end })?;
            }
            Ok(end + 1)
        }
    }
}

/// `<?…?>`: the XML declaration, or a processing instruction.
fn instruction(octets: &[u8], start: usize, builder: &mut Builder<'_>) -> Result<usize, XmlError> {
    let body = start + 2;
    let end = find(octets, body, |rest| PiParser(false).feed(rest))
        .ok_or_else(|| broken(WellFormedness::ProcessingInstruction, start))?;
    // The `?` before the `>` is not that of `<?`, which the parser has not seen.
    let content = octets.get(body..end - 1).unwrap_or_default();
    let is_declaration =
        content.strip_prefix(b"xml").is_some_and(|rest| rest.first().is_none_or(|octet| is_space(*octet)));
    if is_declaration {
        builder.declaration(start, end + 1)?;
    } else {
        builder.instruction(body, end - 1)?;
    }
    Ok(end + 1)
}

/// `<!…>`: a comment, a CDATA section, or what we don't read.
fn declaration_like(octets: &[u8], start: usize, builder: &mut Builder<'_>) -> Result<usize, XmlError> {
    let rest = octets.get(start..).unwrap_or_default();
    if rest.starts_with(b"<!--") {
        let body = start + 4;
        let past = find(octets, body, |rest| CommentParser::default().feed(rest))
            .ok_or_else(|| broken(WellFormedness::Comment, start))?;
        builder.comment(body, past - 3)?;
        return Ok(past);
    }
    if rest.starts_with(b"<![CDATA[") {
        let body = start + 9;
        let end =
            find(octets, body, section_end).ok_or_else(|| broken(WellFormedness::CDataSection, start))?;
        builder.cdata(body, end)?;
        return Ok(end + 3);
    }
    if rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case(b"<!DOCTYPE")) {
        return Err(XmlError::DocType { offset: start });
    }
    Err(broken(WellFormedness::Markup, start))
}

/// Where the first `]]>` begins.
pub(super) fn section_end(octets: &[u8]) -> Option<usize> {
    memchr_iter(b'>', octets).find_map(|index| octets.get(..index)?.strip_suffix(b"]]").map(<[u8]>::len))
}

/// Looks in the rest of the input; the answer counts from its beginning.
fn find(octets: &[u8], from: usize, look: impl FnOnce(&[u8]) -> Option<usize>) -> Option<usize> {
    octets.get(from..).and_then(look).map(|index| from + index)
}

const fn broken(rule: WellFormedness, offset: usize) -> XmlError {
    XmlError::NotWellFormed { rule, offset }
}
