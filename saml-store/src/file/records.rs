//! The records in the file.

use async_trait::async_trait;

use super::FileStore;
use super::request::{RecordChange, RecordRequest, Task};
use super::shelf;
use crate::{
    Insertion, Namespace, RecordName, RecordPage, Records, Removal, Replacement, StoreError, require_key,
    require_owner,
};

fn request(at: RecordName<'_>, change: impl FnOnce(String) -> RecordChange) -> Task {
    let (namespace, owner) = (at.namespace, at.owner.to_owned());
    Task::Record(RecordRequest { namespace, owner, change: change(at.name.to_owned()) })
}

/// The file holds records beside the entries, under the same guarantees: a change is durable before it answers, several
/// processes may share them, and [`FileStore::back_up`] copies both, of one moment. Each namespace has a capacity of
/// records ([`super::FileStoreOptions::with_record_capacity`]); nothing makes room for a record but its removal.
#[async_trait]
impl Records for FileStore {
    async fn insert_record(&self, at: RecordName<'_>, value: Vec<u8>) -> Result<Insertion, StoreError> {
        at.require_storable(&value)?;
        self.writer.ask(request(at, |name| RecordChange::Insert { name, value })).await?.stored()
    }

    async fn record(&self, at: RecordName<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        at.require()?;
        let (namespace, owner, name) = (at.namespace, at.owner.to_owned(), at.name.to_owned());
        self.readers.ask(move |file| shelf::record(file, namespace, &owner, &name)).await
    }

    async fn replace_record(
        &self,
        at: RecordName<'_>,
        value: Vec<u8>,
        expected: &[u8],
    ) -> Result<Replacement, StoreError> {
        at.require_storable(&value)?;
        let expected = expected.to_vec();
        let request = request(at, |name| RecordChange::Replace { name, value, expected });
        self.writer.ask(request).await?.replaced()
    }

    async fn remove_record(&self, at: RecordName<'_>, expected: &[u8]) -> Result<Removal, StoreError> {
        at.require()?;
        let expected = expected.to_vec();
        self.writer.ask(request(at, |name| RecordChange::Remove { name, expected })).await?.removed()
    }

    async fn records_of(
        &self,
        namespace: Namespace,
        owner: &str,
        after: Option<&str>,
    ) -> Result<RecordPage, StoreError> {
        require_owner(owner)?;
        after.map_or(Ok(()), require_key)?;
        let (owner, after) = (owner.to_owned(), after.unwrap_or_default().to_owned());
        self.readers.ask(move |file| shelf::page_of(file, namespace, &owner, &after)).await
    }

    async fn remove_records_of(&self, namespace: Namespace, owner: &str) -> Result<usize, StoreError> {
        require_owner(owner)?;
        let change = RecordChange::RemoveAll;
        let request = RecordRequest { namespace, owner: owner.to_owned(), change };
        self.writer.ask(Task::Record(request)).await?.ended()
    }

    async fn export_records(
        &self,
        namespace: Namespace,
        after: Option<(&str, &str)>,
    ) -> Result<RecordPage, StoreError> {
        if let Some((owner, name)) = after {
            RecordName { namespace, owner, name }.require()?;
        }
        let (owner, name) = after.unwrap_or_default();
        let (owner, name) = (owner.to_owned(), name.to_owned());
        self.readers.ask(move |file| shelf::page_of_all(file, namespace, &owner, &name)).await
    }
}
