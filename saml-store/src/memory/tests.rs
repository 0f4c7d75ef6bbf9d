use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::time::Duration;

use super::*;
use crate::conformance;

const PLACE: Namespace = Namespace::new("test");
const NOW: StoreInstant = StoreInstant::from_unix_millis(1_795_176_000_000);

fn at(milliseconds: u64) -> StoreInstant {
    NOW.saturating_add(Duration::from_millis(milliseconds))
}

fn entry(key: &str, expires_at: StoreInstant) -> Entry<'_> {
    Entry { namespace: PLACE, key, value: key.as_bytes().to_vec(), expires_at }
}

fn room_of(entries: u64) -> Room {
    Room::new(PLACE, Amount { entries, octets: u64::MAX })
}

fn keep(
    room: &Room,
    key: &str,
    expires_at: StoreInstant,
    now: StoreInstant,
) -> Result<Insertion, StoreError> {
    room.store(entry(key, expires_at), Occupant::Keep, now)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract() {
    conformance::run(Arc::new(MemoryStore::new()), NOW).await.unwrap();
}

#[tokio::test]
async fn keeps_to_the_clock_of_its_callers() {
    conformance::keeps_to_the_clock_of_its_callers(&MemoryStore::new()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_when_many_want_the_last_places() {
    for capacity in [1, 7, 100] {
        let store = Arc::new(MemoryStore::new().with_capacity(PLACE, capacity));
        conformance::admits_no_more_at_once(store, PLACE, capacity, NOW).await.unwrap();
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_full() {
    for capacity in [2, 3, 100] {
        let store = MemoryStore::new().with_capacity(PLACE, capacity);
        conformance::refuses_when_full(&store, PLACE, capacity, NOW).await.unwrap();
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_a_party_takes_all_it_can() {
    for capacity in [10, 11, 12, 13, 300] {
        let store = MemoryStore::new().with_capacity(PLACE, capacity);
        conformance::leaves_room_for_others(&store, PLACE, capacity, NOW).await.unwrap();
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_its_octets_are_taken() {
    for octets in [1_000, 1_001, 65_536, 1_000_000] {
        let store = MemoryStore::new().with_octets(PLACE, octets);
        conformance::bounds_octets(&store, PLACE, octets, NOW).await.unwrap();
        let store = MemoryStore::new().with_default_octets(octets);
        conformance::bounds_octets(&store, PLACE, octets, NOW).await.unwrap();
    }
}

/// 80 000 sessions of 256 KiB are twenty gigabytes; those of other peers go on.
#[tokio::test]
async fn one_peer_with_the_longest_sessions_leaves_the_octets_of_a_hundred_thousand_ordinary_ones() {
    let store = MemoryStore::new();
    fn session(key: &str, octets: usize) -> Entry<'_> {
        Entry { value: vec![0; octets], ..entry(key, at(10)) }
    }
    let mut stored = 0;
    let refused = loop {
        let key = format!("long {stored}");
        match store.insert_for("one", session(&key, 256 * 1024), NOW).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(
        refused,
        StoreError::PartyFullOfOctets { namespace: PLACE, octets: MemoryStore::DEFAULT_OCTETS }
    ));
    assert_eq!(stored, 819, "four fifths of 256 MiB");
    for number in 0..20_000 {
        let key = format!("short {number}");
        let inserted = store.insert_for("another", session(&key, 2_048), NOW).await.unwrap();
        assert_eq!(inserted, Insertion::Inserted);
    }
}

#[test]
fn what_an_entry_takes_grows_and_shrinks_with_it() {
    let room = Room::new(PLACE, Amount { entries: 10, octets: 100 });
    let value = |octets: usize| Entry { value: vec![0; octets], ..entry("k", at(10)) };
    assert_eq!(room.store_for(Some("a"), value(9), Occupant::Keep, NOW).unwrap(), Insertion::Inserted);
    for (octets, held) in [(9, 10), (4, 5), (0, 1), (79, 80), (30, 31)] {
        let _ = room.store(value(octets), Occupant::Replace, NOW).unwrap();
        assert_eq!((room.octets(), room.held_octets("a")), ((held, held), held));
    }
    let error = room.store(value(80), Occupant::Replace, NOW).unwrap_err();
    assert_eq!(
        error.to_string(),
        "one party has its share of the store's namespace test, which has 100 octets"
    );
    let error = room.store(value(100), Occupant::Replace, NOW).unwrap_err();
    assert_eq!(error.to_string(), "the store's namespace test is full at 100 octets");
    let _ = room.replace(value(2), &[0; 30], NOW).unwrap();
    assert_eq!((room.octets(), room.held_octets("a")), ((3, 3), 3));
    assert!(room.take("k", NOW).is_some());
    assert_eq!((room.octets(), room.held_octets("a")), ((0, 0), 0));
}

#[test]
fn greedy_parties_get_the_same_and_the_next_one_finds_room() {
    let room = room_of(1_000);
    let parties = ["a", "b", "c"];
    for number in 0..1_000 {
        for party in parties {
            let key = format!("{party} {number}");
            let _ = room.store_for(Some(party), entry(&key, at(10)), Occupant::Keep, NOW);
        }
    }
    // Each party holds four times the free entries: 4 / 13 of the namespace.
    assert!(parties.iter().all(|party| (307..=308).contains(&room.held(party))), "{:?}", room.census());
    assert!(room.store_for(Some("d"), entry("d", at(10)), Occupant::Keep, NOW).is_ok());
    let refused = room.store_for(Some("a"), entry("a", at(10)), Occupant::Keep, NOW).unwrap_err();
    assert!(matches!(refused, StoreError::PartyFull { namespace: PLACE, capacity: 1_000 }));
    // Their entries are all of them that live, so none of them holds anything any more once those are gone.
    assert_eq!(room.store(entry("new", at(20)), Occupant::Keep, at(10)).unwrap(), Insertion::Inserted);
    while room.census().0 > 1 {
        let _ = room.get("absent", at(10));
    }
    assert!(parties.iter().all(|party| room.held(party) == 0));
    assert_eq!(room.census(), (1, 1, 1));
}

#[test]
fn a_share_is_exact_under_concurrency() {
    let room = room_of(100);
    for round in 0..20_u64 {
        let (inserted, barrier) = (AtomicUsize::new(0), Barrier::new(8));
        std::thread::scope(|scope| {
            for thread in 0..8_u64 {
                let (room, inserted, barrier) = (&room, &inserted, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    for number in 0..50 {
                        let key = format!("{round} {thread} {number}");
                        let entry = entry(&key, at(10 * (round + 1)));
                        match room.store_for(Some("greedy"), entry, Occupant::Keep, at(10 * round)) {
                            Ok(_) => {
                                inserted.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(error) => assert_eq!(error.code(), "store.party_full"),
                        }
                    }
                });
            }
        });
        assert_eq!((inserted.into_inner(), room.held("greedy")), (80, 80), "round {round}");
    }
}

#[tokio::test]
async fn forgets_everything_with_the_process() {
    conformance::before_restart(&MemoryStore::new(), NOW).await.unwrap();
    assert!(conformance::after_restart(&MemoryStore::new(), NOW).await.is_err());
}

#[tokio::test]
async fn a_full_namespace_is_named_and_the_others_go_on() {
    let store = MemoryStore::with_default_capacity(1);
    let other = Namespace::new("other");
    for namespace in [PLACE, other] {
        store.put(Entry { namespace, ..entry("a", at(10)) }, NOW).await.unwrap();
    }
    let error = store.put(Entry { namespace: other, ..entry("b", at(10)) }, NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::Full { namespace, capacity: 1 } if namespace == other));
    assert_eq!(error.to_string(), "the store's namespace other is full at 1 entries");
}

#[test]
fn many_threads_race_for_one_insertion() {
    let room = room_of(10);
    for round in 0..100_u32 {
        let (wins, barrier) = (AtomicUsize::new(0), Barrier::new(8));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    barrier.wait();
                    if keep(&room, &round.to_string(), at(10), NOW).unwrap() == Insertion::Inserted {
                        wins.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(wins.into_inner(), 1, "round {round}");
        assert!(room.take(&round.to_string(), NOW).is_some());
    }
    assert_eq!(room.census(), (0, 0, 0));
}

#[test]
fn many_threads_race_for_one_take() {
    let room = room_of(10);
    for round in 0..100_u32 {
        let (wins, barrier) = (AtomicUsize::new(0), Barrier::new(8));
        let _ = keep(&room, "raced", at(10), NOW).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    barrier.wait();
                    if room.take("raced", NOW).is_some() {
                        wins.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(wins.into_inner(), 1, "round {round}");
    }
    assert_eq!(room.census(), (0, 0, 0));
}

#[test]
fn the_capacity_is_exact_under_concurrency() {
    let room = room_of(100);
    for round in 0..20_u64 {
        let (inserted, barrier) = (AtomicUsize::new(0), Barrier::new(8));
        std::thread::scope(|scope| {
            for thread in 0..8_u64 {
                let (room, inserted, barrier) = (&room, &inserted, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    for number in 0..50 {
                        // All entries of a round have expired when the next begins.
                        let key = format!("{round} {thread} {number}");
                        match keep(room, &key, at(10 * (round + 1)), at(10 * round)) {
                            Ok(insertion) => {
                                assert_eq!(insertion, Insertion::Inserted);
                                inserted.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(error) => assert_eq!(error.code(), "store.full"),
                        }
                    }
                });
            }
        });
        assert_eq!(inserted.into_inner(), 100, "round {round}");
        assert_eq!(room.census(), (100, 100, 100), "round {round}");
    }
}

#[test]
fn counters_agree_after_threads_did_everything_to_the_same_keys() {
    let room = Room::new(PLACE, Amount { entries: 12, octets: 200 });
    std::thread::scope(|scope| {
        for thread in 0..8_u64 {
            let room = &room;
            scope.spawn(move || {
                let mut state = thread + 1;
                for step in 0..5_000_u64 {
                    state =
                        state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    let (key, now) = ((state >> 33) % 16, at(step));
                    let key = key.to_string();
                    let until = at(step + (state >> 50) % 20 + 1);
                    let length = usize::try_from((state >> 20) % 32).unwrap();
                    let entry = Entry { value: vec![1; length], ..entry(&key, until) };
                    let _ = match (state >> 40) % 4 {
                        0 => room.store(entry, Occupant::Replace, now).is_ok(),
                        1 if thread % 2 == 0 => {
                            room.store_for(Some("party"), entry, Occupant::Keep, now).is_ok()
                        }
                        1 => room.store(entry, Occupant::Keep, now).is_ok(),
                        2 if step % 3 == 0 => {
                            let present = room.get(&key, now).unwrap_or_default();
                            room.replace(entry, &present, now).is_ok()
                        }
                        2 => room.take(&key, now).is_some(),
                        _ => room.get(&key, now).is_some(),
                    };
                }
            });
        }
    });
    let (entries, tickets, reserved) = room.census();
    assert!(entries <= 12);
    assert_eq!((tickets, reserved), (entries, entries));
    let (there, counted) = room.octets();
    assert!(there == counted && counted <= 200, "{there} {counted}");
    // The remaining entries have their tickets, too, so that a sweep finds each of them.
    while room.census().0 > 0 {
        let before = room.census().0;
        assert_eq!(room.get("absent", at(1_000_000)), None);
        assert!(room.census().0 < before);
    }
    assert_eq!(room.census(), (0, 0, 0));
    assert_eq!((room.octets(), room.held("party"), room.held_octets("party")), ((0, 0), 0, 0));
}

#[test]
fn expiry_costs_a_few_steps_per_operation_whatever_is_stored() {
    let room = room_of(1_000_000);
    for number in 0..20_000_u64 {
        let _ = keep(&room, &number.to_string(), at(1_000 + number % 7), NOW).unwrap();
    }
    assert_eq!(room.work(), 20_000, "an insertion looks at nothing but its own ticket");
    for _ in 0..1_000 {
        let before = room.work();
        assert!(room.get("0", at(999)).is_some());
        assert_eq!(room.work(), before, "nothing is due: reading looks at no ticket at all");
    }
    // 20 000 entries expire in one burst. No operation removes more than a few of them.
    for number in 0..6_000_u64 {
        let before = room.work();
        let _ = keep(&room, &format!("new {number}"), at(1_000_000), at(2_000)).unwrap();
        assert!(room.work() - before <= 5, "{} steps", room.work() - before);
    }
    assert_eq!(room.census(), (6_000, 6_000, 6_000));
}

/// The highest and the total cost of the operations while `entries` other entries live.
fn costs_among(entries: u64) -> (u64, u64) {
    const HOUR: u64 = 3_600_000;
    let room = room_of(1_000_000);
    for number in 0..entries {
        // Their deadlines lie as far apart as the hour allows.
        let _ = keep(&room, &format!("other {number}"), at(HOUR + number * HOUR / entries), NOW).unwrap();
    }
    let (mut most, mut all) = (0, 0);
    let mut counted = |operation: &dyn Fn()| {
        let before = room.steps();
        operation();
        let steps = room.steps() - before;
        most = steps.max(most);
        all += steps;
    };
    for number in 0..1_000_u64 {
        let (key, now) = (number.to_string(), at(10 * number));
        let soon = at(10 * number + 9_000);
        let late = at(HOUR + number * 3_571);
        counted(&|| assert!(keep(&room, &key, late, now).is_ok()));
        counted(&|| assert!(room.get(&key, now).is_some()));
        counted(&|| assert!(room.store(entry(&key, soon), Occupant::Replace, now).is_ok()));
        counted(&|| assert!(keep(&room, &key, late, now).is_ok()));
        if number % 2 == 0 {
            counted(&|| assert!(room.take(&key, now).is_some()));
        }
    }
    (most, all)
}

#[test]
fn an_operation_costs_the_same_among_a_thousand_entries_and_among_a_hundred_thousand() {
    let (few, many) = (costs_among(1_000), costs_among(100_000));
    assert!(few.1 > 10_000, "something is counted: {few:?}");
    assert!(many.0 <= few.0, "the dearest operation: {many:?} after {few:?}");
    assert!(many.1 <= few.1, "all of them: {many:?} after {few:?}");
}

#[test]
fn after_a_year_without_a_call_each_operation_still_costs_a_few_steps() {
    const YEAR: u64 = 365 * 24 * 3_600_000;
    let room = room_of(30_001);
    for number in 0..30_000 {
        let _ = keep(&room, &number.to_string(), at(1 + number * 900_007), NOW).unwrap();
    }
    let _ = keep(&room, "lives", at(2 * YEAR), NOW).unwrap();
    assert_eq!(keep(&room, "new", at(2 * YEAR), NOW).unwrap_err().code(), "store.full");
    for number in 0..10_000_u64 {
        let before = room.steps();
        let _ = keep(&room, &format!("new {number}"), at(2 * YEAR), at(YEAR)).unwrap();
        let steps = room.steps() - before;
        assert!(steps <= 500, "{steps} steps");
    }
    assert_eq!(room.census(), (10_001, 10_001, 10_001));
    assert!(room.get("lives", at(YEAR)).is_some());
}

#[test]
fn a_clock_that_went_ahead_for_one_call_does_no_harm_when_it_is_back() {
    const YEAR: u64 = 365 * 24 * 3_600_000;
    let room = room_of(100);
    let _ = keep(&room, "session", at(1_000), NOW).unwrap();
    let _ = keep(&room, "stray", at(YEAR + 10), at(YEAR)).unwrap();
    // Entries that are stored now live and expire by the present clock, and the capacity is exact.
    for round in 0..10_u64 {
        for number in 0..99 {
            let inserted = keep(&room, &format!("{round} {number}"), at(10 * (round + 1)), at(10 * round));
            assert_eq!(inserted.unwrap(), Insertion::Inserted);
        }
        let now = at(10 * round + 9);
        assert_eq!(keep(&room, "more", at(YEAR), now).unwrap_err().code(), "store.full");
        assert!((0..99).all(|number| room.get(&format!("{round} {number}"), now).is_some()));
    }
}

#[test]
fn a_full_namespace_with_one_expired_entry_among_live_ones_accepts_one_more() {
    let room = room_of(10_000);
    for number in 0..10_000 {
        // All in the same second, a few in the same millisecond.
        let _ = keep(&room, &number.to_string(), at(100 + number % 900), NOW).unwrap();
    }
    let before = room.steps();
    assert_eq!(keep(&room, "more", at(5_000), at(99)).unwrap_err().code(), "store.full");
    assert!(room.steps() - before <= 10, "a refusal looks at the first ticket only");
    for number in 0..12 {
        // Twelve entries expire in the first millisecond, and not one in the same second gives way before its time.
        let _ = keep(&room, &format!("more {number}"), at(5_000), at(100)).unwrap();
    }
    assert_eq!(keep(&room, "more", at(5_000), at(100)).unwrap_err().code(), "store.full");
    assert_eq!(room.census(), (10_000, 10_000, 10_000));
}

#[test]
fn churn_leaves_nothing_behind() {
    let room = room_of(1_000);
    for number in 0..200_000_u64 {
        let (key, now) = (number.to_string(), at(number));
        let _ = keep(&room, &key, at(number + 50), now).unwrap();
        let (entries, tickets, reserved) = room.census();
        assert!(entries <= 51 && tickets == entries && reserved == entries, "{:?}", room.census());
    }
}

#[test]
fn entries_that_are_taken_long_before_they_expire_leave_nothing_behind() {
    let room = room_of(2);
    for number in 0..200_000_u64 {
        let key = number.to_string();
        let _ = keep(&room, &key, at(3_600_000), at(number)).unwrap();
        assert!(room.take(&key, at(number)).is_some());
        assert_eq!(room.census(), (0, 0, 0));
    }
}

#[test]
fn a_replaced_entry_leaves_no_second_ticket() {
    let room = room_of(2);
    for number in 0..10_000_u64 {
        let _ = room.store(entry("session", at(1_000 + number)), Occupant::Replace, at(number)).unwrap();
        assert_eq!(room.census(), (1, 1, 1));
    }
    assert!(room.get("session", at(10_998)).is_some());
    assert!(room.get("session", at(10_999)).is_none());
    assert_eq!(room.census(), (0, 0, 0));
}

#[test]
fn a_stale_ticket_does_not_remove_the_version_that_came_after_it() {
    let room = room_of(2);
    let _ = keep(&room, "session", at(100), NOW).unwrap();
    room.leave_stale_ticket("session", at(10));
    assert!(room.get("session", at(50)).is_some());
    assert_eq!(room.census(), (1, 1, 1));
}

#[test]
fn a_full_namespace_of_expired_entries_accepts_again_at_once() {
    let room = room_of(5_000);
    for number in 0..5_000_u64 {
        let _ = keep(&room, &number.to_string(), at(10), NOW).unwrap();
    }
    assert_eq!(keep(&room, "more", at(20), at(9)).unwrap_err().code(), "store.full");
    assert_eq!(keep(&room, "more", at(20), at(10)).unwrap(), Insertion::Inserted);
}

#[test]
fn an_entry_without_end_stays() {
    let room = room_of(1);
    let _ = keep(&room, "forever", StoreInstant::MAX, NOW).unwrap();
    assert!(room.get("forever", StoreInstant::from_unix_millis(i64::MAX - 1)).is_some());
}

#[test]
fn instants_stop_at_the_end_of_time() {
    assert_eq!(NOW.saturating_add(Duration::MAX), StoreInstant::MAX);
    assert_eq!(at(1_500).since(NOW), Duration::from_millis(1_500));
    assert_eq!(NOW.since(at(1)), Duration::ZERO);
    let first = StoreInstant::from_unix_millis(i64::MIN);
    assert_eq!(StoreInstant::MAX.since(first), Duration::from_millis(u64::MAX));
}
