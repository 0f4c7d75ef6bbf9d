//! Sealed records: the contract on every engine of this machine, and what it hides and binds.

use super::engines::Folder;
use super::*;
use crate::{FileStore, Import, MemoryRecords, Record, RecordName, Records, Resealing, conformance};

fn of(owner: &'static str, name: &'static str) -> RecordName<'static> {
    RecordName { namespace: PLACE, owner, name }
}

fn in_memory(keys: SealingKeys) -> Sealed<MemoryRecords> {
    Sealed::new(Arc::new(MemoryRecords::new()), keys)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_of_records_in_memory_and_in_a_file() {
    let folder = Folder::new("records");
    let memory = Arc::new(in_memory(keys()));
    conformance::records::run(memory.clone()).await.unwrap();
    let inner: Arc<dyn Records> = Arc::new(FileStore::open(folder.file()).unwrap());
    let file = Arc::new(Sealed::new(inner, keys()));
    conformance::records::run(file.clone()).await.unwrap();
    conformance::records::moves(memory.as_ref(), file.as_ref()).await.unwrap();
    conformance::records::moves(file.as_ref(), memory.as_ref()).await.unwrap();
}

#[tokio::test]
async fn fulfils_the_contract_of_records_when_full() {
    for (capacity, octets) in [(4, 16_000), (100, 1_000_000)] {
        let records = Sealed::new(Arc::new(MemoryRecords::with_capacity(capacity, octets)), keys());
        conformance::records::refuses_when_full(&records, PLACE, capacity, octets).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_nodes_of_which_one_has_the_new_key_already_have_the_same_records() {
    let inner = Arc::new(MemoryRecords::new());
    let of = |current, earlier| {
        let keys = SealingKeys::new(&key(50), key(current)).unwrap().with_earlier(key(earlier)).unwrap();
        Arc::new(Sealed::new(Arc::clone(&inner), keys))
    };
    conformance::records::run(conformance::records::in_turn(of(0, 1), of(1, 0))).await.unwrap();
}

#[tokio::test]
async fn a_file_shows_neither_owners_nor_names_nor_values_of_records() {
    const SECRETS: [&str; 3] = [ALICE, "the key at home", "what nobody is to know"];
    let folder = Folder::new("record-shows");
    let store = Sealed::new(Arc::new(FileStore::open(folder.file()).unwrap()), keys());
    let place = RecordName { namespace: PLACE, owner: SECRETS[0], name: SECRETS[1] };
    let _ = store.insert_record(place, SECRETS[2].into()).await.unwrap();
    let hidden = store.hidden_record(place).unwrap();
    let exported = store.export_records(PLACE, None).await.unwrap();
    drop(store);
    assert!(SECRETS.iter().all(|secret| !folder.contains(secret)));
    assert!(folder.contains(&hidden.owner) && folder.contains(&hidden.name), "it is read at all");
    let shown = exported.records.iter().map(|record| {
        let value = String::from_utf8_lossy(&record.value).into_owned();
        format!("{} {} {value}", record.owner, record.name)
    });
    assert!(
        shown.clone().count() == 1 && shown.into_iter().all(|text| !SECRETS.iter().any(|s| text.contains(s)))
    );
}

/// Whoever can write underneath moves a value to another place, or puts in what was never sealed for it.
#[tokio::test]
async fn refuses_a_value_that_was_sealed_for_another_place_or_not_at_all() {
    let store = in_memory(keys());
    let entries = sealed(keys());
    let from = of("alice", "a");
    let _ = store.insert_record(from, b"secret".to_vec()).await.unwrap();
    let hidden = store.hidden_record(from).unwrap();
    let value = store.inner.record(hidden.at(PLACE)).await.unwrap().unwrap();
    // An entry that was sealed under the same keys, for a place that reads alike.
    entries.put(entry(ALICE, b"x"), NOW).await.unwrap();
    let other_kind = entries.beneath(PLACE, ALICE).await.unwrap();
    let mut flipped = value.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let elsewhere = RecordName { namespace: OTHER, ..from };
    for (place, octets) in [
        (of("alice", "b"), value.clone()),
        (of("bob", "a"), value.clone()),
        (elsewhere, value.clone()),
        (of("carol", "a"), other_kind),
        (of("dave", "a"), flipped),
        (of("erin", "a"), b"in clear".to_vec()),
    ] {
        let hidden = store.hidden_record(place).unwrap();
        let beneath = hidden.at(place.namespace);
        let _ = store.inner.insert_record(beneath, octets.clone()).await.unwrap();
        let corrupt = "store.corrupt";
        assert_eq!(store.record(place).await.unwrap_err().code(), corrupt, "{place:?}");
        assert_eq!(store.records_of(place.namespace, place.owner, None).await.unwrap_err().code(), corrupt);
        let replaced = store.replace_record(place, Vec::new(), b"secret").await;
        assert_eq!(replaced.unwrap_err().code(), corrupt);
        assert_eq!(store.remove_record(place, b"secret").await.unwrap_err().code(), corrupt);
        let record = Record { owner: hidden.owner.clone(), name: hidden.name.clone(), value: octets };
        let imported = in_memory(keys()).import_record(place.namespace, &record).await;
        assert_eq!(imported.unwrap_err().code(), corrupt, "{place:?}");
    }
    assert_eq!(store.record(from).await.unwrap(), Some(b"secret".to_vec()));
}

#[tokio::test]
async fn an_import_needs_the_same_keys_and_knows_the_same_value_sealed_anew() {
    let store = in_memory(keys());
    let place = of("alice", "a");
    let _ = store.insert_record(place, b"first".to_vec()).await.unwrap();
    let exported = store.export_records(PLACE, None).await.unwrap().records;
    let others = in_memory(SealingKeys::new(&key(50), key(9)).unwrap());
    assert_eq!(others.import_record(PLACE, &exported[0]).await.unwrap_err().code(), "store.corrupt");
    let again = store.replace_record(place, b"first".to_vec(), b"first").await.unwrap();
    assert_eq!(again, Replacement::Replaced);
    assert_ne!(store.export_records(PLACE, None).await.unwrap().records, exported);
    assert_eq!(store.import_record(PLACE, &exported[0]).await.unwrap(), Import::AlreadyPresent);
    let _ = store.replace_record(place, b"second".to_vec(), b"first").await.unwrap();
    assert_eq!(store.import_record(PLACE, &exported[0]).await.unwrap(), Import::Differs);
    assert_eq!(store.record(place).await.unwrap(), Some(b"second".to_vec()));
}

/// Seals all records of the namespace anew; how many were not current.
async fn seal_all_anew(store: &Sealed<MemoryRecords>) -> usize {
    let (mut after, mut sealed) = (None::<Record>, 0);
    loop {
        let behind = after.as_ref().map(|last| (last.owner.as_str(), last.name.as_str()));
        let page = store.export_records(PLACE, behind).await.unwrap();
        for record in &page.records {
            sealed += usize::from(store.seal_anew(PLACE, record).await.unwrap() == Resealing::SealedAnew);
        }
        after = page.records.last().cloned();
        if !page.more {
            return sealed;
        }
    }
}

#[tokio::test]
async fn records_outlive_the_key_that_sealed_them_once_they_are_sealed_anew() {
    let inner = Arc::new(MemoryRecords::new());
    let under = |current: u8, earlier: &[u8]| {
        let keys = SealingKeys::new(&key(50), key(current)).unwrap();
        let keys = earlier.iter().try_fold(keys, |keys, octet| keys.with_earlier(key(*octet))).unwrap();
        Sealed::new(Arc::clone(&inner), keys)
    };
    let names: Vec<String> = (0..250).map(|number| number.to_string()).collect();
    let at = |name| RecordName { namespace: PLACE, owner: "alice", name };
    for name in &names {
        let _ = under(1, &[]).insert_record(at(name), name.clone().into_bytes()).await.unwrap();
    }
    let rotated = under(2, &[1]);
    let _ = rotated.insert_record(of("bob", "new"), b"under the new key".to_vec()).await.unwrap();
    assert_eq!(under(2, &[]).record(at("7")).await.unwrap_err().code(), "store.corrupt", "it needs the key");
    assert_eq!(seal_all_anew(&rotated).await, names.len());
    assert_eq!(seal_all_anew(&rotated).await, 0);
    // The key before is gone.
    let after = under(2, &[]);
    for name in &names {
        assert_eq!(after.record(at(name)).await.unwrap(), Some(name.clone().into_bytes()));
    }
    let listed = after.records_of(PLACE, "alice", None).await.unwrap().records;
    assert!(listed.iter().all(|record| record.name.as_bytes() == record.value), "with its name");
    assert_eq!(after.record(of("bob", "new")).await.unwrap(), Some(b"under the new key".to_vec()));
    assert_eq!(after.remove_record(at("7"), b"7").await.unwrap(), crate::Removal::Removed);
}

#[tokio::test]
async fn sealing_anew_takes_what_stands_there_and_brings_nothing_back() {
    let inner = Arc::new(MemoryRecords::new());
    let before = Sealed::new(Arc::clone(&inner), SealingKeys::new(&key(50), key(1)).unwrap());
    let keys = SealingKeys::new(&key(50), key(2)).unwrap().with_earlier(key(1)).unwrap();
    let rotated = Sealed::new(Arc::clone(&inner), keys);
    let place = of("alice", "a");
    let _ = before.insert_record(place, b"first".to_vec()).await.unwrap();
    let exported = before.export_records(PLACE, None).await.unwrap().records.remove(0);
    // A node that doesn't seal under the new key yet changes it after the export.
    let _ = before.replace_record(place, b"second".to_vec(), b"first").await.unwrap();
    assert_eq!(rotated.seal_anew(PLACE, &exported).await.unwrap(), Resealing::SealedAnew);
    assert_eq!(rotated.record(place).await.unwrap(), Some(b"second".to_vec()));
    assert_eq!(rotated.seal_anew(PLACE, &exported).await.unwrap(), Resealing::AlreadyCurrent);
    assert_eq!(before.seal_anew(PLACE, &exported).await.unwrap_err().code(), "store.corrupt");
    let elsewhere = Record { owner: "bob".to_owned(), ..exported.clone() };
    let _ = inner.insert_record(elsewhere.at(PLACE), exported.value.clone()).await.unwrap();
    assert_eq!(rotated.seal_anew(PLACE, &elsewhere).await.unwrap_err().code(), "store.corrupt");
    assert_eq!(rotated.remove_record(place, b"second").await.unwrap(), crate::Removal::Removed);
    assert_eq!(rotated.seal_anew(PLACE, &exported).await.unwrap(), Resealing::Gone);
    assert_eq!(rotated.record(place).await.unwrap(), None);
}
