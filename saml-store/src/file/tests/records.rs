//! Records: the contract, their table beside that of the entries, and files from before there were any.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{Folder, NOW, PLACE, at, entry};
use crate::{
    FileStore, Insertion, MemoryRecords, OpenError, RecordName, Records, Removal, Replacement, Store,
    conformance,
};

const KEY: RecordName<'static> = RecordName { namespace: PLACE, owner: "alice", name: "passkey" };

/// A file of format 1 with a damaged page, and what is in it.
async fn damaged_of_before() -> (Folder, Vec<u8>) {
    let whole = Folder::new();
    let store = whole.open();
    for number in 0..200 {
        store.put(entry(&format!("{number:0100}"), at(10)), NOW).await.unwrap();
    }
    drop(store);
    age(&whole);
    let mut octets = fs::read(whole.file()).unwrap();
    let middle = octets.len() / 4096 / 2;
    octets[middle * 4096..(middle + 1) * 4096].fill(0xff);
    fs::write(whole.file(), &octets).unwrap();
    (whole, octets)
}

/// Makes the folder's file what it was before there were records.
fn age(folder: &Folder) {
    let file = Connection::open(folder.file()).unwrap();
    file.execute_batch("DROP TABLE record; DROP TABLE record_amount; PRAGMA user_version = 1").unwrap();
}

fn format(folder: &Folder) -> i64 {
    let file = Connection::open(folder.file()).unwrap();
    file.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract() {
    let folder = Folder::new();
    let store = Arc::new(folder.open());
    conformance::records::run(store.clone()).await.unwrap();
    store.check().unwrap();
    let work = store.work();
    assert!(work.largest_group > 1 && work.groups < work.operations, "racers share transactions: {work:?}");
    let memory = MemoryRecords::new();
    conformance::records::moves(store.as_ref(), &memory).await.unwrap();
    conformance::records::moves(&memory, store.as_ref()).await.unwrap();
    store.check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_handles_on_one_file_have_the_same_records() {
    let folder = Folder::new();
    let (one, other) = (Arc::new(folder.open()), Arc::new(folder.open()));
    conformance::records::run(conformance::records::in_turn(one.clone(), other.clone())).await.unwrap();
    assert!(one.work().operations > 500 && other.work().operations > 500);
    one.check().unwrap();
}

#[tokio::test]
async fn fulfils_the_contract_when_full() {
    for (capacity, octets) in [(4, 8_000), (7, 20_000), (100, 1_000_000)] {
        let folder = Folder::new();
        let options = folder.options().with_record_capacity(capacity).with_record_octets(octets);
        let store = options.open().unwrap();
        conformance::records::refuses_when_full(&store, PLACE, capacity, octets).await.unwrap();
        store.check().unwrap();
    }
}

#[tokio::test]
async fn entries_and_records_of_one_namespace_are_apart_and_in_one_group() {
    let folder = Folder::new();
    let store = folder.options().with_default_capacity(1).with_record_capacity(1).open().unwrap();
    store.put(entry("passkey", at(10)), NOW).await.unwrap();
    assert_eq!(store.insert_record(KEY, b"secret".to_vec()).await.unwrap(), Insertion::Inserted);
    assert_eq!(store.put(entry("more", at(10)), NOW).await.unwrap_err().code(), "store.full");
    let more = RecordName { name: "more", ..KEY };
    assert_eq!(store.insert_record(more, Vec::new()).await.unwrap_err().code(), "store.full");
    // Entries expire, and records do not give way.
    assert_eq!(store.get(PLACE, "passkey", at(10)).await.unwrap(), None);
    store.put(entry("more", at(20)), at(10)).await.unwrap();
    assert_eq!(store.record(KEY).await.unwrap(), Some(b"secret".to_vec()));
    let before = store.work();
    let (put, replaced, removed) = tokio::join!(
        store.put(entry("more", at(20)), at(10)),
        store.replace_record(KEY, b"other".to_vec(), b"secret"),
        store.remove_record(KEY, b"neither"),
    );
    put.unwrap();
    assert_eq!((replaced.unwrap(), removed.unwrap()), (Replacement::Replaced, Removal::Changed));
    assert_eq!(store.work().operations - before.operations, 3);
    store.check().unwrap();
}

#[tokio::test]
async fn a_file_from_before_there_were_records_gets_them_and_keeps_its_entries() {
    let folder = Folder::new();
    let store = folder.open();
    let _ = store.insert_for("party", entry("k", at(10)), NOW).await.unwrap();
    drop(store);
    age(&folder);
    let stores: Vec<FileStore> = std::thread::scope(|scope| {
        let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| folder.open())).collect();
        openers.into_iter().map(|opener| opener.join().unwrap()).collect()
    });
    for store in &stores {
        assert_eq!(store.get(PLACE, "k", NOW).await.unwrap(), Some(b"k".to_vec()));
    }
    assert_eq!(stores[0].insert_record(KEY, b"secret".to_vec()).await.unwrap(), Insertion::Inserted);
    assert_eq!(stores[7].record(KEY).await.unwrap(), Some(b"secret".to_vec()));
    stores[3].check().unwrap();
    drop(stores);
    assert_eq!(format(&folder), 2);
}

