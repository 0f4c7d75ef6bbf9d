//! Floor 2: character data and attribute values as the application sees them. May import `base`.

use memchr::{memchr, memchr_iter};

use super::attributes::RawValue;
use super::references;
use crate::base::take_steps;
use crate::xml::error::{WellFormedness, XmlError};
use crate::xml::span::Span;

/// Appends text with its line endings normalised: CR LF, and CR alone, become LF [XML §2.11].
pub(super) fn append_normalised(text: &str, to: &mut String) {
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\r') {
        to.push_str(line);
        to.push('\n');
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    to.push_str(rest);
}

/// Character data that may still grow: a reference or a CDATA section does not end a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum PendingText {
    /// No text since the last markup.
    #[default]
    None,
    /// One stretch of input that needs no change.
    Borrowed {
        /// First octet.
        start: usize,
        /// Past the last.
        end: usize,
    },
    /// The end of the side buffer, from this offset on.
    Side(usize),
}

impl PendingText {
    /// Whether there is no text since the last markup.
    pub(super) const fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Adds a stretch of input that is already as it must be.
    pub(super) fn push_plain(&mut self, input: &str, start: usize, end: usize, side: &mut String) {
        if start >= end {
            return;
        }
        match *self {
            Self::None => *self = Self::Borrowed { start, end },
            Self::Borrowed { .. } | Self::Side(_) => {
                self.move_aside(input, start, side);
                make_room(side, end.saturating_sub(start), input, start);
                side.push_str(input.get(start..end).unwrap_or_default());
            }
        }
    }

    /// Adds a stretch of input whose line endings need work.
    pub(super) fn push_lines(&mut self, input: &str, start: usize, end: usize, side: &mut String) {
        self.move_aside(input, start, side);
        make_room(side, end.saturating_sub(start), input, start);
        append_normalised(input.get(start..end).unwrap_or_default(), side);
    }

    /// Adds the character of a reference, which begins at `start`.
    pub(super) fn push_char(&mut self, input: &str, c: char, start: usize, side: &mut String) {
        self.move_aside(input, start, side);
        make_room(side, c.len_utf8(), input, start);
        side.push(c);
    }

    /// Ends the text; none if it has no octets.
    pub(super) fn take(&mut self, side: &str) -> Option<Span> {
        match std::mem::take(self) {
            Self::None => None,
            Self::Borrowed { start, end } => Some(Span::of_input(start, end)),
            Self::Side(start) => Some(Span::of_side(start, side.len())).filter(|span| !span.is_empty()),
        }
    }

    /// Moves what there is to the end of the side buffer; the input is read as far as `at`.
    fn move_aside(&mut self, input: &str, at: usize, side: &mut String) {
        if matches!(self, Self::Side(_)) {
            return;
        }
        let begin = side.len();
        if let Self::Borrowed { start, end } = *self {
            let moved = input.get(start..end).unwrap_or_default();
            make_room(side, moved.len(), input, start.min(at));
            side.push_str(moved);
        }
        *self = Self::Side(begin);
    }
}

/// Up to so many octets the side buffer is left to itself.
const SHORT: usize = 16 * 1024;

/// Makes room in the side buffer for `more` octets of what stands at `at` in the input.
///
/// A buffer left to itself doubles, and has both its old and its new place while it moves: three times what it holds.
/// One that is no longer short gets at once what all the rest of the input may need.
#[inline]
pub(super) fn make_room(side: &mut String, more: usize, input: &str, at: usize) {
    if more > side.capacity() - side.len() && side.len().saturating_add(more) > SHORT {
        reserve_for_rest(side, input, at);
    }
}

#[cold]
fn reserve_for_rest(side: &mut String, input: &str, at: usize) {
    let rest = input.get(at..).unwrap_or_default();
    take_steps(rest.len());
    // In a CDATA section a reference is text, and more than was thought: then this is one of several steps.
    side.reserve_exact(most_resolved(rest).max(side.len() / 4));
}

/// How many octets a stretch of input has at most once its references are resolved.
fn most_resolved(value: &str) -> usize {
    let octets = value.as_bytes();
    let shorter = |start: usize| {
        // A numeric reference stands for up to four octets, a named one for one. No well-formed reference is shorter
        // than its character.
        let resolved = if octets.get(start + 1) == Some(&b'#') { 4 } else { 1 };
        let written =
            octets.iter().skip(start).take(16).position(|octet| *octet == b';').map_or(0, |end| end + 1);
        written.saturating_sub(resolved)
    };
    value.len().saturating_sub(memchr_iter(b'&', value.as_bytes()).map(shorter).sum())
}

/// An attribute value, normalised: references resolved, white space made spaces [XML §3.3.3].
///
/// A value that needs nothing stays in the input.
pub(super) fn attribute_value(input: &str, raw: RawValue, side: &mut String) -> Result<Span, XmlError> {
    let RawValue { start, end, plain } = raw;
    if plain {
        return Ok(Span::of_input(start, end));
    }
    let value = input.get(start..end).unwrap_or_default();
    if let Some(index) = memchr(b'<', value.as_bytes()) {
        let offset = start + index;
        return Err(XmlError::NotWellFormed { rule: WellFormedness::AttributeValue, offset });
    }
    if !value.bytes().any(|octet| octet < 0x20 || octet == b'&') {
        return Ok(Span::of_input(start, end));
    }
    let begin = side.len();
    if value.len() > side.capacity() - side.len() {
        make_room(side, most_resolved(value), input, start);
    }
    let mut rest = value;
    while let Some(index) = rest.bytes().position(|octet| octet < 0x20 || octet == b'&') {
        let (plain, tail) = rest.split_at_checked(index).unwrap_or((rest, ""));
        side.push_str(plain);
        if let Some(reference) = tail.strip_prefix('&') {
            let offset = end - tail.len();
            let (body, after) = reference
                .split_once(';')
                .ok_or(XmlError::NotWellFormed { rule: WellFormedness::Reference, offset })?;
            side.push(references::resolve(body, offset)?);
            rest = after;
        } else {
            side.push(' ');
            rest = tail.strip_prefix("\r\n").or_else(|| tail.get(1..)).unwrap_or_default();
        }
    }
    side.push_str(rest);
    Ok(Span::of_side(begin, side.len()))
}
