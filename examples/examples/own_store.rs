//! A store of your own: `cargo run --example own_store -- idp.xml`.
//!
//! This one keeps everything behind one lock, which is enough for a service with few people. What makes it a store is
//! that it passes `saml_store::conformance`; run that suite in the tests of yours, whatever it is built on.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::web;
use async_trait::async_trait;
use saml_sp::ServiceProvider;
use saml_sp::web::{SignedInUser, require_sign_in};
use saml_store::{Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant, require_key};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sp = saml_examples::builder(saml_examples::loopback()?)?
        .store(Arc::new(OneLockStore::default()))
        .build()?;
    saml_examples::run(sp, routes).await
}

/// The application's own pages.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config.service(web::resource("/hello").wrap(require_sign_in(sp)).route(web::get().to(hello)));
}

async fn hello(user: SignedInUser) -> String {
    format!("hello, user of {}", user.idp)
}

/// Everything behind one lock. It has no capacity: what it may hold, `Store::insert_for` says.
#[derive(Debug, Default)]
pub struct OneLockStore {
    entries: Mutex<BTreeMap<(Namespace, String), Kept>>,
}

#[derive(Debug)]
struct Kept {
    value: Vec<u8>,
    expires_at: StoreInstant,
}

type Entries<'a> = MutexGuard<'a, BTreeMap<(Namespace, String), Kept>>;

impl OneLockStore {
    /// The entries that are alive. Nothing panics under the lock, so that a poisoned one holds what it should.
    fn alive(&self, key: &str, now: StoreInstant) -> Result<Entries<'_>, StoreError> {
        require_key(key)?;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, kept| now < kept.expires_at);
        Ok(entries)
    }
}

fn keep(entries: &mut Entries<'_>, entry: Entry<'_>) {
    let kept = Kept { value: entry.value, expires_at: entry.expires_at };
    entries.insert((entry.namespace, entry.key.to_owned()), kept);
}

#[async_trait]
impl Store for OneLockStore {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        entry.require_storable(now)?;
        let mut entries = self.alive(entry.key, now)?;
        if entries.contains_key(&(entry.namespace, entry.key.to_owned())) {
            return Ok(Insertion::AlreadyPresent);
        }
        keep(&mut entries, entry);
        Ok(Insertion::Inserted)
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        entry.require_storable(now)?;
        keep(&mut self.alive(entry.key, now)?, entry);
        Ok(())
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        entry.require_storable(now)?;
        let mut entries = self.alive(entry.key, now)?;
        let held = entries.get(&(entry.namespace, entry.key.to_owned()));
        if held.is_none_or(|kept| kept.value != expected) {
            return Ok(Replacement::Changed);
        }
        keep(&mut entries, entry);
        Ok(Replacement::Replaced)
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let entries = self.alive(key, now)?;
        Ok(entries.get(&(namespace, key.to_owned())).map(|kept| kept.value.clone()))
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.alive(key, now)?.remove(&(namespace, key.to_owned())).map(|kept| kept.value))
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.alive(key, now)?.remove(&(namespace, key.to_owned()));
        Ok(())
    }
}