#[tokio::test]
async fn an_old_file_that_is_damaged_or_of_other_tables_is_left_as_it_is() {
    let (folder, damaged) = damaged_of_before().await;
    assert_eq!(FileStore::open(folder.file()).unwrap_err().code(), "store.corrupt");
    assert_eq!(fs::read(folder.file()).unwrap(), damaged);
    // A table of that name is not ours.
    let folder = Folder::new();
    drop(folder.open());
    age(&folder);
    let file = Connection::open(folder.file()).unwrap();
    file.execute_batch("CREATE TABLE record (other TEXT)").unwrap();
    drop(file);
    assert_eq!(FileStore::open(folder.file()).unwrap_err().code(), "store.corrupt");
    assert_eq!(format(&folder), 1);
}

/// The sign that a look left everything as it was: the octets, and no log beside them.
fn looked(folder: &Folder) -> Result<(), OpenError> {
    let before = fs::read(folder.file()).unwrap();
    let seen = FileStore::look(folder.file());
    assert_eq!(fs::read(folder.file()).unwrap(), before, "{seen:?}");
    assert_eq!(folder.names(), ["store"]);
    seen
}

#[tokio::test]
async fn a_look_leaves_files_of_both_formats_as_they_are() {
    let folder = Folder::new();
    FileStore::look(folder.file()).unwrap();
    assert_eq!(folder.names(), [""; 0], "it makes none");
    let store = folder.open();
    store.put(entry("k", at(10)), NOW).await.unwrap();
    FileStore::look(folder.file()).unwrap();
    store.put(entry("k", at(10)), NOW).await.unwrap();
    drop(store);
    looked(&folder).unwrap();
    assert_eq!(format(&folder), 2);
    age(&folder);
    looked(&folder).unwrap();
    assert_eq!(format(&folder), 1, "a program from before there were records can go on with it");
    let store = folder.open();
    assert_eq!(store.get(PLACE, "k", NOW).await.unwrap(), Some(b"k".to_vec()));
    drop(store);
    assert_eq!(format(&folder), 2);
}

#[tokio::test]
async fn a_look_refuses_what_would_not_be_opened() {
    let code = |folder: &Folder| looked(folder).unwrap_err().code();
    let (damaged, _) = damaged_of_before().await;
    assert_eq!(code(&damaged), "store.corrupt");
    for (change, expected) in [
        ("CREATE TABLE record (other TEXT)", "store.corrupt"),
        ("PRAGMA user_version = 2", "store.corrupt"),
        ("PRAGMA user_version = 3", "store.newer_format"),
        ("PRAGMA application_id = 7", "store.foreign_file"),
    ] {
        let folder = Folder::new();
        drop(folder.open());
        age(&folder);
        Connection::open(folder.file()).unwrap().execute_batch(change).unwrap();
        assert_eq!(code(&folder), expected, "{change}");
    }
    let folder = Folder::new();
    drop(folder.open());
    Connection::open(folder.file()).unwrap().execute_batch("PRAGMA user_version = 1").unwrap();
    assert_eq!(code(&folder), "store.corrupt", "an old file has no records");
}

/// Reading a large file takes longer than others wait for a place to write.
#[tokio::test]
async fn an_old_file_is_read_before_others_have_to_wait_for_it() {
    let (damaged, _) = damaged_of_before().await;
    let other = Connection::open(damaged.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let began = Instant::now();
    assert_eq!(FileStore::open(damaged.file()).unwrap_err().code(), "store.corrupt");
    assert!(began.elapsed() < Duration::from_secs(4), "it waited for who writes: {:?}", began.elapsed());
    other.execute_batch("ROLLBACK").unwrap();
}

#[tokio::test]
async fn amounts_that_are_not_those_of_the_records_are_found() {
    for change in [
        "UPDATE record_amount SET octets = octets + 1",
        "UPDATE record_amount SET records = 2",
        "DELETE FROM record_amount",
        "DELETE FROM record",
        "INSERT INTO record_amount VALUES ('other', 1, 1)",
    ] {
        let folder = Folder::new();
        let store = folder.open();
        let _ = store.insert_record(KEY, b"secret".to_vec()).await.unwrap();
        store.check().unwrap();
        Connection::open(folder.file()).unwrap().execute_batch(change).unwrap();
        let error = store.check().unwrap_err();
        assert_eq!(error.code(), "store.corrupt", "{change}");
    }
}

#[tokio::test]
async fn a_backup_has_entries_and_records_of_one_moment() {
    let (folder, place) = (Folder::new(), Folder::new());
    let store = folder.open();
    store.put(entry("k", at(10)), NOW).await.unwrap();
    let _ = store.insert_record(KEY, b"secret".to_vec()).await.unwrap();
    store.back_up(place.file()).unwrap();
    assert_eq!(store.remove_record(KEY, b"secret").await.unwrap(), Removal::Removed);
    let restored = place.open();
    restored.check().unwrap();
    assert_eq!(restored.record(KEY).await.unwrap(), Some(b"secret".to_vec()));
    assert_eq!(restored.get(PLACE, "k", NOW).await.unwrap(), Some(b"k".to_vec()));
    assert_eq!(restored.remove_records_of(PLACE, "alice").await.unwrap(), 1);
    restored.check().unwrap();
}
