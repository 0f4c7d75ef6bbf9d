//! Floor 2: where one piece of markup ends and the next begins. May import `base`.

use memchr::{memchr, memchr_iter, memchr2};
use quick_xml::parser::{CommentParser, ElementParser, Parser, PiParser};

use super::builder::{Builder, Target};
use super::lanes::{before, ends_of_text, lane_at};
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::white_space::is_space;

/// How much of a document the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// It ends where the document ends.
    ToTheEnd,
    /// More may follow.
    Beginning,
}

/// Feeds every token to the builder by its offsets: the builder reads the input itself. The answer is where the first
/// token begins that is not complete, which is an error if the document ends there.
///
/// The parsers of `quick-xml` that find ends are used directly. Its `Reader` would decode every token, build an event
/// of it and remember every name once more, which takes as long as all that is done here. The end of a start tag is
/// searched for only if it may not have come yet. Otherwise reading the attributes finds it.
pub(super) fn tokenize<T: Target>(
    input: &str,
    extent: Extent,
    builder: &mut Builder<'_, T>,
) -> Result<usize, XmlError> {
    let octets = input.as_bytes();
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        let past = match octet {
            b'<' => markup(octets, at, extent, builder)?,
            b'&' => match find(octets, at, |rest| memchr(b';', rest)) {
                Some(end) => {
                    builder.reference(at + 1, end)?;
                    Some(end + 1)
                }
                None => None,
            },
            _ => match text_end(octets, at) {
                Some(end) => {
                    let is_whole = matches!(octets.get(end..), Some([b'<', next, ..]) if *next != b'!');
                    builder.text(at, end, is_whole)?;
                    Some(end)
                }
                None => {
                    let end = if extent == Extent::ToTheEnd { octets.len() } else { settled(octets, at) };
                    builder.text(at, end, false)?;
                    return Ok(end);
                }
            },
        };
        match past {
            Some(past) => at = past,
            None if extent == Extent::Beginning => return Ok(at),
            None => return Err(broken(kind(octets, at), at)),
        }
    }
    Ok(at)
}

/// Lanes that are looked at before a text is taken for a long one.
const LANES_OF_SHORT_TEXT: usize = 4;

/// The `<` or `&` that ends the character data from `start` on.
#[inline(always)]
fn text_end(octets: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    for _ in 0..LANES_OF_SHORT_TEXT {
        let Some(lane) = lane_at(octets, at) else { break };
        let ends = ends_of_text(lane);
        at += before(ends);
        if ends != 0 {
            return Some(at);
        }
    }
    find(octets, at, |rest| memchr2(b'<', b'&', rest))
}

/// Reads the markup whose `<` is at `start`, and returns the offset past it, or `None` if its end is missing.
#[inline(always)]
fn markup<T: Target>(
    octets: &[u8],
    start: usize,
    extent: Extent,
    builder: &mut Builder<'_, T>,
) -> Result<Option<usize>, XmlError> {
    match octets.get(start + 1) {
        Some(b'/') => match builder.end_tag(start) {
            Ok(past) => Ok(Some(past)),
            // It may be the wrong one, or only its beginning. The text before it may also be one node too many.
            Err(XmlError::NotWellFormed { .. })
                if extent == Extent::Beginning && !octets_from(octets, start).contains(&b'>') =>
            {
                Ok(None)
            }
            Err(error) => Err(error),
        },
        Some(b'?') => instruction(octets, start, builder),
        Some(b'!') => declaration_like(octets, start, extent, builder),
        Some(_) if extent == Extent::Beginning && tag_end(octets, start).is_none() => Ok(None),
        Some(_) => builder.start_tag(start).map(Some),
        None => Ok(None),
    }
}

/// The `>` of the tag that begins at `start`.
fn tag_end(octets: &[u8], start: usize) -> Option<usize> {
    find(octets, start, |rest| ElementParser::Outside.feed(rest))
}

/// `<?…?>`: the XML declaration, or a processing instruction.
fn instruction<T: Target>(
    octets: &[u8],
    start: usize,
    builder: &mut Builder<'_, T>,
) -> Result<Option<usize>, XmlError> {
    let body = start + 2;
    let Some(end) = find(octets, body, |rest| PiParser(false).feed(rest)) else { return Ok(None) };
    // The `?` before the `>` is not that of `<?`, which the parser has not seen.
    let content = octets.get(body..end - 1).unwrap_or_default();
    let is_declaration =
        content.strip_prefix(b"xml").is_some_and(|rest| rest.first().is_none_or(|octet| is_space(*octet)));
    if is_declaration {
        builder.declaration(start, end + 1)?;
    } else {
        builder.instruction(body, end - 1)?;
    }
    Ok(Some(end + 1))
}

/// How a comment begins.
const COMMENT: &[u8] = b"<!--";
/// How a CDATA section begins.
const SECTION: &[u8] = b"<![CDATA[";
/// The beginning of a DOCTYPE, which is never read.
const DOCTYPE: &[u8] = b"<!DOCTYPE";

/// `<!…>`: a comment, a CDATA section, or markup that we refuse.
fn declaration_like<T: Target>(
    octets: &[u8],
    start: usize,
    extent: Extent,
    builder: &mut Builder<'_, T>,
) -> Result<Option<usize>, XmlError> {
    let rest = octets_from(octets, start);
    if rest.starts_with(COMMENT) {
        let body = start + COMMENT.len();
        let Some(past) = find(octets, body, |rest| CommentParser::default().feed(rest)) else {
            return Ok(None);
        };
        builder.comment(body, past - 3)?;
        return Ok(Some(past));
    }
    if rest.starts_with(SECTION) {
        let body = start + SECTION.len();
        let Some(end) = find(octets, body, section_end) else { return Ok(None) };
        builder.cdata(body, end)?;
        return Ok(Some(end + 3));
    }
    if rest.get(..DOCTYPE.len()).is_some_and(|head| head.eq_ignore_ascii_case(DOCTYPE)) {
        return Err(XmlError::DocType { offset: start });
    }
    if extent == Extent::Beginning && rest.len() < DOCTYPE.len() {
        return Ok(None);
    }
    Err(broken(WellFormedness::Markup, start))
}

/// The rule that the token at `start` breaks, which has no end.
#[cold]
fn kind(octets: &[u8], start: usize) -> WellFormedness {
    let rest = octets_from(octets, start);
    if rest.starts_with(b"&") {
        WellFormedness::Reference
    } else if rest.starts_with(b"<?") {
        WellFormedness::ProcessingInstruction
    } else if rest.starts_with(COMMENT) {
        WellFormedness::Comment
    } else if rest.starts_with(SECTION) {
        WellFormedness::CDataSection
    } else {
        WellFormedness::Tag
    }
}

/// Up to where character data that has no end yet can be told: a carriage return may be half a line ending, and right
/// brackets may begin `]]>`.
fn settled(octets: &[u8], start: usize) -> usize {
    let text = octets_from(octets, start);
    let held = match text {
        [.., b'\r'] => 1,
        [.., b']', b']'] => 2,
        [.., b']'] => 1,
        _ => 0,
    };
    octets.len().saturating_sub(held)
}

fn octets_from(octets: &[u8], start: usize) -> &[u8] {
    octets.get(start..).unwrap_or_default()
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
