//! Floor 2: the identifiers of a document. May import `base`.

use super::error::{XmlError, excerpt};
use super::span::Span;

/// Every identifier of a document with the element that bears it, sorted once the document is complete.
#[derive(Debug, Default)]
pub(super) struct Ids(Vec<(Span, u32)>);

impl Ids {
    /// Notes one identifier.
    pub(super) fn push(&mut self, value: Span, element: u32) {
        self.0.push((value, element));
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Sorts them, and refuses two that are equal: a `Reference` must mean one element only.
    pub(super) fn seal(&mut self, input: &str, side: &str) -> Result<(), XmlError> {
        self.0.sort_unstable_by(|a, b| a.0.of(input, side).cmp(b.0.of(input, side)));
        for pair in self.0.windows(2) {
            if let [(first, _), (second, _)] = pair {
                let id = second.of(input, side);
                if first.of(input, side) == id {
                    return Err(XmlError::DuplicateId { id: excerpt(id) });
                }
            }
        }
        Ok(())
    }

    /// All of them, sorted.
    pub(super) fn iter<'a>(&'a self, input: &'a str, side: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(move |(value, _)| value.of(input, side))
    }

    /// The element that bears `id`.
    pub(super) fn find(&self, id: &str, input: &str, side: &str) -> Option<u32> {
        let index = self.0.binary_search_by(|(value, _)| value.of(input, side).cmp(id)).ok()?;
        self.0.get(index).map(|(_, element)| *element)
    }
}
