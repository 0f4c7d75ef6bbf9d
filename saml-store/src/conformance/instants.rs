//! Clocks that go back, and instants at the ends of what can be told.

use super::{Violation, later, require};
use crate::{Entry, Insertion, Namespace, Replacement, Store, StoreInstant};

const PLACE: Namespace = Namespace::new("conformance.instants");
/// The first whole number whose successor a floating-point number can't tell from it.
const LAST_EXACT: i64 = 1 << 53;

fn at(milliseconds: i64) -> StoreInstant {
    StoreInstant::from_unix_millis(milliseconds)
}

fn entry(key: &str, expires_at: StoreInstant) -> Entry<'_> {
    Entry { namespace: PLACE, key, value: b"x".to_vec(), expires_at }
}

pub(super) async fn run(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    goes_back_with_the_clock(store, now).await?;
    has_one_state_for_what_was_gone(store, now).await?;
    for last in [LAST_EXACT, LAST_EXACT + 1, LAST_EXACT + 2, i64::MAX - 2, i64::MAX - 1, i64::MAX] {
        expires_at_the_very_instant(store, now, at(last)).await?;
    }
    has_no_end_of_its_own(store, now).await?;
    let rule = "nothing is stored at the last instant, for it would have expired";
    let refused = "store.already_expired";
    let last = StoreInstant::MAX;
    require(rule, store.put(entry("last", last), last).await, Err(refused))?;
    require(rule, store.insert_if_absent(entry("last", last), last).await, Err(refused))?;
    require(rule, store.get(PLACE, "last", now).await, Ok(None))
}

/// The same for the instants of the past: for an engine that does not lean on another clock for freeing memory. It
/// expects a store that nothing was asked of at a later instant.
///
/// # Errors
/// The first [`Violation`].
pub async fn keeps_to_the_clock_of_its_callers(store: &dyn Store) -> Result<(), Violation> {
    let first = at(i64::MIN);
    for last in [i64::MIN + 1, -LAST_EXACT - 1, -LAST_EXACT, -1, 0, 1] {
        expires_at_the_very_instant(store, first, at(last)).await?;
    }
    Ok(())
}

async fn goes_back_with_the_clock(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let (soon, then, until) = (later(now, 10), later(now, 30), later(now, 60));
    let rule = "an entry that lives before and after the clock goes back is there all the time";
    let inserted = store.insert_if_absent(entry("mark", until), now).await;
    require(rule, inserted, Ok(Insertion::Inserted))?;
    for instant in [then, now, then, at(i64::MIN), soon] {
        require(rule, store.get(PLACE, "mark", instant).await, Ok(Some(b"x".to_vec())))?;
        let again = store.insert_if_absent(entry("mark", until), instant).await;
        require(rule, again, Ok(Insertion::AlreadyPresent))?;
    }
    let rule = "what is stored after the clock went back lives and expires by it";
    require(rule, store.put(entry("late", soon), now).await, Ok(()))?;
    let last = at(soon.unix_millis() - 1);
    require(rule, store.get(PLACE, "late", last).await, Ok(Some(b"x".to_vec())))?;
    require(rule, store.get(PLACE, "late", soon).await, Ok(None))?;
    require(rule, store.take(PLACE, "mark", now).await, Ok(Some(b"x".to_vec())))
}

/// Whether an entry that had expired is there again is left open; that it comes out once at most is not.
async fn has_one_state_for_what_was_gone(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let (soon, then) = (later(now, 10), later(now, 30));
    let rule = "an entry that had expired when the clock went back is there or not, and if it is, once";
    require(rule, store.put(entry("gone", soon), now).await, Ok(()))?;
    require(rule, store.get(PLACE, "gone", then).await, Ok(None))?;
    let inserted = store.insert_if_absent(entry("gone", soon), now).await;
    let either = inserted.map(|(Insertion::Inserted | Insertion::AlreadyPresent)| ());
    require(rule, either, Ok(()))?;
    let replaced = store.replace(entry("gone", soon), b"x", now).await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    require(rule, store.take(PLACE, "gone", now).await, Ok(Some(b"x".to_vec())))?;
    require(rule, store.take(PLACE, "gone", now).await, Ok(None))
}

async fn expires_at_the_very_instant(
    store: &dyn Store,
    now: StoreInstant,
    expires_at: StoreInstant,
) -> Result<(), Violation> {
    let rule = "an instant is told from the one before it, however far away it is";
    let key = expires_at.unix_millis().to_string();
    let before = at(expires_at.unix_millis() - 1);
    require(rule, store.put(entry(&key, expires_at), now).await, Ok(()))?;
    require(rule, store.get(PLACE, &key, before).await, Ok(Some(b"x".to_vec())))?;
    let again = store.insert_if_absent(entry(&key, expires_at), before).await;
    require(rule, again, Ok(Insertion::AlreadyPresent))?;
    require(rule, store.get(PLACE, &key, expires_at).await, Ok(None))?;
    require(rule, store.take(PLACE, &key, expires_at).await, Ok(None))
}

async fn has_no_end_of_its_own(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "an entry without end stays until it is taken";
    require(rule, store.put(entry("forever", StoreInstant::MAX), now).await, Ok(()))?;
    let before = at(i64::MAX - 1);
    require(rule, store.get(PLACE, "forever", before).await, Ok(Some(b"x".to_vec())))?;
    require(rule, store.take(PLACE, "forever", now).await, Ok(Some(b"x".to_vec())))
}
