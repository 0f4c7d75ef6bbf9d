use super::*;

// NET-12.
#[test]
fn not_on_or_after_is_exclusive_and_the_skew_extends_it() {
    // The confirmation ends at 12:05:00; three minutes of skew later is the first instant that is too late.
    for (now, accepted) in [("2026-11-20T12:07:59Z", true), ("2026-11-20T12:08:00Z", false)] {
        let mut scene = Scene::good();
        scene.now = instant(now);
        match scene.judge() {
            Ok(_) => assert!(accepted, "{now}"),
            Err(rejected) => {
                assert!(!accepted, "{now}: {:?}", rejected.verdict);
                assert!(rejected.verdict.has_failure("subject_confirmation.expired"));
                assert!(rejected.verdict.has_failure("conditions.expired"));
            }
        }
    }
}

#[test]
fn not_before_is_inclusive_and_the_skew_extends_it() {
    for (now, accepted) in [("2026-11-20T11:57:00Z", true), ("2026-11-20T11:56:59.999Z", false)] {
        let mut scene = Scene::good();
        scene.now = instant(now);
        assert_eq!(scene.judge().is_ok(), accepted, "{now}");
    }
}

/// The request is of 11:59, and three minutes of skew are allowed.
#[test]
fn a_fresh_proof_is_no_older_than_the_request_that_asked_for_one() {
    for (authenticated, forced, accepted) in [
        ("2026-11-20T11:56:00Z", true, true),
        ("2026-11-20T11:55:59.999Z", true, false),
        ("2026-11-20T11:55:59.999Z", false, true),
        ("2026-11-20T12:04:00Z", false, true),
        ("2026-11-20T12:04:00.001Z", false, false),
    ] {
        let mut scene = Scene::good();
        scene.pending.as_mut().unwrap().force_authn = forced;
        scene.authn().authn_instant = instant(authenticated);
        assert_eq!(scene.judge().is_ok(), accepted, "{authenticated}");
    }
}

/// A day and three minutes of skew after its IssueInstant an assertion is taken for the last time, whatever else it says.
#[test]
fn an_assertion_is_taken_for_a_day_however_long_its_window() {
    let endless = Some(instant("9999-12-31T23:59:59Z"));
    let refused = Err("assertion.too_old".to_owned());
    for (issued, now, outcome) in [
        ("2026-11-20T12:00:00Z", "2026-11-21T12:03:00Z", Ok(())),
        ("2026-11-20T12:00:00Z", "2026-11-21T12:03:00.001Z", refused.clone()),
        ("2025-11-20T12:00:00Z", "2026-11-20T12:01:00Z", refused.clone()),
        ("0001-01-01T00:00:00Z", "2026-11-20T12:01:00Z", refused.clone()),
        ("2026-11-20T12:00:00Z", "9999-12-30T00:00:00Z", refused),
    ] {
        let mut scene = Scene::good();
        scene.assertion().issue_instant = instant(issued);
        scene.bearer().not_on_or_after = endless;
        scene.conditions().not_on_or_after = endless;
        scene.authn().session_not_on_or_after = None;
        scene.pending.as_mut().unwrap().expires_at = instant("9999-12-31T23:59:59Z");
        scene.now = instant(now);
        let verdict = scene.judge().map(|_| ()).map_err(|rejected| {
            assert_eq!(rejected.verdict.failures().count(), 1, "{:?}", rejected.verdict);
            rejected.verdict.code().unwrap().to_string()
        });
        assert_eq!(verdict, outcome, "{issued} at {now}");
    }
}

#[test]
fn an_age_of_its_own_shows_in_the_verdict_and_warns_where_it_is_used() {
    for (seconds, age, outcome, found) in [
        (3_600, "1 h", Outcome::Pass, "at most 1 h old, as this peer's policy says"),
        (172_800, "48 h", Outcome::Pass, "at most 48 h old, as this peer's policy says"),
        (172_800, "48 h", Outcome::Warning, "2026-11-19T11:00:00Z; the policy of this peer allows 48 h"),
        (3_600, "1 h", Outcome::Fail, "2026-11-19T11:00:00Z"),
    ] {
        let mut scene = Scene::good();
        scene.max_age = AssertionMaxAge::from_secs(seconds).unwrap();
        assert_eq!(scene.max_age.to_string(), age);
        if outcome != Outcome::Pass {
            scene.assertion().issue_instant = instant("2026-11-19T11:00:00Z");
        }
        let verdict = scene.judge().map_or_else(|rejected| rejected.verdict, |a| a.verdict().clone());
        let check = verdict.checks().iter().find(|check| check.name() == "assertion_age").unwrap();
        assert_eq!((check.outcome(), check.found_value()), (outcome, Some(found)));
        let code = (outcome != Outcome::Pass).then_some("assertion.too_old");
        assert_eq!(check.code().map(|code| code.as_str()), code);
    }
}
