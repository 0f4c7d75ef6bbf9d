//! Floor 8: the checks of a message, each with the expected and the found value.

use std::borrow::Cow;
use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::base::{Coded, VerdictCode};

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The rule holds.
    Pass,
    /// The rule holds only by a relaxation, or something deserves an administrator's attention.
    Warning,
    /// There was nothing to check the rule against.
    NotApplicable,
    /// The rule is broken.
    Fail,
}

/// The kind of value that a check looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Values whose signature was verified, or that need none.
    Verified,
    /// Values that the message merely claims: a failure is telling, a pass proves nothing.
    Claimed,
}

/// A rule of a specification, as the checks name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    name: &'static str,
    section: &'static str,
}

impl Rule {
    pub(crate) const fn new(name: &'static str, section: &'static str) -> Self {
        Self { name, section }
    }

    /// The rule that a message can be read: its kind, its schema, its binding.
    pub(crate) const MESSAGE: Self = Self::new("message", "[Core §3.2]");
    /// The rule that encrypted parts open.
    pub(crate) const DECRYPTION: Self = Self::new("decryption", "[Core §6.1]");

    /// The failure that an error of the trust floor stands for. A message that can't be read or opened has no verdict
    /// on its signature: `otherwise` is the rule of what is.
    #[cold]
    pub(crate) fn refused(error: &dyn Coded, otherwise: Self) -> Check {
        let family = error.code().as_str().split_once('.').map_or("", |(family, _)| family);
        let rule = match family {
            "xml" | "schema" | "message" | "assertion" => Self::MESSAGE,
            "encryption" | "decryption" => Self::DECRYPTION,
            _ => otherwise,
        };
        rule.fail_with(error)
    }

    pub(crate) fn pass(self) -> Check {
        self.check(Outcome::Pass, None)
    }

    pub(crate) fn not_applicable(self) -> Check {
        self.check(Outcome::NotApplicable, None)
    }

    #[cold]
    pub(crate) fn fail(self, code: &'static str) -> Check {
        self.check(Outcome::Fail, Some(VerdictCode::new(code)))
    }

    #[cold]
    pub(crate) fn warn(self, code: &'static str) -> Check {
        self.check(Outcome::Warning, Some(VerdictCode::new(code)))
    }

    /// The failure that an error of a lower floor stands for.
    #[cold]
    pub(crate) fn fail_with(self, error: &dyn Coded) -> Check {
        let mut check = self.check(Outcome::Fail, Some(error.code()));
        check.expected = error.expected().map(|value| visible(Cow::Owned(value)));
        check.found = error.found().map(|value| visible(Cow::Owned(value)));
        check.hint = error.hint();
        check
    }

    /// Compares octet by octet.
    pub(crate) fn equal(self, code: &'static str, expected: &str, found: &str) -> Check {
        if expected == found {
            self.pass().found(found)
        } else {
            self.fail(code).expected(expected.to_owned()).found(found)
        }
    }

    const fn check(self, outcome: Outcome, code: Option<VerdictCode>) -> Check {
        Check { rule: self, outcome, code, expected: None, found: None, hint: None, basis: Basis::Verified }
    }
}

/// One rule, applied to one message.
///
/// `expected` and `found` may quote the message: they are for administrators and logs, never for a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    rule: Rule,
    outcome: Outcome,
    code: Option<VerdictCode>,
    expected: Option<Cow<'static, str>>,
    found: Option<Cow<'static, str>>,
    hint: Option<&'static str>,
    basis: Basis,
}

impl Check {
    /// The name of the rule: `audience`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.rule.name
    }

    /// Where the rule is written: `[Core §2.5.1.4]`. A failure or warning cites the rule of its code, wherever it
    /// surfaced.
    #[must_use]
    pub fn section(&self) -> &'static str {
        self.code.and_then(VerdictCode::rule).unwrap_or(self.rule.section)
    }

    /// How it ended.
    #[must_use]
    pub const fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The stable code of a failure or warning.
    #[must_use]
    pub const fn code(&self) -> Option<VerdictCode> {
        self.code
    }

    /// The expected value.
    #[must_use]
    pub fn expected_value(&self) -> Option<&str> {
        self.expected.as_deref()
    }

    /// The value found.
    #[must_use]
    pub fn found_value(&self) -> Option<&str> {
        self.found.as_deref()
    }

    /// What an administrator may do about it.
    #[must_use]
    pub const fn hint_text(&self) -> Option<&'static str> {
        self.hint
    }

    /// Whether the values looked at were verified.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        self.basis
    }

    pub(crate) fn expected(mut self, value: impl Into<Cow<'static, str>>) -> Self {
        self.expected = Some(visible(value.into()));
        self
    }

    pub(crate) fn found(mut self, value: &str) -> Self {
        self.found = Some(visible(Cow::Owned(value.to_owned())));
        self
    }

    pub(crate) fn absent(mut self) -> Self {
        self.found = Some(Cow::Borrowed("nothing"));
        self
    }

    /// Advice for an administrator. It is kept only if the rule does not hold.
    pub(crate) fn hint(mut self, text: &'static str) -> Self {
        if matches!(self.outcome, Outcome::Fail | Outcome::Warning) {
            self.hint = Some(text);
        }
        self
    }

    pub(super) fn on(mut self, basis: Basis) -> Self {
        self.basis = basis;
        self
    }
}

impl Serialize for Check {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut s = serializer.serialize_struct("Check", 8)?;
        s.serialize_field("check", self.rule.name)?;
        s.serialize_field("section", self.section())?;
        s.serialize_field("outcome", &self.outcome)?;
        s.serialize_field("code", &self.code.map(VerdictCode::as_str))?;
        s.serialize_field("expected", &self.expected)?;
        s.serialize_field("found", &self.found)?;
        s.serialize_field("hint", &self.hint)?;
        s.serialize_field("basis", &self.basis)?;
        s.end()
    }
}

impl fmt::Display for Check {
    /// One line for a log: `fail audience.mismatch [Core §2.5.1.4]: expected …, found …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let outcome = match self.outcome {
            Outcome::Pass => "pass",
            Outcome::Warning => "warning",
            Outcome::NotApplicable => "n/a",
            Outcome::Fail => "fail",
        };
        let name = self.code.map_or(self.rule.name, VerdictCode::as_str);
        write!(f, "{outcome} {name} {}", self.section())?;
        if let Some(expected) = &self.expected {
            write!(f, ": expected {}", Excerpt(expected))?;
        }
        if let Some(found) = &self.found {
            write!(f, "{} found {}", if self.expected.is_some() { "," } else { ":" }, Excerpt(found))?;
        }
        Ok(())
    }
}

/// A value, or two quotation marks where an empty one would show as nothing.
fn visible(value: Cow<'static, str>) -> Cow<'static, str> {
    if value.is_empty() { Cow::Borrowed("\"\"") } else { value }
}

/// A value in a log line: quoted, without control characters, and no longer than an administrator reads. A stranger's
/// message may hold values of megabytes, none of which has been verified when it is refused.
struct Excerpt<'a>(&'a str);

impl Excerpt<'_> {
    const CHARS: usize = 512;
}

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(Self::CHARS) {
            None => write!(f, "{:?}", self.0),
            Some((end, _)) => {
                write!(f, "{:?}… ({} octets)", self.0.get(..end).unwrap_or_default(), self.0.len())
            }
        }
    }
}
