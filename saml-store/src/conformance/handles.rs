//! Several handles on one store, in one process or in several.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use super::{Violation, later, require};
use crate::{EngineFailure, Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant};

const PLACE: Namespace = Namespace::new("conformance.handles");

/// A store whose operations go to each of two handles in turn. If both are handles on one store, the whole suite holds
/// for it.
#[must_use]
pub fn in_turn(one: Arc<dyn Store>, other: Arc<dyn Store>) -> Arc<dyn Store> {
    Arc::new(InTurn { one, other, calls: AtomicUsize::new(0) })
}

struct InTurn {
    one: Arc<dyn Store>,
    other: Arc<dyn Store>,
    calls: AtomicUsize,
}

impl InTurn {
    fn next(&self) -> &dyn Store {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        if call.is_multiple_of(2) { self.one.as_ref() } else { self.other.as_ref() }
    }
}

#[async_trait]
impl Store for InTurn {
    fn max_value_octets(&self) -> usize {
        self.one.max_value_octets().min(self.other.max_value_octets())
    }

    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.next().insert_if_absent(entry, now).await
    }

    async fn insert_for(
        &self,
        party: &str,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        self.next().insert_for(party, entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        self.next().put(entry, now).await
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        self.next().replace(entry, expected, now).await
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.next().get(namespace, key, now).await
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.next().take(namespace, key, now).await
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.next().remove(namespace, key, now).await
    }
}

/// Contests of each kind.
const CONTESTS: usize = 100;
/// What each rival adds to the counter.
const STEPS: usize = 50;

/// Prepares the store for [`compete`].
///
/// # Errors
/// The first [`Violation`].
pub async fn before_contest(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "before the contest";
    for number in 0..CONTESTS {
        for kind in ["take", "replace"] {
            let key = format!("{kind} {number}");
            require(rule, store.put(entry(&key, b"x", now), now).await, Ok(()))?;
        }
    }
    require(rule, store.put(entry("counter", b"", now), now).await, Ok(()))
}

/// Tries to win everything. Let several processes do it at the same time, each with a handle and a `name` of its own,
/// and give the answers of all to [`after_contest`].
///
/// # Errors
/// What the engine failed of.
pub async fn compete(store: &dyn Store, name: &str, now: StoreInstant) -> Result<Vec<String>, StoreError> {
    let mut won = Vec::new();
    for number in 0..CONTESTS {
        let key = format!("insert {number}");
        if store.insert_if_absent(entry(&key, name.as_bytes(), now), now).await? == Insertion::Inserted {
            won.push(key);
        }
        let key = format!("take {number}");
        if store.take(PLACE, &key, now).await?.is_some() {
            won.push(key);
        }
        let key = format!("replace {number}");
        let replaced = store.replace(entry(&key, name.as_bytes(), now), b"x", now).await?;
        if replaced == Replacement::Replaced {
            won.push(key);
        }
    }
    let mut steps = 0;
    while steps < STEPS {
        let lost = || StoreError::Corrupt(EngineFailure::from("the counter is gone"));
        let before = store.get(PLACE, "counter", now).await?.ok_or_else(lost)?;
        let after = [before.as_slice(), b"."].concat();
        if store.replace(entry("counter", &after, now), &before, now).await? == Replacement::Replaced {
            steps += 1;
        }
    }
    Ok(won)
}

/// Looks whether everything was won by one of the rivals alone, and whether that is what is in the store.
///
/// # Errors
/// The first [`Violation`].
pub async fn after_contest(
    store: &dyn Store,
    rivals: &[(String, Vec<String>)],
    now: StoreInstant,
) -> Result<(), Violation> {
    for kind in ["insert", "take", "replace"] {
        for number in 0..CONTESTS {
            let key = format!("{kind} {number}");
            let winners: Vec<&str> =
                rivals.iter().filter(|(_, won)| won.contains(&key)).map(|(name, _)| name.as_str()).collect();
            let rule = "of several processes exactly one inserts, takes or replaces";
            require(rule, Ok(winners.len()), Ok(1))?;
            let stays =
                if kind == "take" { None } else { winners.first().map(|name| name.as_bytes().to_vec()) };
            let rule = "what stays is the value of the process that won";
            require(rule, store.get(PLACE, &key, now).await, Ok(stays))?;
        }
    }
    let rule = "of changes by several processes that read and replace none is lost";
    let steps = store.get(PLACE, "counter", now).await.map(|value| value.map(|value| value.len()));
    require(rule, steps, Ok(Some(STEPS * rivals.len())))
}

fn entry<'a>(key: &'a str, value: &[u8], now: StoreInstant) -> Entry<'a> {
    Entry { namespace: PLACE, key, value: value.to_vec(), expires_at: later(now, 3_600) }
}
