//! Floor 1: what the schemas call `maxOccurs="unbounded"` with at least one.

use std::iter::{Chain, Once, once};
use std::{slice, vec};

/// One or more values, in document order.
///
/// The first value is always there, so that reading it can't fail and an empty list can't pass for a satisfied rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonEmpty<T> {
    first: T,
    rest: Vec<T>,
}

impl<T> NonEmpty<T> {
    /// One value.
    #[must_use]
    pub const fn new(first: T) -> Self {
        Self { first, rest: Vec::new() }
    }

    /// One value and those after it.
    #[must_use]
    pub const fn from_parts(first: T, rest: Vec<T>) -> Self {
        Self { first, rest }
    }

    /// All of `values`, or `None` if there are none.
    #[must_use]
    pub fn from_vec(values: Vec<T>) -> Option<Self> {
        let mut values = values.into_iter();
        Some(Self { first: values.next()?, rest: values.collect() })
    }

    /// Appends a value.
    pub fn push(&mut self, value: T) {
        self.rest.push(value);
    }

    /// The first value.
    #[must_use]
    pub const fn first(&self) -> &T {
        &self.first
    }

    /// The values after the first.
    #[must_use]
    pub fn rest(&self) -> &[T] {
        &self.rest
    }

    /// How many values there are; never 0, which is why there is no `is_empty`.
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    #[must_use]
    pub const fn len(&self) -> usize {
        self.rest.len().saturating_add(1)
    }

    /// The values in order.
    pub fn iter(&self) -> Chain<Once<&T>, slice::Iter<'_, T>> {
        once(&self.first).chain(self.rest.iter())
    }

    /// The values in order, as a list.
    #[must_use]
    pub fn into_vec(self) -> Vec<T> {
        self.into_iter().collect()
    }
}

impl<T> From<T> for NonEmpty<T> {
    fn from(first: T) -> Self {
        Self::new(first)
    }
}

impl<'a, T> IntoIterator for &'a NonEmpty<T> {
    type Item = &'a T;
    type IntoIter = Chain<Once<&'a T>, slice::Iter<'a, T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T> IntoIterator for NonEmpty<T> {
    type Item = T;
    type IntoIter = Chain<Once<T>, vec::IntoIter<T>>;

    fn into_iter(self) -> Self::IntoIter {
        once(self.first).chain(self.rest)
    }
}
