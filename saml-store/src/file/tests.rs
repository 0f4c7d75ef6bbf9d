mod contract;
mod faults;
mod files;
mod records;
mod space;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{FileStore, FileStoreOptions};
use crate::{Entry, Namespace, StoreInstant};

const PLACE: Namespace = Namespace::new("test");
const NOW: StoreInstant = StoreInstant::from_unix_millis(1_795_176_000_000);

fn at(milliseconds: u64) -> StoreInstant {
    NOW.saturating_add(Duration::from_millis(milliseconds))
}

fn entry(key: &str, expires_at: StoreInstant) -> Entry<'_> {
    Entry { namespace: PLACE, key, value: key.as_bytes().to_vec(), expires_at }
}

/// A directory that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("saml-store-{}-{number}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("store")
    }

    fn options(&self) -> FileStoreOptions {
        FileStoreOptions::new(self.file())
    }

    fn open(&self) -> FileStore {
        self.options().open().unwrap()
    }

    fn names(&self) -> Vec<String> {
        let names = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> =
            names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left = fs::remove_dir_all(&self.0);
    }
}
