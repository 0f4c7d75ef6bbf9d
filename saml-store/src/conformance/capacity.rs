//! What an engine with a capacity does at its end.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Violation, later, require};
use crate::{EngineFailure, Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant};

/// Checks an engine that limits how many live entries `namespace` may hold: `capacity`, at least 2.
///
/// # Errors
/// The first [`Violation`].
pub async fn refuses_when_full(
    store: &dyn Store,
    namespace: Namespace,
    capacity: usize,
    now: StoreInstant,
) -> Result<(), Violation> {
    let names: Vec<String> = (0..capacity).map(|number| number.to_string()).collect();
    let entry = |key| Entry { namespace, key, value: Vec::new(), expires_at: later(now, 60) };
    let rule = "as many entries as the capacity are stored";
    for name in &names {
        require(rule, store.insert_if_absent(entry(name), now).await, Ok(Insertion::Inserted))?;
    }
    let rule = "one more is refused, by insertion and by put, and nothing that lives is forgotten";
    require(rule, store.insert_if_absent(entry("more"), now).await, Err("store.full"))?;
    require(rule, store.put(entry("more"), now).await, Err("store.full"))?;
    for name in &names {
        require(rule, store.get(namespace, name, now).await, Ok(Some(Vec::new())))?;
    }
    let rule = "a full namespace still tells what is present, and replaces it";
    require(rule, store.insert_if_absent(entry("0"), now).await, Ok(Insertion::AlreadyPresent))?;
    require(rule, store.put(entry("0"), now).await, Ok(()))?;
    require(rule, store.replace(entry("0"), b"", now).await, Ok(Replacement::Replaced))?;
    require(rule, store.replace(entry("more"), b"", now).await, Ok(Replacement::Changed))?;
    let rule = "what is taken or removed makes room";
    require(rule, store.take(namespace, "0", now).await, Ok(Some(Vec::new())))?;
    require(rule, store.remove(namespace, "1", now).await, Ok(()))?;
    require(rule, store.insert_if_absent(entry("0"), now).await, Ok(Insertion::Inserted))?;
    require(rule, store.insert_if_absent(entry("1"), now).await, Ok(Insertion::Inserted))?;
    require(rule, store.insert_if_absent(entry("more"), now).await, Err("store.full"))?;
    let rule = "what expires makes room at that very instant";
    let then = later(now, 60);
    for name in &names {
        let entry = Entry { namespace, key: name, value: b"new".to_vec(), expires_at: later(then, 60) };
        require(rule, store.insert_if_absent(entry, then).await, Ok(Insertion::Inserted))?;
    }
    let more = Entry { namespace, key: "more", value: Vec::new(), expires_at: later(then, 60) };
    require(rule, store.insert_if_absent(more, then).await, Err("store.full"))
}

/// Callers that store at the same time.
const CROWD: usize = 8;

/// Checks an engine that limits how many live entries `namespace` may hold: `capacity`, at least 1. Needs a
/// multi-threaded runtime to race in earnest.
///
/// # Errors
/// The first [`Violation`].
pub async fn admits_no_more_at_once(
    store: Arc<dyn Store>,
    namespace: Namespace,
    capacity: usize,
    now: StoreInstant,
) -> Result<(), Violation> {
    let rule = "of many that store at the same time as many succeed as there is room for";
    // What the round before stored has expired by the next one.
    for round in 0..10 {
        let (now, until) = (later(now, round), later(now, round + 1));
        let mut crowd = JoinSet::new();
        for member in 0..CROWD {
            let store = Arc::clone(&store);
            crowd.spawn(async move {
                let mut inserted = 0;
                for number in 0..capacity {
                    let key = format!("{round} {member} {number}");
                    let entry = Entry { namespace, key: &key, value: Vec::new(), expires_at: until };
                    match store.insert_if_absent(entry, now).await {
                        Ok(insertion) => inserted += usize::from(insertion == Insertion::Inserted),
                        Err(error) if error.code() == "store.full" => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(inserted)
            });
        }
        let mut inserted = 0;
        while let Some(joined) = crowd.join_next().await {
            let lost = |lost| StoreError::Unavailable(EngineFailure::from(lost));
            let found = joined.map_err(lost).and_then(|answer| answer);
            inserted += found.as_ref().copied().unwrap_or(0);
            require(rule, found.map(|_| ()), Ok(()))?;
        }
        require(rule, Ok(inserted), Ok(capacity))?;
    }
    Ok(())
}
