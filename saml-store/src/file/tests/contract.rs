use std::sync::Arc;

use super::{Folder, NOW, PLACE, at};
use crate::{Store, conformance};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract() {
    let folder = Folder::new();
    let store = Arc::new(folder.open());
    let shared: Arc<dyn Store> = store.clone();
    conformance::run(shared, NOW).await.unwrap();
    store.check().unwrap();
    let work = store.work();
    assert!(work.largest_group > 1 && work.groups < work.operations, "racers share transactions: {work:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_handles_on_one_file_are_one_store() {
    let folder = Folder::new();
    let open = || Arc::new(folder.options().with_capacity(PLACE, 20).open().unwrap());
    let (one, other) = (open(), open());
    conformance::run(conformance::in_turn(one.clone(), other.clone()), NOW).await.unwrap();
    let both = conformance::in_turn(one.clone(), other.clone());
    conformance::refuses_when_full(both.as_ref(), PLACE, 20, NOW).await.unwrap();
    conformance::leaves_room_for_others(both.as_ref(), PLACE, 20, at(200_000)).await.unwrap();
    conformance::admits_no_more_at_once(both, PLACE, 20, at(400_000)).await.unwrap();
    assert!(one.work().operations > 1_000 && other.work().operations > 1_000);
    one.check().unwrap();
}

#[tokio::test]
async fn keeps_to_the_clock_of_its_callers() {
    let folder = Folder::new();
    conformance::keeps_to_the_clock_of_its_callers(&folder.open()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract_when_many_want_the_last_places() {
    for capacity in [1, 7, 100] {
        let folder = Folder::new();
        let store = Arc::new(folder.options().with_capacity(PLACE, capacity).open().unwrap());
        conformance::admits_no_more_at_once(store, PLACE, capacity, NOW).await.unwrap();
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_full() {
    for capacity in [2, 3, 100] {
        let folder = Folder::new();
        let store = folder.options().with_capacity(PLACE, capacity).open().unwrap();
        conformance::refuses_when_full(&store, PLACE, capacity, NOW).await.unwrap();
        store.check().unwrap();
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_a_party_takes_all_it_can() {
    for capacity in [10, 11, 12, 13, 300] {
        let folder = Folder::new();
        let store = folder.options().with_default_capacity(capacity).open().unwrap();
        conformance::leaves_room_for_others(&store, PLACE, capacity, NOW).await.unwrap();
        store.check().unwrap();
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_its_octets_are_taken() {
    for octets in [1_000, 1_001, 65_536, 1_000_000] {
        for options in [
            |folder: &Folder, octets| folder.options().with_octets(PLACE, octets),
            |folder: &Folder, octets| folder.options().with_default_octets(octets),
        ] {
            let folder = Folder::new();
            let store = options(&folder, octets).open().unwrap();
            conformance::bounds_octets(&store, PLACE, octets, NOW).await.unwrap();
            store.check().unwrap();
        }
    }
}

#[tokio::test]
async fn keeps_the_contract_over_a_restart() {
    let folder = Folder::new();
    conformance::before_restart(&folder.open(), NOW).await.unwrap();
    conformance::after_restart(&folder.open(), NOW).await.unwrap();
}
