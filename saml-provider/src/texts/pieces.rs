//! A text, cut at its placeholders.

use super::placeholder::Placeholder;

/// A piece of a filled text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What the text says itself.
    Words(&'a str),
    /// What stands in the place of a placeholder.
    Value(Placeholder, &'a str),
}

/// A part of a text as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Words, or one brace that was written twice.
    Words(&'a str),
    /// A placeholder.
    Open(Placeholder),
    /// Braces around another name.
    Unknown,
    /// A brace that stands alone.
    Brace,
}

/// The parts of a text, in order.
pub(super) fn parts(text: &str) -> Parts<'_> {
    Parts { rest: text }
}

/// Walks through a text.
#[derive(Clone, Debug)]
pub(super) struct Parts<'a> {
    rest: &'a str,
}

impl<'a> Parts<'a> {
    /// What follows an opening brace.
    fn opened(&mut self, after: &'a str) -> Part<'a> {
        match after.split_once('}') {
            Some((name, rest)) if !name.contains('{') => {
                self.rest = rest;
                Placeholder::named(name).map_or(Part::Unknown, Part::Open)
            }
            Some(_) | None => {
                self.rest = after;
                Part::Brace
            }
        }
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        for (twice, once) in [("{{", "{"), ("}}", "}")] {
            if let Some(rest) = self.rest.strip_prefix(twice) {
                self.rest = rest;
                return Some(Part::Words(once));
            }
        }
        if let Some(after) = self.rest.strip_prefix('{') {
            return Some(self.opened(after));
        }
        if let Some(after) = self.rest.strip_prefix('}') {
            self.rest = after;
            return Some(Part::Brace);
        }
        let end = self.rest.find(['{', '}']).unwrap_or(self.rest.len());
        let (words, rest) = self.rest.split_at_checked(end)?;
        self.rest = rest;
        (!words.is_empty()).then_some(Part::Words(words))
    }
}
