//! The contract, sealed, on each engine, and what an engine gets to know.

use std::path::PathBuf;
use std::sync::Arc;

use super::{ALICE, NOW, PLACE, entry, key, keys};
use crate::{FileStore, MemoryStore, Sealed, SealingKeys, Store, conformance};

/// A file that goes away with the test, and its folder.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("saml-store-sealed-{test}-{}", std::process::id()));
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join("store")
    }

    /// Whether a text is anywhere in the files.
    pub(super) fn contains(&self, text: &str) -> bool {
        let files = std::fs::read_dir(&self.0).unwrap();
        let mut octets = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
        octets.any(|octets| octets.windows(text.len()).any(|window| window == text.as_bytes()))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _left = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_in_memory() {
    let store = Sealed::new(Arc::new(MemoryStore::new()), keys());
    conformance::run(Arc::new(store), NOW).await.unwrap();
    let store = Sealed::new(Arc::new(MemoryStore::new()), keys());
    conformance::keeps_to_the_clock_of_its_callers(&store).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_in_a_file() {
    let folder = Folder::new("contract");
    let inner: Arc<dyn Store> = Arc::new(FileStore::open(folder.file()).unwrap());
    conformance::run(Arc::new(Sealed::new(inner, keys())), NOW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_of_which_one_has_the_new_key_already_are_one_store() {
    let inner = Arc::new(MemoryStore::new());
    let of = |current, earlier| {
        let keys = SealingKeys::new(&key(50), key(current)).unwrap().with_earlier(key(earlier)).unwrap();
        Arc::new(Sealed::new(Arc::clone(&inner), keys))
    };
    conformance::run(conformance::in_turn(of(0, 1), of(1, 0)), NOW).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_when_full() {
    let of = |inner: MemoryStore| Sealed::new(Arc::new(inner), keys());
    let full = of(MemoryStore::new().with_capacity(PLACE, 7));
    conformance::refuses_when_full(&full, PLACE, 7, NOW).await.unwrap();
    let shared = of(MemoryStore::new().with_capacity(PLACE, 13));
    conformance::leaves_room_for_others(&shared, PLACE, 13, NOW).await.unwrap();
    let crowded = of(MemoryStore::new().with_capacity(PLACE, 7));
    conformance::admits_no_more_at_once(Arc::new(crowded), PLACE, 7, NOW).await.unwrap();
    for octets in [65_536, 1_000_000] {
        let long = of(MemoryStore::new().with_octets(PLACE, octets));
        conformance::bounds_octets(&long, PLACE, octets, NOW).await.unwrap();
    }
}

#[tokio::test]
async fn keeps_the_contract_over_a_restart() {
    let folder = Folder::new("restart");
    let open = || Sealed::new(Arc::new(FileStore::open(folder.file()).unwrap()), keys());
    conformance::before_restart(&open(), NOW).await.unwrap();
    conformance::after_restart(&open(), NOW).await.unwrap();
}

#[tokio::test]
async fn a_file_shows_neither_values_nor_names_nor_parties() {
    const SECRETS: [&str; 3] = [ALICE, "https://idp.example/", "what nobody is to know"];
    let folder = Folder::new("shows");
    let draft = entry(ALICE, SECRETS[2].as_bytes());
    let store = Sealed::new(Arc::new(FileStore::open(folder.file()).unwrap()), keys());
    let _ = store.insert_for(SECRETS[1], draft.clone(), NOW).await.unwrap();
    let hidden = store.hidden_key(PLACE, ALICE).unwrap();
    drop(store);
    assert!(SECRETS.iter().all(|secret| !folder.contains(secret)));
    assert!(folder.contains(&hidden), "it is read at all");
    let in_clear = FileStore::open(folder.file()).unwrap();
    let _ = in_clear.insert_for(SECRETS[1], draft, NOW).await.unwrap();
    drop(in_clear);
    assert!(SECRETS.iter().all(|secret| folder.contains(secret)), "in clear");
}
