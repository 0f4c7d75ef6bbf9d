use super::*;

const HOUR: u64 = 60 * 60;

fn end() -> SamlInstant {
    SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap()
}

/// What is told this many seconds before the end, or after it.
fn told(watch: &mut ExpiryWatch, peers: &[(EntityId, Validity)], before: i64) -> Vec<String> {
    let now = SamlInstant::from_unix(end().unix() - before).unwrap();
    let errors = watch.nearer(peers.iter().map(|(peer, validity)| (peer, *validity)), now);
    errors.iter().map(|error| format!("{} {}", error.entity.as_ref().unwrap(), error.code())).collect()
}

#[test]
fn each_peer_is_told_of_two_days_before_an_hour_before_and_when_it_is_over() {
    let [a, b] = ["urn:a", "urn:b"].map(|name| EntityId::try_from(name).unwrap());
    let peers = [(a, Validity(Some(end()))), (b, Validity(None))];
    let mut watch = ExpiryWatch::new();
    let hour = i64::try_from(HOUR).unwrap();
    let (soon, expired) = ("urn:a metadata.expires_soon", "urn:a metadata.expired");
    for (before, expected) in [
        (49 * hour, None),
        (48 * hour, Some(soon)),
        (47 * hour, None),
        (hour + 1, None),
        (hour, Some(soon)),
        (1, None),
        (0, Some(expired)),
        (-hour, None),
    ] {
        assert_eq!(told(&mut watch, &peers, before), Vec::from_iter(expected), "{before}");
    }
}

#[test]
fn a_watch_that_begins_late_tells_at_once_and_metadata_that_was_taken_anew_is_told_of_again() {
    let peer = EntityId::try_from("urn:a").unwrap();
    let ending = |hours| {
        let end = end().saturating_add(Duration::from_secs(hours * HOUR));
        [(peer.clone(), Validity(Some(end)))]
    };
    let mut watch = ExpiryWatch::new();
    assert_eq!(told(&mut watch, &ending(0), 0), ["urn:a metadata.expired"]);
    assert!(told(&mut watch, &ending(0), 0).is_empty());
    assert!(told(&mut watch, &ending(100), 0).is_empty(), "far again");
    assert_eq!(told(&mut watch, &ending(24), 0), ["urn:a metadata.expires_soon"]);
    assert!(told(&mut watch, &[], 0).is_empty());
    assert_eq!(told(&mut watch, &ending(24), 0).len(), 1, "a peer that was away");
}
