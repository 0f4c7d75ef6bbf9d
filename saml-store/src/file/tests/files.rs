//! Which files there are, whose they are, and which are refused.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use rusqlite::Connection;

use super::super::{Opened, Place};
use super::{Folder, NOW, PLACE, at, entry};
use crate::{FileStore, Insertion, OpenError, Store};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// The error of opening the folder's file, which is the same afterwards.
fn refused(folder: &Folder) -> OpenError {
    let before = fs::read(folder.file()).ok();
    let error = FileStore::open(folder.file()).unwrap_err();
    assert_eq!(fs::read(folder.file()).ok(), before, "{error}");
    error
}

#[tokio::test]
async fn a_file_is_for_its_owner_alone_and_so_is_what_stands_beside_it() {
    let folder = Folder::new();
    let store = folder.open();
    store.put(entry("k", at(10)), NOW).await.unwrap();
    assert_eq!(folder.names(), ["store", "store-shm", "store-wal"]);
    for name in folder.names() {
        assert_eq!(mode(&folder.0.join(&name)), 0o600, "{name}");
    }
    drop(store);
    assert_eq!(folder.names(), ["store"], "a file that was closed is whole without its log");
}

#[test]
fn a_commit_waits_for_the_disk() {
    let folder = Folder::new();
    drop(folder.open());
    let opened = Opened::new(&Place::of(&folder.file()).unwrap(), None).unwrap();
    let number = |name| opened.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(number("synchronous"), 2, "FULL: with less, the log is not synced before a commit answers");
    assert_eq!(number("secure_delete"), 2);
    let log: String = opened.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(log, "wal");
}

#[test]
fn refuses_a_file_that_others_may_read_and_a_log_too() {
    for (name, said) in [("store", "mode 0640"), ("store-wal", "-wal"), ("store-shm", "-shm")] {
        let folder = Folder::new();
        drop(folder.open());
        let path = folder.0.join(name);
        if !path.exists() {
            fs::write(&path, "").unwrap();
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let error = refused(&folder);
        assert_eq!(error.code(), "store.file_access");
        assert!(error.to_string().contains(said), "{error}");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        drop(folder.open());
    }
}

#[test]
fn refuses_links_folders_and_paths_that_lead_nowhere() {
    let folder = Folder::new();
    let place = Folder::new();
    drop(folder.open());
    symlink(folder.file(), place.file()).unwrap();
    assert_eq!(refused(&place).code(), "store.file_access");
    fs::remove_file(place.file()).unwrap();
    symlink(folder.0.join("absent"), place.file()).unwrap();
    assert_eq!(refused(&place).code(), "store.file_access");
    assert!(!folder.0.join("absent").exists());
    for path in [place.0.clone(), place.0.join("absent/store"), Path::new("/").to_owned()] {
        assert_eq!(FileStore::open(&path).unwrap_err().code(), "store.file_access", "{path:?}");
    }
}

#[tokio::test]
async fn follows_a_link_to_the_folder() {
    let (folder, place) = (Folder::new(), Folder::new());
    symlink(&folder.0, place.0.join("link")).unwrap();
    let store = FileStore::open(place.0.join("link/store")).unwrap();
    store.put(entry("k", at(10)), NOW).await.unwrap();
    assert!(folder.open().get(PLACE, "k", NOW).await.unwrap().is_some());
}

/// A log that is played into a file that it doesn't belong to would make a store of nonsense; a new and empty file beside
/// it would forget every replay mark.
#[tokio::test]
async fn refuses_to_start_anew_beside_the_log_of_a_file_that_is_gone() {
    let folder = Folder::new();
    let store = folder.open();
    store.put(entry("k", at(10)), NOW).await.unwrap();
    let log = fs::read(folder.0.join("store-wal")).unwrap();
    drop(store);
    fs::rename(folder.file(), folder.0.join("elsewhere")).unwrap();
    fs::write(folder.0.join("store-wal"), log).unwrap();
    assert_eq!(refused(&folder).code(), "store.file_access");
    assert_eq!(folder.names(), ["elsewhere", "store-wal"]);
}

#[test]
fn refuses_a_file_of_another_program() {
    let folder = Folder::new();
    let theirs = Connection::open(folder.file()).unwrap();
    theirs.execute_batch("CREATE TABLE people (name TEXT); PRAGMA application_id = 7").unwrap();
    drop(theirs);
    fs::set_permissions(folder.file(), fs::Permissions::from_mode(0o600)).unwrap();
    let error = refused(&folder);
    assert_eq!(error.code(), "store.foreign_file");
    assert!(error.to_string().ends_with("belongs to another program (application 7)"), "{error}");
    assert_eq!(folder.names(), ["store"]);
}

#[test]
fn refuses_a_file_of_a_later_version() {
    let folder = Folder::new();
    drop(folder.open());
    let ours = Connection::open(folder.file()).unwrap();
    ours.pragma_update(None, "user_version", 3).unwrap();
    drop(ours);
    let error = refused(&folder);
    assert_eq!(error.code(), "store.newer_format");
    assert!(error.to_string().ends_with("has format 3, and this program knows 2"), "{error}");
}

#[test]
fn of_many_that_open_a_new_file_at_once_all_get_the_same() {
    for _ in 0..10 {
        let folder = Folder::new();
        let stores: Vec<FileStore> = std::thread::scope(|scope| {
            let openers: Vec<_> = (0..8).map(|_| scope.spawn(|| folder.open())).collect();
            openers.into_iter().map(|opener| opener.join().unwrap()).collect()
        });
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let inserted = stores.iter().filter(|store| {
            let inserted = runtime.block_on(store.insert_if_absent(entry("k", at(10)), NOW));
            inserted.unwrap() == Insertion::Inserted
        });
        assert_eq!(inserted.count(), 1);
        drop(stores);
        assert_eq!(folder.names(), ["store"]);
    }
}

#[tokio::test]
async fn a_backup_is_whole_private_and_new() {
    let (folder, place) = (Folder::new(), Folder::new());
    let store = folder.options().with_default_capacity(2_000).open().unwrap();
    for number in 0..1_000 {
        let _ = store.insert_for("party", entry(&number.to_string(), at(10)), NOW).await.unwrap();
    }
    store.back_up(place.file()).unwrap();
    let _ = store.take(PLACE, "7", NOW).await.unwrap();
    assert_eq!(place.names(), ["store"]);
    assert_eq!(mode(&place.file()), 0o600);
    let error = store.back_up(place.file()).unwrap_err();
    assert_eq!((error.code(), place.names()), ("store.file_access", vec!["store".to_owned()]));
    let error = store.back_up(folder.file()).unwrap_err();
    assert_eq!(error.code(), "store.file_access", "never over itself");
    let restored = place.options().with_default_capacity(1_200).open().unwrap();
    restored.check().unwrap();
    for number in 0..1_000 {
        let key = number.to_string();
        let value = restored.get(PLACE, &key, NOW).await.unwrap();
        assert_eq!(value, Some(key.into_bytes()), "as it was when the backup was made");
    }
    // Amounts are restored, too: the party has its share.
    let refused = restored.insert_for("party", entry("more", at(10)), NOW).await.unwrap_err();
    assert_eq!(refused.code(), "store.party_full");
}
