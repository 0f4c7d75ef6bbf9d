//! Several handles on the same records.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use crate::{
    Import, Insertion, Namespace, Record, RecordName, RecordPage, Records, Removal, Replacement, StoreError,
};

/// Records whose operations go to each of two handles in turn. If both are handles on the same records, the whole suite
/// holds for it.
#[must_use]
pub fn in_turn(one: Arc<dyn Records>, other: Arc<dyn Records>) -> Arc<dyn Records> {
    Arc::new(InTurn { one, other, calls: AtomicUsize::new(0) })
}

struct InTurn {
    one: Arc<dyn Records>,
    other: Arc<dyn Records>,
    calls: AtomicUsize,
}

impl InTurn {
    fn next(&self) -> &dyn Records {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if call.is_multiple_of(2) { self.one.as_ref() } else { self.other.as_ref() }
    }
}

#[async_trait]
impl Records for InTurn {
    fn max_record_octets(&self) -> usize {
        self.one.max_record_octets().min(self.other.max_record_octets())
    }

    async fn insert_record(&self, at: RecordName<'_>, value: Vec<u8>) -> Result<Insertion, StoreError> {
        self.next().insert_record(at, value).await
    }

    async fn record(&self, at: RecordName<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        self.next().record(at).await
    }

    async fn replace_record(
        &self,
        at: RecordName<'_>,
        value: Vec<u8>,
        expected: &[u8],
    ) -> Result<Replacement, StoreError> {
        self.next().replace_record(at, value, expected).await
    }

    async fn remove_record(&self, at: RecordName<'_>, expected: &[u8]) -> Result<Removal, StoreError> {
        self.next().remove_record(at, expected).await
    }

    async fn records_of(
        &self,
        namespace: Namespace,
        owner: &str,
        after: Option<&str>,
    ) -> Result<RecordPage, StoreError> {
        self.next().records_of(namespace, owner, after).await
    }

    async fn remove_records_of(&self, namespace: Namespace, owner: &str) -> Result<usize, StoreError> {
        self.next().remove_records_of(namespace, owner).await
    }

    async fn export_records(
        &self,
        namespace: Namespace,
        after: Option<(&str, &str)>,
    ) -> Result<RecordPage, StoreError> {
        self.next().export_records(namespace, after).await
    }

    async fn import_record(&self, namespace: Namespace, record: &Record) -> Result<Import, StoreError> {
        self.next().import_record(namespace, record).await
    }
}
