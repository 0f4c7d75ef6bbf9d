//! Floor 8: all that was checked of one message.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::check::{Check, Outcome, Rule};
use super::headline;
use crate::base::{Coded, VerdictCode};

/// Everything that was checked of one message, in the order of the specification.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Verdict {
    checks: Vec<Check>,
}

impl Verdict {
    pub(crate) fn new(checks: Vec<Check>) -> Self {
        Self { checks }
    }

    /// A verdict that knows only why the message never came as far as a check.
    #[must_use]
    pub fn refused(error: &dyn Coded) -> Self {
        Self::new(vec![Rule::MESSAGE.fail_with(error)])
    }

    /// Adds what a role checked beyond the message: replay, the browser, the peer's registration. The section is for
    /// codes of an embedder's own; those of this product have one each.
    #[must_use]
    pub fn with_failure(
        mut self,
        name: &'static str,
        section: &'static str,
        code: VerdictCode,
        expected: &str,
        found: &str,
    ) -> Self {
        let rule = Rule::new(name, section);
        let check = rule.fail(code.as_str()).expected(expected.to_owned()).found(found);
        self.checks.push(check);
        self
    }

    /// Adds a rule that a role checked and found to hold.
    #[must_use]
    pub fn with_pass(mut self, name: &'static str, section: &'static str) -> Self {
        self.checks.push(Rule::new(name, section).pass());
        self
    }

    /// Adds a check that a role made by a rule of this floor.
    #[must_use]
    pub fn with_check(mut self, check: Check) -> Self {
        self.checks.push(check);
        self
    }

    /// All checks.
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// Whether at least one rule was checked and none is broken.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        !self.checks.is_empty() && self.failures().next().is_none()
    }

    /// The broken rules.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.outcome() == Outcome::Fail)
    }

    /// What deserves attention though nothing is broken.
    pub fn warnings(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.outcome() == Outcome::Warning)
    }

    /// The broken rule that is the likeliest cause of all that is broken: the first, unless another one explains it.
    /// For example, a message that was meant for another service provider breaks several rules for this one reason.
    #[must_use]
    pub fn headline(&self) -> Option<&Check> {
        headline::of(&self.checks)
    }

    /// The code of the likeliest cause, for the log line.
    #[must_use]
    pub fn code(&self) -> Option<VerdictCode> {
        self.headline().and_then(Check::code)
    }

    /// Whether a rule is broken under this code.
    #[must_use]
    pub fn has_failure(&self, code: &str) -> bool {
        self.failures().filter_map(Check::code).any(|found| found.as_str() == code)
    }

    pub(crate) fn push(&mut self, check: Check) {
        self.checks.push(check);
    }
}

impl Serialize for Verdict {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut s = serializer.serialize_struct("Verdict", 3)?;
        s.serialize_field("accepted", &self.is_accepted())?;
        s.serialize_field("code", &self.code().map(VerdictCode::as_str))?;
        s.serialize_field("checks", &self.checks)?;
        s.end()
    }
}
