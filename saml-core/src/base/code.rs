//! Floor 1: the stable names of checks.

mod rules;

use std::fmt;

/// The stable, dotted name of one check: `audience.mismatch`.
///
/// A code never changes its meaning and is never reused. It is what logs, JSON, fixtures and the
/// documentation refer to; texts beside it may change between versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerdictCode(&'static str);

impl VerdictCode {
    /// Names a check. The text is lower case, words joined by `_`, parts joined by `.`.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self(code)
    }

    /// The dotted text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The rule that the code is about, as `docs/verdicts.md` cites it: `[Core §2.5.1.4]`, or a bound of ours. `None`
    /// for a code that this product doesn't have.
    #[must_use]
    pub fn rule(self) -> Option<&'static str> {
        let at = rules::RULES.binary_search_by_key(&self.0, |(code, _)| code).ok()?;
        rules::RULES.get(at).map(|(_, rule)| *rule)
    }
}

impl fmt::Display for VerdictCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// An error that knows which check it broke.
///
/// Each floor's error implements it, so that a verdict can name the check without knowing the floor.
pub trait Coded: std::error::Error {
    /// The check that failed.
    fn code(&self) -> VerdictCode;

    /// What the check wanted, in words for an administrator. Never shown to a browser.
    fn expected(&self) -> Option<String> {
        None
    }

    /// What stood in its place. May quote the message; never shown to a browser.
    fn found(&self) -> Option<String> {
        None
    }

    /// What an administrator may do about it.
    fn hint(&self) -> Option<&'static str> {
        None
    }
}
