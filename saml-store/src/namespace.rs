//! The uses of one store, kept apart.

use std::fmt;

/// One use of a store: replay marks, sessions …
///
/// The same key in two namespaces names two entries. Each role declares its namespaces as constants, so the set is
/// small and known when the program is built; it is never made from a message.
///
/// A durable engine writes the text beside the key. If the text changes, everything stored under it is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(&'static str);

impl Namespace {
    /// Names a use, by convention `role.noun` in lower case: `sp.used-assertion`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name as text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
