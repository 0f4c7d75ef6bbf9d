use std::sync::Arc;

use super::*;
use crate::conformance;

const PLACE: Namespace = Namespace::new("test.records");

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fulfils_the_contract() {
    let records = Arc::new(MemoryRecords::new());
    conformance::records::run(records.clone()).await.unwrap();
    conformance::records::moves(records.as_ref(), &MemoryRecords::new()).await.unwrap();
    for shelf in records.locked().values() {
        assert_eq!((shelf.owners.len(), shelf.held.records, shelf.held.octets), (0, 0, 0));
    }
}

#[tokio::test]
async fn fulfils_the_contract_when_full() {
    for (capacity, octets) in [(4, 8_000), (7, 20_000), (100, 1_000_000)] {
        let records = MemoryRecords::with_capacity(capacity, octets);
        conformance::records::refuses_when_full(&records, PLACE, capacity, octets).await.unwrap();
    }
}

#[test]
fn debug_shows_no_value() {
    let record = Record { owner: "alice".to_owned(), name: "totp".to_owned(), value: b"secret".to_vec() };
    let shown = format!("{record:?}");
    assert!(shown.contains("alice") && shown.contains('6') && !shown.contains("115"), "{shown}");
}
