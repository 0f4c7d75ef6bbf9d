//! Damage, other processes in the way, and files that are taken away.

use std::fs;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Folder, NOW, PLACE, at, entry};
use crate::{Entry, FileStore, Insertion, Replacement, Store, StoreError};

fn long(key: &str, octets: usize) -> Entry<'_> {
    Entry { value: vec![b'v'; octets], ..entry(key, at(1_000_000)) }
}

/// Puts octets over a part of a file, in a process of its own: whoever opens and closes a file that SQLite has open in
/// the same process takes its locks away.
fn overwrite(folder: &Folder, page: usize, pages: usize) {
    let script = "head -c $((4096 * $3)) /dev/zero | tr '\\0' '\\377' |
        dd of=\"$1\" bs=4096 seek=$2 conv=notrunc 2>/dev/null";
    let (page, pages) = (page.to_string(), pages.to_string());
    let mut shell = Command::new("sh");
    shell.args(["-c", script, "sh"]).arg(folder.file()).args([page, pages]);
    assert!(shell.status().unwrap().success());
}

#[tokio::test]
async fn refuses_a_damaged_file_and_leaves_it_as_it_is() {
    let whole = Folder::new();
    let store = whole.open();
    for number in 0..200 {
        store.put(long(&number.to_string(), 1_000), NOW).await.unwrap();
    }
    drop(store);
    let octets = fs::read(whole.file()).unwrap();
    let pages = octets.len() / 4096;
    let mut damaged = vec![Vec::new(), b"not a store".to_vec(), octets[..octets.len() / 2].to_vec()];
    for page in [0, 1, 2, 3, pages / 2, pages - 1] {
        let mut copy = octets.clone();
        copy[page * 4096..(page + 1) * 4096].fill(0xff);
        damaged.push(copy);
    }
    let folder = Folder::new();
    for octets in damaged {
        drop(folder.open());
        fs::write(folder.file(), &octets).unwrap();
        let error = FileStore::open(folder.file()).unwrap_err();
        assert_eq!(error.code(), "store.corrupt", "{} octets: {error}", octets.len());
        assert_eq!(fs::read(folder.file()).unwrap(), octets);
        for name in folder.names() {
            fs::remove_file(folder.0.join(name)).unwrap();
        }
    }
}

#[test]
fn refuses_tables_that_are_not_those_of_the_format() {
    for change in [
        "DROP INDEX entry_by_expiry",
        "ALTER TABLE entry ADD COLUMN more TEXT",
        "CREATE TRIGGER forget AFTER INSERT ON entry BEGIN DELETE FROM entry; END",
    ] {
        let folder = Folder::new();
        drop(folder.open());
        Connection::open(folder.file()).unwrap().execute_batch(change).unwrap();
        assert_eq!(FileStore::open(folder.file()).unwrap_err().code(), "store.corrupt", "{change}");
    }
}

#[tokio::test]
async fn sees_amounts_that_are_not_those_of_the_entries() {
    for change in [
        "UPDATE amount SET octets = octets - 1",
        "DELETE FROM amount WHERE party = 'party'",
        "INSERT INTO amount VALUES ('test', 'nobody', 1, 1)",
        "DELETE FROM entry",
    ] {
        let folder = Folder::new();
        let store = folder.open();
        let _ = store.insert_for("party", entry("k", at(10)), NOW).await.unwrap();
        store.check().unwrap();
        Connection::open(folder.file()).unwrap().execute_batch(change).unwrap();
        assert_eq!(store.check().unwrap_err().code(), "store.corrupt", "{change}");
    }
}

