//! A store that records its calls, and fails on demand.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use saml_store::{Entry, Insertion, MemoryStore, Namespace, Replacement, Store, StoreError, StoreInstant};

/// A memory store under observation. Clones are the same store.
#[derive(Clone)]
pub struct Watched {
    store: Arc<Mutex<Arc<dyn Store>>>,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    changes: Vec<Change>,
    broken: BTreeSet<&'static str>,
    deaf: BTreeSet<&'static str>,
    spoilt: BTreeSet<&'static str>,
}

/// Something that was done to a store, and not only looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub namespace: &'static str,
    /// The key.
    pub key: String,
    /// The octets that were written; `None` for an entry that was taken or removed.
    pub written: Option<Vec<u8>>,
}

impl Watched {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::over(MemoryStore::new())
    }

    /// This store.
    #[must_use]
    pub fn over(store: impl Store + 'static) -> Self {
        Self { store: Arc::new(Mutex::new(Arc::new(store))), seen: Arc::default() }
    }

    /// From now on nothing is there that was there before, as if somebody had removed the file.
    pub fn empty(&self) {
        *self.store.lock().unwrap() = Arc::new(MemoryStore::new());
    }

    fn store(&self) -> Arc<dyn Store> {
        Arc::clone(&self.store.lock().unwrap())
    }

    /// The changes since the last call.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        std::mem::take(&mut self.seen.lock().unwrap().changes)
    }

    /// From now on nothing can be written in these namespaces, as if an engine did not answer.
    pub fn fail_in(&self, namespaces: &[&'static str]) {
        self.seen.lock().unwrap().broken = namespaces.iter().copied().collect();
    }

    /// From now on whatever is inserted in these namespaces is stored, and the caller hears that it failed, as if the
    /// connection were lost before the answer came.
    pub fn lose_answers_in(&self, namespaces: &[&'static str]) {
        self.seen.lock().unwrap().deaf = namespaces.iter().copied().collect();
    }

    /// From now on, entries that are read from these namespaces are corrupted.
    pub fn spoil(&self, namespaces: &[&'static str]) {
        self.seen.lock().unwrap().spoilt = namespaces.iter().copied().collect();
    }

    fn write(&self, entry: &Entry<'_>) -> Result<(), StoreError> {
        let mut seen = self.seen.lock().unwrap();
        let namespace = entry.namespace.as_str();
        if seen.broken.contains(namespace) {
            return Err(StoreError::Unavailable("broken".into()));
        }
        seen.changes.push(Change {
            namespace,
            key: entry.key.to_owned(),
            written: Some(entry.value.clone()),
        });
        Ok(())
    }

    fn heard(&self, namespace: Namespace, inserted: Insertion) -> Result<Insertion, StoreError> {
        if self.seen.lock().unwrap().deaf.contains(namespace.as_str()) {
            return Err(StoreError::Unavailable("lost".into()));
        }
        Ok(inserted)
    }

    fn removal(&self, namespace: Namespace, key: &str) {
        let change = Change { namespace: namespace.as_str(), key: key.to_owned(), written: None };
        self.seen.lock().unwrap().changes.push(change);
    }

    fn read(&self, namespace: Namespace, value: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let is_spoilt = self.seen.lock().unwrap().spoilt.contains(namespace.as_str());
        value.map(|mut value| {
            if is_spoilt {
                value.truncate(value.len() - 1);
            }
            value
        })
    }
}

impl Default for Watched {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Store for Watched {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.write(&entry)?;
        let namespace = entry.namespace;
        self.heard(namespace, self.store().insert_if_absent(entry, now).await?)
    }

    async fn insert_for(
        &self,
        party: &str,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        self.write(&entry)?;
        let namespace = entry.namespace;
        self.heard(namespace, self.store().insert_for(party, entry, now).await?)
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.write(&entry)?;
        self.store().put(entry, now).await
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        self.write(&entry)?;
        self.store().replace(entry, expected, now).await
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.read(namespace, self.store().get(namespace, key, now).await?))
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.removal(namespace, key);
        Ok(self.read(namespace, self.store().take(namespace, key, now).await?))
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.removal(namespace, key);
        self.store().remove(namespace, key, now).await
    }
}
