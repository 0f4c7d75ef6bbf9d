//! The share of a namespace that one party may take.

use super::{PLACE, Violation, entry, later, require};
use crate::{Entry, Insertion, MAX_KEY_OCTETS, Namespace, Replacement, SHARE, Store, StoreInstant};

/// The rules for every engine: the party of an entry changes nothing about the entry.
pub(super) async fn run(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let until = later(now, 60);
    let rule = "an entry of a party is inserted, once";
    let insertion = store.insert_for("one", entry("held", b"first", until), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    for party in ["one", "another"] {
        let insertion = store.insert_for(party, entry("held", b"second", until), now).await;
        require(rule, insertion, Ok(Insertion::AlreadyPresent))?;
    }
    let insertion = store.insert_if_absent(entry("held", b"second", until), now).await;
    require(rule, insertion, Ok(Insertion::AlreadyPresent))?;
    let rule = "an entry of a party is found, replaced and taken by its key alone";
    require(rule, store.get(PLACE, "held", now).await, Ok(Some(b"first".to_vec())))?;
    let replacement = store.replace(entry("held", b"second", until), b"first", now).await;
    require(rule, replacement, Ok(Replacement::Replaced))?;
    require(rule, store.put(entry("held", b"third", until), now).await, Ok(()))?;
    require(rule, store.take(PLACE, "held", now).await, Ok(Some(b"third".to_vec())))?;
    let rule = "an entry of a party expires like any other, and another party may follow";
    let insertion = store.insert_for("one", entry("held", b"x", until), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    require(rule, store.get(PLACE, "held", until).await, Ok(None))?;
    let insertion = store.insert_for("another", entry("held", b"y", later(until, 60)), until).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    require(rule, store.remove(PLACE, "held", until).await, Ok(()))?;
    let rule = "a party's name has the bounds of a key, and an entry those that it always has";
    for party in [String::new(), "p".repeat(MAX_KEY_OCTETS + 1)] {
        let insertion = store.insert_for(&party, entry("held", b"x", until), now).await;
        require(rule, insertion, Err("store.key_length"))?;
    }
    let insertion = store.insert_for("one", entry("", b"x", until), now).await;
    require(rule, insertion, Err("store.key_length"))?;
    let insertion = store.insert_for("one", entry("held", b"x", now), now).await;
    require(rule, insertion, Err("store.already_expired"))
}

/// Checks an engine that limits how many live entries `namespace` may hold: `capacity`, at least 10.
///
/// # Errors
/// The first [`Violation`].
pub async fn leaves_room_for_others(
    store: &dyn Store,
    namespace: Namespace,
    capacity: usize,
    now: StoreInstant,
) -> Result<(), Violation> {
    let names: Vec<String> = (0..capacity).map(|number| number.to_string()).collect();
    let until = later(now, 60);
    let entry = |key, expires_at| Entry { namespace, key, value: Vec::new(), expires_at };
    // The largest number of entries that a party can reach: with one less, it holds less than `SHARE` times the free
    // ones.
    let share = (0..capacity).take_while(|held| *held < SHARE * (capacity - held)).count();
    let rule = "a party gets its share and no more";
    for name in names.iter().take(share) {
        let insertion = store.insert_for("greedy", entry(name, until), now).await;
        require(rule, insertion, Ok(Insertion::Inserted))?;
    }
    let refused = store.insert_for("greedy", entry("more", until), now).await;
    require(rule, refused, Err("store.party_full"))?;
    let rule = "what a party has is told, changed and kept though it has its share";
    let present = store.insert_for("greedy", entry("0", until), now).await;
    require(rule, present, Ok(Insertion::AlreadyPresent))?;
    require(rule, store.put(entry("0", until), now).await, Ok(()))?;
    require(rule, store.replace(entry("0", until), b"", now).await, Ok(Replacement::Replaced))?;
    let rule = "what was changed still counts";
    let refused = store.insert_for("greedy", entry("more", until), now).await;
    require(rule, refused, Err("store.party_full"))?;
    let rule = "another party finds room, and so does who is none";
    let insertion = store.insert_for("modest", entry("other", until), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    require(rule, store.insert_if_absent(entry("none", until), now).await, Ok(Insertion::Inserted))?;
    let rule = "what others give back is free, and what a party gives back it may have again";
    require(rule, store.remove(namespace, "other", now).await, Ok(()))?;
    require(rule, store.remove(namespace, "none", now).await, Ok(()))?;
    require(rule, store.take(namespace, "0", now).await, Ok(Some(Vec::new())))?;
    let insertion = store.insert_for("greedy", entry("0", until), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    let refused = store.insert_for("greedy", entry("more", until), now).await;
    require(rule, refused, Err("store.party_full"))?;
    let rule = "a full namespace is full for everybody";
    for name in names.iter().skip(share) {
        require(rule, store.insert_if_absent(entry(name, until), now).await, Ok(Insertion::Inserted))?;
    }
    for party in ["greedy", "modest"] {
        let refused = store.insert_for(party, entry("more", until), now).await;
        require(rule, refused, Err("store.full"))?;
    }
    let rule = "what expires is held no longer, at that very instant";
    let then = later(until, 60);
    for name in names.iter().take(share) {
        let insertion = store.insert_for("greedy", entry(name, then), until).await;
        require(rule, insertion, Ok(Insertion::Inserted))?;
    }
    let refused = store.insert_for("greedy", entry("more", then), until).await;
    require(rule, refused, Err("store.party_full"))
}
