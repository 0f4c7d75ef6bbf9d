//! Floor 3: the prefixes that exclusive canonicalisation treats inclusively. May import `base`.

use std::fmt;

use super::error::C14nError;
use crate::base::is_nc_name;

/// The `PrefixList` of an `InclusiveNamespaces` element [EXC-C14N §4]: prefixes whose bindings are rendered wherever
/// they are in scope, used or not. The other methods ignore it.
///
/// Bounded, sorted and free of duplicates; a prefix that no element declares is harmless.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PrefixList {
    /// Sorted; the default namespace is the empty prefix.
    prefixes: Vec<Box<str>>,
}

impl PrefixList {
    /// The empty list, which a missing `InclusiveNamespaces` stands for.
    pub const EMPTY: &'static Self = &Self { prefixes: Vec::new() };

    /// The most tokens of one list. The longest seen in the wild has nine.
    pub const MAX_PREFIXES: usize = C14nError::MAX_PREFIXES;

    /// How the list writes the default namespace.
    const DEFAULT: &'static str = "#default";

    /// Reads the value of the attribute: tokens between white space, possibly none.
    ///
    /// # Errors
    /// More than [`PrefixList::MAX_PREFIXES`] tokens, or one that is neither an `NCName` nor `#default`.
    pub fn parse(text: &str) -> Result<Self, C14nError> {
        let tokens = || text.split([' ', '\t', '\n', '\r']).filter(|token| !token.is_empty());
        let count = tokens().count();
        if count > Self::MAX_PREFIXES {
            return Err(C14nError::TooManyPrefixes { count });
        }
        let mut prefixes = Vec::with_capacity(count);
        for token in tokens() {
            if token == Self::DEFAULT {
                prefixes.push(Box::from(""));
            } else if is_nc_name(token) {
                prefixes.push(Box::from(token));
            } else {
                return Err(C14nError::NotAPrefix);
            }
        }
        prefixes.sort_unstable();
        prefixes.dedup();
        Ok(Self { prefixes })
    }

    /// Whether it lists `prefix`; the empty prefix stands for `#default`.
    #[must_use]
    pub fn contains(&self, prefix: &str) -> bool {
        self.prefixes.binary_search_by(|listed| listed.as_ref().cmp(prefix)).is_ok()
    }

    /// Whether it lists nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.prefixes.is_empty()
    }
}

impl fmt::Display for PrefixList {
    /// The value of the attribute.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, prefix) in self.prefixes.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(if prefix.is_empty() { Self::DEFAULT } else { prefix })?;
        }
        Ok(())
    }
}
