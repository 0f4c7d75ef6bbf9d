use super::*;

#[test]
fn a_session_that_may_begin_has_not_ended() {
    let at = |text| SamlInstant::try_from(text).unwrap();
    let now = at("2026-11-20T12:00:00Z");
    let end = |stated| end_of_session(now, stated, Duration::from_secs(3600), ClockSkew::default());
    assert_eq!(end(None), at("2026-11-20T13:00:00Z"));
    assert_eq!(end(Some(at("2026-11-20T18:00:00Z"))), at("2026-11-20T13:00:00Z"));
    // The last instant that the check of SessionNotOnOrAfter lets pass with three minutes of skew.
    assert!(end(Some(at("2026-11-20T11:57:00.001Z"))) > now);
}
