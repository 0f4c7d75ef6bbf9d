//! A text with values in the places of its placeholders.

use std::fmt;

use super::pieces::{Part, Piece, parts};
use super::placeholder::Placeholder;

/// A text with values in the places of its placeholders. It is plain text: whoever writes it into a page escapes all of
/// it, words and values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filled<'a> {
    text: &'a str,
    values: [Option<&'a str>; Placeholder::ALL.len()],
}

impl<'a> Filled<'a> {
    pub(super) const fn of(text: &'a str) -> Self {
        Self { text, values: [None; Placeholder::ALL.len()] }
    }

    /// The same with this value. A text without the placeholder stays as it is.
    #[must_use]
    pub fn with(mut self, placeholder: Placeholder, value: &'a str) -> Self {
        for (slot, known) in self.values.iter_mut().zip(Placeholder::ALL) {
            if known == placeholder {
                *slot = Some(value);
            }
        }
        self
    }

    fn value(&self, placeholder: Placeholder) -> Option<&'a str> {
        let mut slots = self.values.iter().zip(Placeholder::ALL);
        slots.find(|(_, known)| *known == placeholder).and_then(|(value, _)| *value)
    }

    /// The words and the values in order. A placeholder without a value stays as its name.
    pub fn pieces(&self) -> impl Iterator<Item = Piece<'a>> + use<'a> {
        let filled = *self;
        parts(self.text).map(move |part| match part {
            Part::Words(words) => Piece::Words(words),
            Part::Open(open) => {
                filled.value(open).map_or(Piece::Words(open.name()), |value| Piece::Value(open, value))
            }
            // No text with these is taken.
            Part::Unknown | Part::Brace => Piece::Words(""),
        })
    }
}

impl fmt::Display for Filled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pieces().try_for_each(|piece| match piece {
            Piece::Words(text) | Piece::Value(_, text) => f.write_str(text),
        })
    }
}
