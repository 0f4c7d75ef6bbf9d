//! Guessing passwords takes too long to be worth it.

use std::time::Duration;

use saml_core::base::SamlInstant;
use saml_store::{Entry, Insertion, Namespace, Store, StoreError};

use crate::config::Throttle;
use saml_provider::store_instant;

const TRIES: Namespace = Namespace::new("idp.failed-login");

/// A try that may be made; it counts as failed until it is forgiven.
#[derive(Debug)]
pub(crate) struct Try {
    slots: Vec<String>,
}

/// Counts tries before the password is looked at, so that parallel guesses count too.
///
/// There is no counter to race for: a try takes the first free of a fixed number of slots, each of which stays taken
/// for the window. When none is free, the door is shut until the first becomes free again.
pub(crate) async fn begin(
    store: &dyn Store,
    throttle: &Throttle,
    user_name: &str,
    address: &str,
    now: SamlInstant,
) -> Result<Option<Try>, StoreError> {
    let mut slots = Vec::new();
    for (kind, name, limit) in
        [("user", user_name, throttle.per_user), ("address", address, throttle.per_address)]
    {
        match take_slot(store, &format!("{kind}\n{name}"), limit, throttle.window, now).await? {
            Some(slot) => slots.push(slot),
            None => {
                forgive(store, Try { slots }, now).await?;
                return Ok(None);
            }
        }
    }
    Ok(Some(Try { slots }))
}

/// The password was right: the try does not count.
pub(crate) async fn forgive(store: &dyn Store, made: Try, now: SamlInstant) -> Result<(), StoreError> {
    for slot in made.slots {
        store.remove(TRIES, &slot, store_instant(now)).await?;
    }
    Ok(())
}

async fn take_slot(
    store: &dyn Store,
    name: &str,
    limit: u16,
    window: Duration,
    now: SamlInstant,
) -> Result<Option<String>, StoreError> {
    let hash = data_encoding::HEXLOWER.encode(&openssl::sha::sha256(name.as_bytes()));
    for slot in 0..limit {
        let key = format!("{hash}-{slot}");
        let expires_at = store_instant(now.saturating_add(window));
        let entry = Entry { namespace: TRIES, key: &key, value: Vec::new(), expires_at };
        match store.insert_if_absent(entry, store_instant(now)).await? {
            Insertion::Inserted => return Ok(Some(key)),
            Insertion::AlreadyPresent => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use saml_store::MemoryStore;

    use super::*;

    #[tokio::test]
    async fn shuts_the_door_after_the_limit_and_opens_it_after_the_window() {
        let store = MemoryStore::default();
        let throttle = Throttle { per_user: 3, per_address: 100, window: Duration::from_secs(60) };
        let now = SamlInstant::from_unix(1_800_000_000).unwrap();
        for _ in 0..3 {
            assert!(begin(&store, &throttle, "ada", "192.0.2.1", now).await.unwrap().is_some());
        }
        assert!(begin(&store, &throttle, "ada", "192.0.2.2", now).await.unwrap().is_none());
        assert!(begin(&store, &throttle, "bob", "192.0.2.1", now).await.unwrap().is_some());
        let later = now.saturating_add(Duration::from_secs(60));
        assert!(begin(&store, &throttle, "ada", "192.0.2.1", later).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn a_right_password_does_not_count() {
        let store = MemoryStore::default();
        let throttle = Throttle { per_user: 1, per_address: 1, window: Duration::from_secs(60) };
        let now = SamlInstant::from_unix(1_800_000_000).unwrap();
        for _ in 0..5 {
            let made = begin(&store, &throttle, "ada", "192.0.2.1", now).await.unwrap().unwrap();
            forgive(&store, made, now).await.unwrap();
        }
    }
}
