//! Room in the file: bounds, expiry, reuse.

use std::fs;
use std::sync::Arc;

use rusqlite::Connection;

use super::{Folder, NOW, PLACE, at, entry};
use crate::{Entry, FileStore, Insertion, Store, StoreError, StoreInstant};

fn long(key: &str, octets: usize, expires_at: StoreInstant) -> Entry<'_> {
    Entry { value: vec![b'v'; octets], ..entry(key, expires_at) }
}

/// Stores entries of 10 000 octets until one is refused. Returns how many there are, and why.
async fn fill(store: &FileStore) -> (usize, StoreError) {
    for number in 0..10_000 {
        let stored = store.insert_if_absent(long(&number.to_string(), 10_000, at(10)), NOW).await;
        if let Err(error) = stored {
            return (number, error);
        }
    }
    unreachable!("there is always room");
}

#[tokio::test]
async fn a_file_that_may_grow_no_longer_keeps_all_and_goes_on_with_what_is_given_back() {
    let folder = Folder::new();
    let store = folder.options().with_file_octets(2_000_000).open().unwrap();
    let (stored, error) = fill(&store).await;
    assert_eq!(error.code(), "store.no_space");
    assert!(!error.lacks_room(), "it is no matter of capacities");
    assert!((100..200).contains(&stored), "{stored}");
    for number in 0..stored {
        assert!(store.get(PLACE, &number.to_string(), NOW).await.unwrap().is_some());
    }
    assert_eq!(store.put(long("0", 100_000, at(10)), NOW).await.unwrap_err().code(), "store.no_space");
    let value = store.get(PLACE, "0", NOW).await.unwrap();
    assert_eq!(value.map(|value| value.len()), Some(10_000), "what stood there stands");
    for key in ["0", "1", "2", "3"] {
        assert!(store.take(PLACE, key, NOW).await.unwrap().is_some());
    }
    let inserted = store.insert_if_absent(long("again", 10_000, at(10)), NOW).await.unwrap();
    assert_eq!(inserted, Insertion::Inserted);
    store.check().unwrap();
    drop(store);
    assert!(fs::metadata(folder.file()).unwrap().len() <= 2_000_000);
}

/// One member of a group finds no room; the others, which need none, must not hear of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_needs_no_room_is_not_refused_because_another_one_of_the_group_does() {
    let folder = Folder::new();
    let store = Arc::new(folder.options().with_file_octets(2_000_000).open().unwrap());
    let (stored, _) = fill(&store).await;
    let before = store.work();
    // Nothing begins while this holds the lock, so that all of them wait and then begin together.
    let other = Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let run = |number: usize| {
        let store = store.clone();
        tokio::spawn(async move {
            let key = number.to_string();
            if number.is_multiple_of(2) {
                return store.take(PLACE, &key, NOW).await.map(|value| value.is_some());
            }
            store.put(long(&key, 1_500_000, at(10)), NOW).await.map(|()| true)
        })
    };
    // The first has begun alone by the time when the others come, which are one group.
    let mut running = vec![run(0)];
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    running.extend((1..20).map(run));
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    other.execute_batch("ROLLBACK").unwrap();
    for (number, one) in running.into_iter().enumerate() {
        let answer = one.await.unwrap().map_err(|error| error.code());
        let expected = if number.is_multiple_of(2) { Ok(true) } else { Err("store.no_space") };
        assert_eq!(answer, expected, "{number}");
    }
    let takes = store.work().operations - before.operations;
    assert_eq!((takes, store.work().groups - before.groups), (10, 10), "each by itself");
    assert!(stored > 20);
    store.check().unwrap();
}

#[tokio::test]
async fn no_operation_removes_more_than_256_expired_entries() {
    let folder = Folder::new();
    let store = folder.options().with_capacity(PLACE, 10_000).with_octets(PLACE, 100_000).open().unwrap();
    for number in 0..1_000 {
        store.put(long(&number.to_string(), 90, at(10)), NOW).await.unwrap();
    }
    // The entry needs all of it, and 256 expired ones give way at once.
    let mut attempts = 1;
    while let Err(error) = store.put(long("large", 99_000, at(20)), at(10)).await {
        assert_eq!(error.code(), "store.full");
        attempts += 1;
        assert!(attempts < 10);
    }
    assert_eq!((attempts, store.work().most_freed), (4, 256));
    store.check().unwrap();
}

#[tokio::test]
async fn each_operation_removes_a_few_of_what_has_expired() {
    let folder = Folder::new();
    let store = folder.open();
    for number in 0..400 {
        store.put(entry(&number.to_string(), at(10)), NOW).await.unwrap();
    }
    assert_eq!(store.work().most_freed, 0);
    for number in 0..100 {
        store.remove(PLACE, "absent", at(9)).await.unwrap();
        store.put(entry(&format!("new {number}"), at(20)), at(10)).await.unwrap();
    }
    assert_eq!(store.work().most_freed, 4);
    let file = Connection::open(folder.file()).unwrap();
    let entries: i64 = file.query_row("SELECT count(*) FROM entry", (), |row| row.get(0)).unwrap();
    assert_eq!(entries, 100, "those of now");
    store.check().unwrap();
}

/// Stores 2 000 entries in a round at a time when all those of the round before have expired.
async fn churn(folder: &Folder, rounds: std::ops::Range<u64>) -> u64 {
    let store = Arc::new(folder.open());
    for round in rounds {
        let running: Vec<_> = (0..2_000)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let key = format!("{round} {number}");
                    store.put(long(&key, 1_000, at(10 * (round + 1))), at(10 * round)).await
                })
            })
            .collect();
        for one in running {
            one.await.unwrap().unwrap();
        }
    }
    store.check().unwrap();
    drop(Arc::into_inner(store).unwrap());
    fs::metadata(folder.file()).unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn space_is_used_again_and_given_back() {
    let folder = Folder::new();
    let two = churn(&folder, 0..2).await;
    let many = churn(&folder, 2..12).await;
    assert!(two > 2_000_000 && many <= two + two / 10, "{two} octets after two rounds, {many} after twelve");
    // A burst of twenty times as much comes and goes.
    let store = folder.options().with_default_octets(100_000_000).open().unwrap();
    for number in 0..200 {
        store.put(long(&format!("burst {number}"), 200_000, at(200)), at(120)).await.unwrap();
    }
    drop(store);
    let burst = fs::metadata(folder.file()).unwrap().len();
    let after = churn(&folder, 20..23).await;
    assert!(burst > 40_000_000 && after < burst / 2, "{burst} octets after a burst, {after} a while later");
}