/// Entries on sound pages are read and written as before, and nobody is told that a damaged one isn't there.
///
/// One thread stores them in their order, so that the pages lie alike each time.
#[tokio::test]
async fn damage_while_it_runs_is_told_to_those_whom_it_meets() {
    const ENTRIES: usize = 3_000;
    let folder = Folder::new();
    let store = Arc::new(folder.open());
    let keys: Vec<String> = (0..ENTRIES).map(|number| number.to_string()).collect();
    let stored = each(&store, &keys, |store, key| async move { store.put(long(&key, 3_000), NOW).await });
    assert_eq!(count(stored.await), (ENTRIES, 0));
    drop(store);
    let store = Arc::new(folder.open());
    overwrite(&folder, 1_000, 300);
    let found =
        each(&store, &keys, |store, key| async move { store.get(PLACE, &key, NOW).await.map(drop_value) });
    let (sound, damaged) = count(found.await);
    assert!(sound > 1_000 && damaged > 100, "{sound} read, {damaged} damaged");
    let replaced = each(&store, &keys, |store, key| async move {
        let answer = store.replace(long(&key, 2_999), &[b'v'; 3_000], NOW).await?;
        assert_eq!(answer, Replacement::Replaced);
        Ok(())
    });
    let (sound, damaged) = count(replaced.await);
    assert!(sound > 1_000 && damaged > 100, "{sound} written, {damaged} damaged");
    assert!(store.work().largest_group > 1);
}

/// That there is one: its length is that of what was stored.
fn drop_value(value: Option<Vec<u8>>) {
    assert_eq!(value.map(|value| value.len()), Some(3_000));
}

async fn each<F>(
    store: &Arc<FileStore>,
    keys: &[String],
    run: impl Fn(Arc<FileStore>, String) -> F,
) -> Vec<Result<(), StoreError>>
where
    F: Future<Output = Result<(), StoreError>> + Send + 'static,
{
    let running: Vec<_> = keys.iter().map(|key| tokio::spawn(run(store.clone(), key.clone()))).collect();
    let mut answers = Vec::new();
    for one in running {
        answers.push(one.await.unwrap());
    }
    answers
}

/// How many were answered, and how many told of damage.
fn count(answers: Vec<Result<(), StoreError>>) -> (usize, usize) {
    let damaged: Vec<_> = answers.iter().filter_map(|answer| answer.as_ref().err()).collect();
    assert!(damaged.iter().all(|error| error.code() == "store.corrupt"), "{damaged:?}");
    (answers.len() - damaged.len(), damaged.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waits_for_another_process_that_writes_and_gives_up_after_five_seconds() {
    let folder = Folder::new();
    let store = Arc::new(folder.open());
    store.put(entry("there", at(10)), NOW).await.unwrap();
    let other = Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = Instant::now();
    let waiting: Vec<_> = (0..3)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(
                async move { store.insert_if_absent(entry(&format!("new {number}"), at(10)), NOW).await },
            )
        })
        .collect();
    assert!(store.get(PLACE, "there", NOW).await.unwrap().is_some());
    assert!(begun.elapsed() < Duration::from_secs(3), "reading waits for nobody");
    for one in waiting {
        let error = one.await.unwrap().unwrap_err();
        assert_eq!(error.code(), "store.unavailable");
    }
    assert!((4..60).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    other.execute_batch("ROLLBACK").unwrap();
    let inserted = store.insert_if_absent(entry("new 0", at(10)), NOW).await.unwrap();
    assert_eq!(inserted, Insertion::Inserted, "it goes on by itself, and nothing was stored before");
}

#[tokio::test]
async fn stops_once_the_file_is_moved_deleted_or_replaced() {
    for replacement in [None, Some(Folder::new())] {
        let folder = Folder::new();
        let store = folder.open();
        store.put(entry("k", at(10)), NOW).await.unwrap();
        let aside = folder.0.join("aside");
        fs::rename(folder.file(), &aside).unwrap();
        if let Some(other) = &replacement {
            drop(other.open());
            fs::rename(other.file(), folder.file()).unwrap();
        }
        let error = store.insert_if_absent(entry("new", at(10)), NOW).await.unwrap_err();
        assert_eq!(error.code(), "store.unavailable");
        assert_eq!(store.get(PLACE, "k", NOW).await.unwrap_err().code(), "store.unavailable");
        if replacement.is_none() {
            fs::rename(&aside, folder.file()).unwrap();
            let inserted = store.insert_if_absent(entry("new", at(10)), NOW).await.unwrap();
            assert_eq!(inserted, Insertion::Inserted);
        }
    }
}
