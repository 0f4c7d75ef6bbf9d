//! What an engine does that bounds the octets of a namespace.

use super::{Violation, later, require};
use crate::{Entry, Insertion, Namespace, Replacement, SHARE, Store, StoreInstant};

/// As large a part of the capacity as the value of one entry here takes.
const PART: usize = 20;

/// Checks an engine that limits how many octets `namespace` may hold, those of keys and values: `octets`, at least
/// 1 000, where it may hold 100 entries or more. An engine that counts more than those holds fewer.
///
/// # Errors
/// The first [`Violation`].
pub async fn bounds_octets(
    store: &dyn Store,
    namespace: Namespace,
    octets: usize,
    now: StoreInstant,
) -> Result<(), Violation> {
    a_party_gets_its_share(store, namespace, octets, now).await?;
    nobody_gets_more_than_all(store, namespace, octets, later(now, 60)).await
}

/// Entries are stored until one is refused, for this party or for none: how many there are now.
async fn fill(
    store: &dyn Store,
    party: Option<&str>,
    draft: Entry<'_>,
    now: StoreInstant,
) -> Result<usize, Violation> {
    let refused = if party.is_some() { "store.party_full" } else { "store.full" };
    let rule = "entries are stored until there is no room for the octets of one more";
    for stored in 0..=2 * PART {
        let key = format!("{}{stored}", draft.key);
        let entry = Entry { key: &key, ..draft.clone() };
        let insertion = match party {
            None => store.insert_if_absent(entry, now).await,
            Some(party) => store.insert_for(party, entry, now).await,
        };
        if insertion.is_err() {
            require(rule, insertion, Err(refused))?;
            return Ok(stored);
        }
        require(rule, insertion, Ok(Insertion::Inserted))?;
    }
    require(rule, Ok(Insertion::Inserted), Err(refused)).map(|()| 0)
}

async fn a_party_gets_its_share(
    store: &dyn Store,
    namespace: Namespace,
    octets: usize,
    now: StoreInstant,
) -> Result<(), Violation> {
    let value = vec![0; octets / PART];
    let longer = vec![1; value.len() + 1];
    let entry =
        |key, value: &[u8]| Entry { namespace, key, value: value.to_vec(), expires_at: later(now, 60) };
    let rule = "a party has at most its share of the octets, and most of it";
    let stored = fill(store, Some("greedy"), entry("greedy", &value), now).await?;
    let share = octets * SHARE / (SHARE + 1);
    let within = (share / 2..=share).contains(&(stored * value.len()));
    require(rule, Ok(within), Ok(true))?;
    let rule = "what a party has does not grow beyond its share, and is left as it was";
    let grown = vec![2; 4 * value.len()];
    let refused = store.replace(entry("greedy0", &grown), &value, now).await;
    require(rule, refused, Err("store.party_full"))?;
    require(rule, store.put(entry("greedy0", &grown), now).await, Err("store.party_full"))?;
    require(rule, store.get(namespace, "greedy0", now).await, Ok(Some(value.clone())))?;
    let rule = "what does not grow finds room, and what shrinks makes some";
    let replaced = store.replace(entry("greedy0", &value), &value, now).await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    require(rule, store.replace(entry("greedy0", b""), &value, now).await, Ok(Replacement::Replaced))?;
    require(rule, store.put(entry("greedy1", b""), now).await, Ok(()))?;
    let insertion = store.insert_for("greedy", entry("again", &value), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    let rule = "another party finds room, for as long an entry";
    let insertion = store.insert_for("modest", entry("modest", &value), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    let replaced = store.replace(entry("modest", &longer), &value, now).await;
    require(rule, replaced, Ok(Replacement::Replaced))
}

/// What expired with the test before makes room for all of this.
async fn nobody_gets_more_than_all(
    store: &dyn Store,
    namespace: Namespace,
    octets: usize,
    now: StoreInstant,
) -> Result<(), Violation> {
    let value = vec![0; octets / PART];
    let entry =
        |key, value: &[u8]| Entry { namespace, key, value: value.to_vec(), expires_at: later(now, 60) };
    let stored = fill(store, None, entry("any", &value), now).await?;
    let rule = "a namespace holds no more octets than it may, and most of them";
    let within = (octets / 2..=octets).contains(&(stored * value.len()));
    require(rule, Ok(within), Ok(true))?;
    let rule = "what is there does not grow beyond the capacity, and nothing that lives is forgotten";
    let grown = vec![1; 3 * value.len()];
    require(rule, store.put(entry("any0", &grown), now).await, Err("store.full"))?;
    require(rule, store.replace(entry("any0", &grown), &value, now).await, Err("store.full"))?;
    for number in 0..stored {
        let found = store.get(namespace, &format!("any{number}"), now).await;
        require(rule, found, Ok(Some(value.clone())))?;
    }
    let rule = "a full namespace still tells what is present, and replaces it by what is not longer";
    let present = store.insert_if_absent(entry("any0", &grown), now).await;
    require(rule, present, Ok(Insertion::AlreadyPresent))?;
    let replaced = store.replace(entry("any0", &value), &value, now).await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    let rule = "a full namespace is full for a party, too";
    let refused = store.insert_for("modest", entry("more", &value), now).await;
    require(rule, refused, Err("store.full"))?;
    let rule = "what is taken or removed makes room for as much";
    for key in ["any1", "any2"] {
        require(rule, store.take(namespace, key, now).await, Ok(Some(value.clone())))?;
    }
    require(rule, store.remove(namespace, "any3", now).await, Ok(()))?;
    require(rule, store.put(entry("any0", &grown), now).await, Ok(()))?;
    let rule = "what expires makes room at that very instant";
    let then = later(now, 60);
    let again = Entry { expires_at: later(then, 60), ..entry("any", &value) };
    let stored_again = fill(store, None, again, then).await?;
    require(rule, Ok(stored_again), Ok(stored))
}
