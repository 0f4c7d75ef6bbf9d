//! Floor 2: the identifiers of a document. May import `base`.

use super::error::{XmlError, excerpt};
use super::span::Span;

/// Every identifier of a document with the element that bears it, sorted once the document is complete.
#[derive(Debug, Default)]
pub(super) struct Ids(Vec<Id>);

#[derive(Clone, Copy, Debug)]
struct Id {
    /// A prefix of the identifier, which decides most comparisons.
    key: u64,
    value: Span,
    element: u32,
}

/// The last octets of an identifier as a number: those of a document often begin alike.
fn key(id: &str) -> u64 {
    let octets = id.as_bytes();
    match octets.last_chunk::<8>() {
        Some(last) => u64::from_le_bytes(*last),
        None => octets.iter().fold(0, |key, octet| key << 8 | u64::from(*octet)),
    }
}

impl Ids {
    /// Notes one identifier, which lies in `value`.
    pub(super) fn push(&mut self, id: &str, value: Span, element: u32) {
        self.0.push(Id { key: key(id), value, element });
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// Sorts them, and refuses two that are equal: a `Reference` must mean one element only.
    pub(super) fn seal(&mut self, input: &str, side: &str) -> Result<(), XmlError> {
        let text = |id: &Id| id.value.of(input, side);
        self.0.sort_unstable_by(|a, b| a.key.cmp(&b.key).then_with(|| text(a).cmp(text(b))));
        for pair in self.0.windows(2) {
            if let [first, second] = pair
                && first.key == second.key
                && text(first) == text(second)
            {
                return Err(XmlError::DuplicateId { id: excerpt(text(second)) });
            }
        }
        Ok(())
    }

    /// All of them, in an order of their own.
    pub(super) fn iter<'a>(&'a self, input: &'a str, side: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().map(move |id| id.value.of(input, side))
    }

    /// The element that bears `id`.
    pub(super) fn find(&self, id: &str, input: &str, side: &str) -> Option<u32> {
        let wanted = key(id);
        let order = |known: &Id| known.key.cmp(&wanted).then_with(|| known.value.of(input, side).cmp(id));
        let index = self.0.binary_search_by(order).ok()?;
        self.0.get(index).map(|known| known.element)
    }
}
