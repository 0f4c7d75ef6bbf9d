use super::*;

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
