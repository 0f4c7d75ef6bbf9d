//! Floor 2: where an element stands among the octets of its document. Imports nothing of this crate.

use memchr::memchr;
use quick_xml::parser::{CommentParser, ElementParser, Parser, PiParser};

use super::element::Element;

/// Where an element stands, as offsets into [`Document::octets`](super::Document::octets).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// At its start tag.
    pub start: usize,
    /// Past its name in the start tag: where an attribute could be put in.
    pub name_end: usize,
    /// Past its start tag.
    pub content: usize,
    /// Past its end tag; the same as `content` for an element that is written as one tag.
    pub end: usize,
}

impl Element<'_> {
    /// Where it stands among the octets of its document.
    ///
    /// Costs a pass over the document: places are looked up for putting something in by hand, such as a signature
    /// into a document that somebody else wrote. `None` is a document that was decrypted out of another one and has
    /// lost its octets, which does not happen.
    #[must_use]
    pub fn place(self) -> Option<Place> {
        let document = self.document();
        let mut ordinal = 0_usize;
        let mut open = vec![document.root()];
        loop {
            let next = open.pop()?;
            if next == self {
                return find(document.octets(), ordinal, Sought::Element);
            }
            ordinal += 1;
            let children: Vec<Self> = next.child_elements().collect();
            open.extend(children.into_iter().rev());
        }
    }
}

/// Where the root's start tag stands in the beginning of a document; `None` if it has not come to its end. In a document
/// that is not well-formed the answer means nothing.
pub(crate) fn root_start_tag(beginning: &[u8]) -> Option<Place> {
    find(beginning, 0, Sought::StartTag)
}

/// How much of an element is looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sought {
    StartTag,
    Element,
}

/// The element whose start tag comes after `ordinal` others. The document is known to be well-formed.
fn find(octets: &[u8], ordinal: usize, sought: Sought) -> Option<Place> {
    let mut at = 0;
    let mut tags = 0;
    let mut depth = 0_usize;
    let mut found: Option<(Place, usize)> = None;
    loop {
        at += memchr(b'<', octets.get(at..)?)?;
        let rest = octets.get(at..)?;
        if rest.starts_with(b"<!--") {
            at += 4 + CommentParser::default().feed(rest.get(4..)?)?;
        } else if rest.starts_with(b"<![CDATA[") {
            at += memchr::memmem::find(rest, b"]]>")? + 3;
        } else if rest.starts_with(b"<?") {
            at += 2 + PiParser(false).feed(rest.get(2..)?)? + 1;
        } else if rest.starts_with(b"</") {
            at += memchr(b'>', rest)? + 1;
            depth = depth.checked_sub(1)?;
            if let Some((place, at_depth)) = found
                && at_depth == depth
            {
                return Some(Place { end: at, ..place });
            }
        } else {
            let close = ElementParser::Outside.feed(rest)?;
            let end = at + close + 1;
            let is_empty = rest.get(close.checked_sub(1)?) == Some(&b'/');
            if tags == ordinal {
                let name =
                    rest.iter().position(|o| matches!(o, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>'))?;
                let place = Place { start: at, name_end: at + name, content: end, end };
                if is_empty || sought == Sought::StartTag {
                    return Some(place);
                }
                found = Some((place, depth));
            }
            tags += 1;
            depth += usize::from(!is_empty);
            at = end;
        }
    }
}
