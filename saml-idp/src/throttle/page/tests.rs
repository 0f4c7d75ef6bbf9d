use saml_store::MAX_VALUE_OCTETS;

use super::super::BUCKETS;
use super::*;

const WINDOW: Duration = Duration::from_secs(60);

fn at(milliseconds: i64) -> SamlInstant {
    SamlInstant::from_unix_millis(1_800_000_000_000 + milliseconds).unwrap()
}

fn reserved(page: &mut Page, now: SamlInstant) -> i64 {
    let Room::Reserved { until } = page.reserve(7, 2, WINDOW, now) else { panic!("no place: {page:?}") };
    until
}

#[test]
fn as_many_as_the_limit_may_be_wrong_and_others_wait_for_those_under_way() {
    let mut page = Page::default();
    let one = reserved(&mut page, at(0));
    let two = reserved(&mut page, at(0));
    assert_eq!(page.reserve(7, 2, WINDOW, at(1)), Room::UnderWay);
    assert!(page.end(7, one, Ended::Wrong));
    assert_eq!(page.reserve(7, 2, WINDOW, at(2)), Room::UnderWay, "one is still looked at");
    assert!(page.end(7, two, Ended::Forgiven));
    let three = reserved(&mut page, at(3));
    assert!(page.end(7, three, Ended::Wrong));
    assert_eq!(page.reserve(7, 2, WINDOW, at(4)), Room::None);
    assert_ne!(page.reserve(8, 2, WINDOW, at(4)), Room::None, "another bucket");
}

#[test]
fn a_try_that_never_ended_counts_as_wrong_before_long() {
    let mut page = Page::default();
    let until = reserved(&mut page, at(0));
    let _ = reserved(&mut page, at(0));
    assert_eq!(page.reserve(7, 2, WINDOW, at(29_999)), Room::UnderWay);
    assert_eq!(page.reserve(7, 2, WINDOW, at(30_000)), Room::None);
    // If it ends after all, and well, it is forgiven.
    assert!(page.end(7, until, Ended::Forgiven));
    assert_ne!(page.reserve(7, 2, WINDOW, at(30_001)), Room::None);
}

#[test]
fn a_try_ends_once_and_leaves_nothing_behind_if_it_is_forgiven() {
    let mut page = Page::default();
    let until = reserved(&mut page, at(0));
    assert!(!page.end(8, until, Ended::Forgiven), "another bucket");
    assert!(!page.end(7, until + 1, Ended::Forgiven), "another instant");
    assert!(page.end(7, until, Ended::Forgiven));
    assert!(!page.end(7, until, Ended::Forgiven));
    assert_eq!((page.clone(), page.end_of_last()), (Page::default(), None));
}

#[test]
fn a_try_counts_for_a_window_and_at_most_a_sixtieth_of_it_longer() {
    for (made, until) in [(0, 60_000), (1, 61_000), (999, 61_000), (1_000, 61_000), (1_001, 62_000)] {
        let mut page = Page::default();
        assert_eq!(reserved(&mut page, at(made)), at(until).unix_millis(), "{made}");
        assert_eq!(page.end_of_last(), Some(at(until)));
        assert_ne!(Page::live(Some(&page), at(until - 1)), Page::default());
        assert_eq!(Page::live(Some(&page), at(until)), Page::default());
    }
    for window in [Duration::ZERO, Duration::from_millis(1), Duration::from_millis(59), Duration::MAX] {
        let until = end_of_step(window, at(0));
        assert!(until >= at(0).saturating_add(window).unix_millis(), "{window:?}");
    }
}

/// Whatever is tried: every bucket full of groups, in every step, with the largest numbers.
#[test]
fn a_page_has_a_fixed_size() {
    let mut page = Page::default();
    let window = Duration::from_secs(15 * 60);
    for second in (0..2 * 15 * 60).step_by(15) {
        let now = at(second * 1_000);
        page = Page::live(Some(&page), now);
        for bucket in 0..BUCKETS {
            let _room = page.reserve(bucket, u16::MAX, window, now);
        }
        assert!(page.0.values().all(|tries| tries.len() <= 61), "{second}");
    }
    for Tries(_, wrong, under_way) in page.0.values_mut().flatten() {
        (*wrong, *under_way) = (u16::MAX, u16::MAX);
    }
    let octets = serde_json::to_vec(&page).unwrap().len();
    assert!((Page::MAX_OCTETS / 2..=Page::MAX_OCTETS).contains(&octets), "{octets}");
    // With whose it is before it.
    const { assert!(Page::MAX_OCTETS + 2048 <= MAX_VALUE_OCTETS) };
}
