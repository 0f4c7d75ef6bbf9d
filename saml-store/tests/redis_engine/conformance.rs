//! The contract, and what of it is this engine's own: what is counted, and what stays behind.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use saml_store::{Insertion, Namespace, Sealed, SealingKey, SealingKeys, Store, StoreInstant, conformance};

use crate::server::{PLACE, Server, entry, later, now, programs};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract() {
    for program in programs() {
        let server = Server::start(program, &[]);
        conformance::run(Arc::new(server.store().await), now()).await.unwrap();
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_full() {
    for program in programs() {
        let server = Server::start(program, &[]);
        for capacity in [2, 3, 100] {
            let prefix = format!("full-{capacity}:");
            let options = server.options().with_prefix(&prefix).with_capacity(PLACE, capacity);
            let store = options.connect(now()).await.unwrap();
            conformance::refuses_when_full(&store, PLACE, capacity, now()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_a_party_takes_all_it_can() {
    for program in programs() {
        let server = Server::start(program, &[]);
        for capacity in [10, 11, 12, 13, 300] {
            let prefix = format!("party-{capacity}:");
            let options = server.options().with_prefix(&prefix).with_default_capacity(capacity);
            let store = options.connect(now()).await.unwrap();
            conformance::leaves_room_for_others(&store, PLACE, capacity, now()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_its_octets_are_taken() {
    for program in programs() {
        let server = Server::start(program, &[]);
        for octets in [1_000, 1_001, 65_536, 1_000_000] {
            let prefix = format!("octets-{octets}:");
            let options = server.options().with_prefix(&prefix).with_octets(PLACE, octets);
            let store = options.connect(now()).await.unwrap();
            conformance::bounds_octets(&store, PLACE, octets, now()).await.unwrap();
            let prefix = format!("default-{octets}:");
            let options = server.options().with_prefix(&prefix).with_default_octets(octets);
            let store = options.connect(now()).await.unwrap();
            conformance::bounds_octets(&store, PLACE, octets, now()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn forgets_nothing_when_the_server_is_killed() {
    for program in programs() {
        let mut server = Server::start(program, &["--appendonly", "yes", "--appendfsync", "always"]);
        let now = now();
        let store = server.store().await;
        conformance::before_restart(&store, now).await.unwrap();
        server.kill();
        server.restart();
        conformance::after_restart(&store, now).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_through_two_handles_and_sealed() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (one, other) = (Arc::new(server.store().await), Arc::new(server.store().await));
        conformance::run(conformance::in_turn(one, other), now()).await.unwrap();
        let key = |octet: u8| SealingKey::from_octets(&[octet; 32]).unwrap();
        let keys = SealingKeys::new(&key(1), key(2)).unwrap();
        let inner: Arc<dyn Store> =
            Arc::new(server.options().with_prefix("sealed:").connect(now()).await.unwrap());
        conformance::run(Arc::new(Sealed::new(inner, keys)), now()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn admits_no_more_at_once_and_keeps_to_the_clock_of_its_callers() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let store = Arc::new(server.options().with_capacity(PLACE, 5).connect(now()).await.unwrap());
        conformance::admits_no_more_at_once(store.clone(), PLACE, 5, now()).await.unwrap();
        conformance::keeps_to_the_clock_of_its_callers(store.as_ref()).await.unwrap();
    }
}

/// Killed in the middle of what many write, again and again: whatever it answered is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_answered_outlives_a_server_that_is_killed_while_it_writes() {
    for program in programs() {
        for milliseconds in [30, 90, 150, 210] {
            let mut server = Server::start(program, &["--appendonly", "yes", "--appendfsync", "always"]);
            let (store, now, said) =
                (Arc::new(server.store().await), now(), Arc::new(Mutex::new(Vec::new())));
            let heard = Arc::clone(&said);
            let say = move |line| heard.lock().unwrap().push(line);
            let writes = tokio::spawn(conformance::write_until_killed(store, now, say));
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            server.kill();
            assert_eq!(writes.await.unwrap().unwrap_err().code(), "store.unavailable");
            server.restart();
            let said = said.lock().unwrap().clone();
            let seen = conformance::after_kill(&server.store().await, &said, now).await;
            assert!(seen.unwrap() > 0, "after {milliseconds} ms, with {} steps", said.len());
        }
    }
}

/// What is held, as the server counts it: entries and octets, of all and of a party.
fn counted(server: &Server, field: &str) -> Option<i64> {
    server.tell(&["HGET", "saml:{test.place}held", field])
}

fn names(server: &Server) -> Vec<String> {
    let mut names: Vec<String> = server.tell(&["KEYS", "*"]);
    names.sort();
    names
}

#[tokio::test]
async fn counts_what_is_there_and_leaves_nothing_behind() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        assert_eq!(store.insert_for("p", entry("k", b"12345", now), now).await.unwrap(), Insertion::Inserted);
        assert_eq!(store.insert_for("p", entry("long", b"", now), now).await.unwrap(), Insertion::Inserted);
        store.put(entry("other", b"1234", now), now).await.unwrap();
        let held = ["e", "o", "ep", "op"].map(|field| counted(&server, field));
        assert_eq!(held, [Some(3), Some(6 + 4 + 9), Some(2), Some(10)]);
        store.put(entry("k", b"1", now), now).await.unwrap();
        assert_eq!(
            ["e", "o", "ep", "op"].map(|field| counted(&server, field)),
            [Some(3), Some(2 + 4 + 9), Some(2), Some(6)]
        );
        assert_eq!(store.take(PLACE, "k", now).await.unwrap(), Some(b"1".to_vec()));
        store.remove(PLACE, "long", now).await.unwrap();
        assert_eq!(
            ["e", "o", "ep", "op"].map(|field| counted(&server, field)),
            [Some(1), Some(9), None, None]
        );
        store.remove(PLACE, "other", now).await.unwrap();
        assert_eq!(names(&server), [""; 0]);
    }
}

/// 1 000 entries expire at once: each eighth insertion removes a few in passing, and in the end nothing is left of them.
#[tokio::test]
async fn removes_what_has_expired_bit_by_bit() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        for number in 0..1_000 {
            store.put(entry(&format!("old {number}"), b"", now), now).await.unwrap();
        }
        let then = later(now, 60);
        let held = || counted(&server, "e").unwrap();
        for number in 1..=200 {
            let before = held();
            store.put(entry(&format!("new {number}"), b"", then), then).await.unwrap();
            let swept = before + 1 - held();
            assert!(if number % 8 == 0 { swept <= 64 } else { swept == 0 }, "{number}: {swept}");
        }
        assert_eq!((held(), names(&server).len()), (200, 202));
    }
}

/// A full namespace whose entries have all expired has room at once, and one operation removes a bounded number of them.
#[tokio::test]
async fn what_has_expired_makes_room_for_as_much_as_192_entries_held() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let options = server.options().with_octets(PLACE, 600 * 10);
        let (store, now) = (options.connect(now()).await.unwrap(), now());
        for number in 0..600 {
            store.put(entry(&format!("old {number:03}"), b"123", now), now).await.unwrap();
        }
        let then = later(now, 60);
        let refused = store.put(entry("large", &[0; 2_000], then), then).await.unwrap_err();
        assert_eq!(refused.code(), "store.full");
        assert_eq!(counted(&server, "e"), Some(600 - 192));
        store.put(entry("large", &[0; 2_000], then), then).await.unwrap();
        assert_eq!(store.get(PLACE, "large", then).await.unwrap(), Some(vec![0; 2_000]));
    }
}

/// Redis frees an entry by its own clock, later than it expires, and leaves its mark in the order; that counts until it is
/// swept, and never removes the entry that has its name by then.
#[tokio::test]
async fn an_entry_that_redis_has_freed_is_counted_until_it_is_swept_and_no_longer() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        store.put(entry("k", b"12", now), now).await.unwrap();
        let life: i64 = server.tell(&["PTTL", "saml:{test.place}e:k"]);
        let order: i64 = server.tell(&["PTTL", "saml:{test.place}order"]);
        let held: i64 = server.tell(&["PTTL", "saml:{test.place}held"]);
        assert!(
            (650_000..=660_000).contains(&life) && order >= life && held >= life,
            "{life} {order} {held}"
        );
        let _: i64 = server.tell(&["DEL", "saml:{test.place}e:k"]);
        assert_eq!(store.insert_for("p", entry("k", b"1234", now), now).await.unwrap(), Insertion::Inserted);
        assert_eq!((counted(&server, "e"), counted(&server, "o")), (Some(2), Some(8)));
        // The very same mark again counts once.
        let _: i64 = server.tell(&["DEL", "saml:{test.place}e:k"]);
        assert_eq!(store.insert_for("p", entry("k", b"1234", now), now).await.unwrap(), Insertion::Inserted);
        assert_eq!((counted(&server, "e"), counted(&server, "ep")), (Some(2), Some(1)));
        // A later version of it is there when the marks of the earlier ones are swept.
        let last = later(now, 59);
        store.put(entry("k", b"later", last), last).await.unwrap();
        let then = later(now, 60);
        for _ in 0..4 {
            store.put(entry("another", b"", then), then).await.unwrap();
        }
        assert_eq!(counted(&server, "n"), Some(8));
        assert_eq!(store.get(PLACE, "k", then).await.unwrap(), Some(b"later".to_vec()));
        assert_eq!(
            (counted(&server, "e"), counted(&server, "o"), counted(&server, "ep")),
            (Some(2), Some(13), Some(1))
        );
    }
}

/// An entry that never expires keeps the counts of its namespace, whose lives would otherwise end.
#[tokio::test]
async fn what_never_expires_stays_and_is_counted() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        store.put(entry("k", b"", now), now).await.unwrap();
        let eternal = saml_store::Entry { expires_at: StoreInstant::MAX, ..entry("eternal", b"x", now) };
        store.put(eternal, now).await.unwrap();
        for name in ["e:eternal", "order", "held"] {
            let name = format!("saml:{{test.place}}{name}");
            assert_eq!(server.tell::<i64>(&["PTTL", &name]), -1, "{name}");
        }
        let last = StoreInstant::from_unix_millis(i64::MAX - 1);
        assert_eq!(store.get(PLACE, "eternal", last).await.unwrap(), Some(b"x".to_vec()));
        assert_eq!(store.get(PLACE, "eternal", StoreInstant::MAX).await.unwrap(), None);
    }
}

#[tokio::test]
async fn instants_at_the_extremes_are_told_apart() {
    const EXTREME: Namespace = Namespace::new("test.extreme");
    for program in programs() {
        let server = Server::start(program, &[]);
        let store = server.store().await;
        let at = StoreInstant::from_unix_millis;
        for (now, expires_at) in [
            (at(i64::MIN), at(i64::MIN + 1)),
            (at(-1), at(0)),
            (at(9_007_199_254_740_992), at(9_007_199_254_740_993)),
            (at(9_999_999_999), at(10_000_000_000)),
            (at(i64::MAX - 1), at(i64::MAX)),
        ] {
            let draft = saml_store::Entry { namespace: EXTREME, key: "k", value: b"v".to_vec(), expires_at };
            assert_eq!(store.insert_if_absent(draft.clone(), now).await.unwrap(), Insertion::Inserted);
            let again = saml_store::Entry { expires_at: StoreInstant::MAX, ..draft };
            assert_eq!(store.insert_if_absent(again, now).await.unwrap(), Insertion::AlreadyPresent);
            assert_eq!(store.get(EXTREME, "k", now).await.unwrap(), Some(b"v".to_vec()));
            assert_eq!(store.get(EXTREME, "k", expires_at).await.unwrap(), None);
            store.remove(EXTREME, "k", now).await.unwrap();
        }
    }
}

#[tokio::test]
async fn says_what_it_did_not_write_and_does_not_touch_it() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let (store, now) = (server.store().await, now());
        let name = "saml:{test.place}e:k";
        let _: i64 = server.tell(&["LPUSH", name, "x"]);
        for _ in 0..2 {
            assert_eq!(store.get(PLACE, "k", now).await.unwrap_err().code(), "store.corrupt");
            assert_eq!(store.take(PLACE, "k", now).await.unwrap_err().code(), "store.corrupt");
            let refused = store.insert_if_absent(entry("k", b"", now), now).await.unwrap_err();
            assert_eq!(refused.code(), "store.corrupt");
            let refused = store.put(entry("k", b"", now), now).await.unwrap_err();
            assert_eq!(refused.code(), "store.corrupt");
            assert_eq!(server.tell::<i64>(&["EXISTS", name]), 1);
            let _: i64 = server.tell(&["DEL", name]);
            let _: String = server.tell(&["SET", name, "0123456789012345678900"]);
        }
    }
}

#[tokio::test]
async fn stores_with_different_prefixes_share_nothing() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let now = now();
        let one = server.options().with_prefix("one:").connect(now).await.unwrap();
        let other = server.options().with_prefix("other:").connect(now).await.unwrap();
        one.put(entry("k", b"1", now), now).await.unwrap();
        assert_eq!(other.take(PLACE, "k", now).await.unwrap(), None);
        assert_eq!(one.take(PLACE, "k", now).await.unwrap(), Some(b"1".to_vec()));
    }
}

/// The handle can go before the runtime and within it, with an operation on its way.
#[tokio::test]
async fn is_dropped_at_any_time() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let now = now();
        let store = Arc::new(server.store().await);
        let _: String = server.tell(&["CLIENT", "PAUSE", "300"]);
        let held = Arc::clone(&store);
        let waits = tokio::spawn(async move { held.get(PLACE, "k", now).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        waits.abort();
        drop(store);
    }
}
