//! The entries that a durable engine keeps over a restart.

use super::{PLACE, Violation, entry, later, require};
use crate::{Insertion, Store, StoreInstant};

/// Stores what [`after_restart`] looks for. Close the engine between the two without telling it first.
///
/// # Errors
/// The first [`Violation`].
pub async fn before_restart(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "before the restart";
    require(rule, store.put(entry("kept", b"kept", later(now, 60)), now).await, Ok(()))?;
    require(rule, store.put(entry("expiring", b"x", later(now, 10)), now).await, Ok(()))?;
    require(rule, store.put(entry("used", b"x", later(now, 60)), now).await, Ok(()))?;
    require(rule, store.take(PLACE, "used", now).await, Ok(Some(b"x".to_vec())))
}

/// Looks for what [`before_restart`] stored, with the same `now`.
///
/// # Errors
/// The first [`Violation`].
pub async fn after_restart(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "an entry outlives a restart and is still present";
    let insertion = store.insert_if_absent(entry("kept", b"y", later(now, 60)), now).await;
    require(rule, insertion, Ok(Insertion::AlreadyPresent))?;
    require(rule, store.take(PLACE, "kept", now).await, Ok(Some(b"kept".to_vec())))?;
    let rule = "a taken entry stays taken";
    require(rule, store.take(PLACE, "used", now).await, Ok(None))?;
    let rule = "expiry outlives a restart";
    require(rule, store.get(PLACE, "expiring", later(now, 10)).await, Ok(None))
}
