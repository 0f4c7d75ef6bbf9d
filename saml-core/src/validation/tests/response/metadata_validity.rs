use super::*;

/// The end is exclusive, and no skew is granted: it is an administrator's date, not a message's.
#[test]
fn expired_metadata_accepts_nothing_unless_the_peer_s_policy_keeps_it() {
    let now = Scene::good().now;
    let (late, over) = (now.saturating_add(std::time::Duration::from_millis(1)), now);
    for (end, allowed, outcome) in [
        (None, false, None),
        (None, true, None),
        (Some(late), false, Some(Outcome::Pass)),
        (Some(late), true, Some(Outcome::Pass)),
        (Some(over), false, Some(Outcome::Fail)),
        (Some(over), true, Some(Outcome::Warning)),
        (Some(instant("0001-01-01T00:00:00Z")), false, Some(Outcome::Fail)),
    ] {
        let mut scene = Scene::good();
        scene.metadata_valid_until = end;
        if allowed {
            scene.relaxations = Relaxation::ExpiredMetadata.into();
        }
        let judged = scene.judge();
        assert_eq!(judged.is_ok(), outcome != Some(Outcome::Fail), "{end:?} {allowed}");
        let verdict = judged.map_or_else(|rejected| rejected.verdict, |accepted| accepted.verdict().clone());
        let check = verdict.checks().iter().find(|check| check.name() == "metadata_validity");
        assert_eq!(check.map(|check| check.outcome()), outcome);
        if let Some(check) = check.filter(|check| check.code().is_some()) {
            // Both instants, so that nobody has to look for them.
            assert_eq!(check.code().unwrap().as_str(), "idp.metadata_expired");
            let expected = format!("now ({now}) before validUntil");
            assert_eq!(check.expected_value(), Some(expected.as_str()));
            assert_eq!(check.found_value(), end.map(|end| end.to_string()).as_deref());
            assert_eq!(check.basis(), Basis::Verified);
        }
    }
}
