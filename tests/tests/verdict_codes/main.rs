//! Every code of docs/verdicts.md is reached: by a message, a request, or a call that yields it.
//!
//! What no test can bring about stands in [`OUT_OF_REACH`], each with its reason.

mod aggregates;
mod corpora;
mod encryption;
mod error_answers;
mod library;
mod peers;
mod requests;
mod responses;
mod roles;
mod web;
#[cfg(test)]
mod whole_reports;

use std::collections::{BTreeMap, BTreeSet};

use saml_cli::verdicts::catalogue;
use saml_core::base::{Coded, VerdictCode};
use saml_core::validation::{Check, Outcome, Verdict};

/// Codes that stand for a fault which can't be brought about from outside, and why.
const OUT_OF_REACH: [(&str, &str); 7] = [
    (
        "c14n.empty",
        "whatever is canonicalised has at least one element; kept against a fault of the canonicaliser",
    ),
    ("crypto.failed", "an HMAC over a key of the right length fails only if OpenSSL does"),
    ("crypto.library_failed", "OpenSSL out of memory, or built without an algorithm"),
    ("random.unavailable", "the roles draw on the system's random source, which can't be taken away"),
    ("signature.crypto_failure", "OpenSSL out of memory while it verifies"),
    (
        "signature.too_many_checks",
        "two signatures and 16 pinned keys, the most there can be, spend the budget exactly",
    ),
    ("transaction.lost", "the steps that would lead there are never taken after those before them"),
];

/// The codes that were reached, and by what.
#[derive(Default)]
struct Reached(BTreeMap<&'static str, String>);

impl Reached {
    /// A single error, which names the expected and the found value.
    fn error(&mut self, by: &str, error: &dyn Coded) {
        let code = error.code();
        for (side, value) in [("expected", error.expected()), ("found", error.found())] {
            let value = value.unwrap_or_default();
            assert!(!value.trim().is_empty(), "{by}: {code} says nothing of what was {side}");
        }
        self.code(by, code.as_str());
    }

    /// All that a verdict names, warnings too. Each failure names the expected and the found value, and cites the rule
    /// of its code.
    fn verdict(&mut self, by: &str, verdict: &Verdict) {
        for check in verdict.checks() {
            let Some(code) = check.code() else { continue };
            complete(by, check);
            self.code(by, code.as_str());
        }
    }

    fn code(&mut self, by: &str, code: &'static str) {
        self.0.entry(code).or_insert_with(|| by.to_owned());
    }
}

/// A check with a code tells its reader all of it.
fn complete(by: &str, check: &Check) {
    let code = check.code().map(VerdictCode::as_str).unwrap_or_default();
    let entry = catalogue().iter().find(|entry| entry.code == code);
    assert_eq!(Some(check.section()), entry.and_then(|entry| entry.fact("Rule")), "{by}: {code}");
    for (side, value) in [("expected", check.expected_value()), ("found", check.found_value())] {
        let is_said = value.is_some_and(|value| !value.trim().is_empty());
        assert!(is_said || check.outcome() != Outcome::Fail, "{by}: {code} says nothing of what was {side}");
    }
    let readable = ["xml", "schema", "message", "binding"];
    if readable.iter().any(|family| code.split('.').next() == Some(family)) {
        assert!(["message", "login", "request"].contains(&check.name()), "{by}: {code} as {}", check.name());
    }
}

#[test]
fn every_code_is_reached() {
    let mut reached = Reached::default();
    corpora::attacks(&mut reached);
    corpora::peers(&mut reached);
    responses::all(&mut reached);
    encryption::all(&mut reached);
    requests::all(&mut reached);
    aggregates::all(&mut reached);
    library::all(&mut reached);
    peers::all(&mut reached);
    roles::all(&mut reached);
    error_answers::all(&mut reached);
    web::all(&mut reached);
    let documented: BTreeSet<&str> = catalogue().iter().map(|entry| entry.code).collect();
    let excused: BTreeSet<&str> = OUT_OF_REACH.iter().map(|(code, _reason)| *code).collect();
    let missing: Vec<&&str> = documented
        .iter()
        .filter(|code| !reached.0.contains_key(**code) && !excused.contains(**code))
        .collect();
    assert!(missing.is_empty(), "reached by nothing: {missing:?}");
    let needless: Vec<&&str> = excused.iter().filter(|code| reached.0.contains_key(**code)).collect();
    assert!(needless.is_empty(), "excused and reached: {needless:?}");
    let unknown: Vec<_> = reached.0.iter().filter(|(code, _)| !documented.contains(*code)).collect();
    assert!(unknown.is_empty(), "reached and not documented: {unknown:?}");
    assert!(excused.is_subset(&documented), "excused and not documented");
    println!("{} codes reached, {} out of reach", reached.0.len(), excused.len());
}
