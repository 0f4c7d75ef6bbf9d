//! Processes that are killed while they write.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use saml_store::{Entry, FileStore, Insertion, Store, conformance};

use crate::child::{NOW, PLACE, Role, Started, start};
use crate::folder::Folder;

const ROUNDS: u64 = 15;

/// Another number each time, from a seed that is printed.
struct Dice(u64);

impl Dice {
    fn new() -> Self {
        let seed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
        println!("seed {seed}");
        Self(u64::from(seed))
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Hears a child out until it was killed, after so many steps.
fn killed_after(mut child: Started, steps: u64) -> Vec<String> {
    let mut said = Vec::new();
    for _ in 0..=steps {
        said.extend(child.next());
    }
    said.extend(child.kill());
    assert_eq!(said.first().map(String::as_str), Some("opened"));
    assert!(u64::try_from(said.len()).unwrap() > steps, "the child ended by itself: {said:?}");
    said
}

#[tokio::test]
async fn what_was_acknowledged_before_a_kill_is_there_when_the_file_is_opened_again() {
    let mut dice = Dice::new();
    let mut entries = 0;
    for round in 0..ROUNDS {
        let folder = Folder::new();
        let said = killed_after(start(Role::Write, &folder.file(), "", &[]), dice.below(1 << round));
        let store = FileStore::open(folder.file()).unwrap();
        let seen = conformance::after_kill(&store, &said, NOW).await;
        entries += seen.unwrap_or_else(|violation| panic!("round {round}: {violation}"));
        store.check().unwrap();
    }
    println!("{entries} entries");
    assert!(entries > 100);
}

#[tokio::test]
async fn records_that_were_acknowledged_before_a_kill_are_there_when_the_file_is_opened_again() {
    let mut dice = Dice::new();
    let mut steps = 0;
    for round in 0..ROUNDS {
        let folder = Folder::new();
        let child = start(Role::WriteRecords, &folder.file(), "", &[]);
        let said = killed_after(child, dice.below(1 << round.min(11)));
        let store = FileStore::open(folder.file()).unwrap();
        let seen = conformance::records::after_kill(&store, &said).await;
        steps += seen.unwrap_or_else(|violation| panic!("round {round}: {violation}"));
        store.check().unwrap();
    }
    println!("{steps} steps");
    assert!(steps > 100);
}

/// The one that lives has the file open all the time, and goes on writing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_holds_up_no_other_and_loses_nothing() {
    let mut dice = Dice::new();
    for round in 0..5 {
        let folder = Folder::new();
        let store = Arc::new(FileStore::open(folder.file()).unwrap());
        let beside = store.clone();
        let writing = tokio::spawn(async move {
            let mut number = 0_u64;
            loop {
                let expires_at = NOW.saturating_add(Duration::from_secs(60));
                let entry =
                    Entry { namespace: PLACE, key: &number.to_string(), value: Vec::new(), expires_at };
                let inserted = beside.insert_if_absent(entry, NOW).await;
                assert_eq!(inserted.unwrap(), Insertion::Inserted);
                number += 1;
            }
        });
        let steps = 10 + dice.below(200);
        let path = folder.file();
        let said =
            tokio::task::spawn_blocking(move || killed_after(start(Role::Write, &path, "", &[]), steps));
        let said = said.await.unwrap();
        let seen = conformance::after_kill(store.as_ref(), &said, NOW).await;
        seen.unwrap_or_else(|violation| panic!("round {round}: {violation}"));
        writing.abort();
        assert!(writing.await.unwrap_err().is_cancelled(), "it wrote until it was stopped");
        store.check().unwrap();
    }
}

#[tokio::test]
async fn a_kill_while_the_file_is_made_leaves_a_file_or_none() {
    let mut dice = Dice::new();
    for round in 0..20 {
        let folder = Folder::new();
        let child = start(Role::Open, &folder.file(), "", &[]);
        std::thread::sleep(Duration::from_micros(dice.below(40_000)));
        child.kill();
        let store = FileStore::open(folder.file()).unwrap_or_else(|error| panic!("round {round}: {error}"));
        store.check().unwrap();
    }
}
