use crate::base::{Coded as _, VerdictCode};
use crate::trust::TrustError;
use crate::validation::check::Rule;
use crate::validation::{Outcome, Verdict};

#[test]
fn a_verdict_without_checks_accepts_nothing() {
    assert!(!Verdict::default().is_accepted());
}

#[test]
fn a_verdict_names_its_first_failure_and_quotes_what_it_found() {
    let verdict = Verdict::default().with_pass("one", "[Core §1]").with_failure(
        "two",
        "[Core §2]",
        VerdictCode::new("two.broken"),
        "this",
        "that\nand a line that forges the log",
    );
    assert!(!verdict.is_accepted());
    assert_eq!(verdict.code().unwrap().as_str(), "two.broken");
    assert!(verdict.has_failure("two.broken") && !verdict.has_failure("one.broken"));
    let sections: Vec<_> = verdict.checks().iter().map(|check| check.section()).collect();
    assert_eq!(sections, ["[Core §1]", "[Core §2]"]);
    let line = verdict.failures().next().unwrap().to_string();
    assert_eq!(
        line,
        "fail two.broken [Core §2]: expected \"this\", found \"that\\nand a line that forges the log\""
    );
}

#[test]
fn a_message_that_no_check_saw_is_refused_for_what_stopped_it() {
    let verdict = Verdict::refused(&TrustError::AssertionCount { found: 2 });
    assert!(!verdict.is_accepted());
    let [check] = verdict.checks() else { panic!("{verdict:?}") };
    assert_eq!((check.outcome(), check.code().unwrap().as_str()), (Outcome::Fail, "assertion.count"));
    assert_eq!(check.found_value(), TrustError::AssertionCount { found: 2 }.found().as_deref());
}

#[test]
fn a_verdict_is_written_as_json_for_tools() {
    let verdict =
        Verdict::default().with_failure("two", "[Core §2]", VerdictCode::new("two.broken"), "this", "that");
    let json = serde_json::to_value(&verdict).unwrap();
    assert_eq!(json["accepted"], false);
    assert_eq!(json["code"], "two.broken");
    assert_eq!(json["checks"][0]["outcome"], "fail");
    assert_eq!(json["checks"][0]["basis"], "verified");
}

#[test]
fn a_line_of_a_verdict_stays_short_whatever_a_stranger_sends() {
    let sent = "\u{85}".repeat(1_000_000);
    let verdict =
        Verdict::default().with_failure("two", "[Core §2]", VerdictCode::new("two.broken"), "this", &sent);
    let line = verdict.failures().next().unwrap().to_string();
    assert!(line.len() < 4096 && line.ends_with("… (2000000 octets)"), "{} octets", line.len());
    assert_eq!(verdict.checks()[0].found_value(), Some(sent.as_str()));
}

#[test]
fn advises_only_where_something_is_to_be_done() {
    let rule = Rule::new("one", "[Core §1]");
    let compared = |found: &str| rule.equal("one.other", "this", found).hint("change it");
    assert_eq!(compared("that").hint_text(), Some("change it"));
    assert_eq!(compared("this").hint_text(), None);
    assert_eq!(rule.not_applicable().hint("change it").hint_text(), None);
}
