//! Floor 3: the two escaping tables of canonical XML. Imports nothing of this crate.

use std::convert::Infallible;

/// How many octets are handled one by one when something among them needs an escape.
const PIECE: usize = 128;

/// Where a string stands, and so which of its octets canonical XML escapes [C14N §2.3].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A text node: `&`, `<`, `>` and CR.
    Text,
    /// A value in double quotes, of an attribute or a namespace declaration: `&`, `<`, `"`, TAB, LF and CR.
    AttributeValue,
}

impl Place {
    /// Hands over a text in escaped form, in the longest runs that there are.
    #[inline]
    pub(super) fn escape<E>(self, text: &[u8], write: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        match self {
            Self::Text => runs(text, is_special_in_text, in_text, write),
            Self::AttributeValue => runs(text, is_special_in_value, in_value, write),
        }
    }

    /// Appends `text` in escaped form.
    pub(super) fn escape_into(self, text: &str, octets: &mut Vec<u8>) {
        let Ok(()) = self.escape(text.as_bytes(), |run| {
            octets.extend_from_slice(run);
            Ok::<(), Infallible>(())
        });
    }
}

/// Splits `octets` at the special ones, hands over what lies between and the reference for each.
#[inline]
fn runs<E>(
    octets: &[u8],
    is_special: impl Fn(u8) -> bool,
    reference: impl Fn(u8) -> &'static [u8],
    mut write: impl FnMut(&[u8]) -> Result<(), E>,
) -> Result<(), E> {
    let mut written = 0;
    let mut at = 0;
    for piece in octets.chunks(PIECE) {
        if contains(piece, &is_special) {
            for (offset, &octet) in piece.iter().enumerate().filter(|&(_, &octet)| is_special(octet)) {
                let run = octets.get(written..at + offset).unwrap_or_default();
                if !run.is_empty() {
                    write(run)?;
                }
                write(reference(octet))?;
                written = at + offset + 1;
            }
        }
        at += piece.len();
    }
    match octets.get(written..) {
        Some(run) if !run.is_empty() => write(run),
        Some(_) | None => Ok(()),
    }
}

/// Whether there is anything special. Most strings need no escape, so that this search takes most of the time.
#[inline]
fn contains(octets: &[u8], is_special: impl Fn(u8) -> bool) -> bool {
    // The last lane overlaps the one before: the same octets twice cost less than a remainder one by one.
    if let Some(last) = octets.last_chunk::<16>() {
        let (lanes, _) = octets.as_chunks::<16>();
        lanes.iter().any(|lane| any(lane, &is_special)) || any(last, &is_special)
    } else if let (Some(first), Some(last)) = (octets.first_chunk::<8>(), octets.last_chunk::<8>()) {
        any(first, &is_special) || any(last, &is_special)
    } else {
        octets.iter().any(|&octet| is_special(octet))
    }
}

/// Without an early exit, and with a length that is known, this compiles to vector comparisons.
#[inline]
fn any<const N: usize>(octets: &[u8; N], is_special: impl Fn(u8) -> bool) -> bool {
    octets.iter().fold(false, |found, &octet| found | is_special(octet))
}

const fn is_special_in_text(octet: u8) -> bool {
    (octet == b'&') | (octet == b'<') | (octet == b'>') | (octet == b'\r')
}

const fn is_special_in_value(octet: u8) -> bool {
    (octet == b'&')
        | (octet == b'<')
        | (octet == b'"')
        | (octet == b'\t')
        | (octet == b'\n')
        | (octet == b'\r')
}

const fn in_text(special: u8) -> &'static [u8] {
    match special {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'>' => b"&gt;",
        _ => b"&#xD;",
    }
}

const fn in_value(special: u8) -> &'static [u8] {
    match special {
        b'&' => b"&amp;",
        b'<' => b"&lt;",
        b'"' => b"&quot;",
        b'\t' => b"&#x9;",
        b'\n' => b"&#xA;",
        _ => b"&#xD;",
    }
}
