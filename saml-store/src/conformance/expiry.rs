//! When an entry is gone.

use super::{PLACE, Violation, entry, later, require};
use crate::{Insertion, Store, StoreInstant};

pub(super) async fn run(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    expires_exclusively(store, now).await?;
    refuses_what_has_expired(store, now).await?;
    newest_expiry_counts(store, now).await?;
    outlives_its_predecessors(store, now).await
}

async fn expires_exclusively(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let until = later(now, 10);
    let last = StoreInstant::from_unix_millis(until.unix_millis() - 1);
    let rule = "an entry is there until the millisecond before its expiry";
    require(rule, store.put(entry("boundary", b"x", until), now).await, Ok(()))?;
    require(rule, store.get(PLACE, "boundary", last).await, Ok(Some(b"x".to_vec())))?;
    let again = store.insert_if_absent(entry("boundary", b"y", later(now, 60)), last).await;
    require(rule, again, Ok(Insertion::AlreadyPresent))?;
    let rule = "an entry is gone at its expiry, for every operation";
    require(rule, store.get(PLACE, "boundary", until).await, Ok(None))?;
    require(rule, store.take(PLACE, "boundary", until).await, Ok(None))?;
    require(rule, store.put(entry("boundary", b"x", later(until, 10)), until).await, Ok(()))?;
    require(rule, store.take(PLACE, "boundary", later(until, 10)).await, Ok(None))?;
    require(rule, store.put(entry("boundary", b"x", until), now).await, Ok(()))?;
    let insertion = store.insert_if_absent(entry("boundary", b"y", later(until, 10)), until).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    require(rule, store.take(PLACE, "boundary", until).await, Ok(Some(b"y".to_vec())))
}

async fn refuses_what_has_expired(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "an entry that has expired is refused and what stands under the key stays";
    let refused = "store.already_expired";
    require(rule, store.insert_if_absent(entry("late", b"x", now), now).await, Err(refused))?;
    require(rule, store.get(PLACE, "late", now).await, Ok(None))?;
    require(rule, store.put(entry("late", b"stays", later(now, 60)), now).await, Ok(()))?;
    require(rule, store.put(entry("late", b"x", now), now).await, Err(refused))?;
    require(rule, store.take(PLACE, "late", now).await, Ok(Some(b"stays".to_vec())))
}

async fn newest_expiry_counts(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "put shortens a life";
    require(rule, store.put(entry("shortened", b"x", later(now, 600)), now).await, Ok(()))?;
    require(rule, store.put(entry("shortened", b"y", later(now, 10)), now).await, Ok(()))?;
    require(rule, store.get(PLACE, "shortened", later(now, 10)).await, Ok(None))?;
    let rule = "put lengthens a life";
    require(rule, store.put(entry("lengthened", b"x", later(now, 10)), now).await, Ok(()))?;
    require(rule, store.put(entry("lengthened", b"y", later(now, 600)), now).await, Ok(()))?;
    require(rule, store.take(PLACE, "lengthened", later(now, 599)).await, Ok(Some(b"y".to_vec())))
}

/// Versions of an entry come and go; a scheduled removal of an earlier version must not remove the last one.
async fn outlives_its_predecessors(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "the expiry of a replaced, removed or taken version leaves its successor alone";
    require(rule, store.put(entry("successor", b"1", later(now, 10)), now).await, Ok(()))?;
    require(rule, store.put(entry("successor", b"2", later(now, 20)), now).await, Ok(()))?;
    require(rule, store.remove(PLACE, "successor", now).await, Ok(()))?;
    require(rule, store.put(entry("successor", b"3", later(now, 30)), now).await, Ok(()))?;
    require(rule, store.take(PLACE, "successor", now).await, Ok(Some(b"3".to_vec())))?;
    let insertion = store.insert_if_absent(entry("successor", b"4", later(now, 600)), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    for seconds in 9..40 {
        let then = later(now, seconds);
        require(rule, store.put(entry("bystander", b"", later(then, 1)), then).await, Ok(()))?;
        require(rule, store.get(PLACE, "successor", then).await, Ok(Some(b"4".to_vec())))?;
    }
    require(rule, store.take(PLACE, "successor", later(now, 599)).await, Ok(Some(b"4".to_vec())))
}
