//! The rules for one caller and one entry.

use super::{PLACE, Violation, entry, later, require};
use crate::{Entry, Insertion, MAX_KEY_OCTETS, Namespace, Replacement, Store, StoreInstant};

pub(super) async fn run(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    inserts_once(store, now).await?;
    takes_once(store, now).await?;
    put_replaces(store, now).await?;
    replaces_what_is_expected(store, now).await?;
    removes(store, now).await?;
    refuses_what_is_out_of_bounds(store, now).await?;
    keeps_names_apart(store, now).await
}

async fn inserts_once(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let until = later(now, 60);
    let rule = "an absent entry is not found";
    require(rule, store.get(PLACE, "once", now).await, Ok(None))?;
    let rule = "an absent entry is inserted";
    let insertion = store.insert_if_absent(entry("once", b"first", until), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    let rule = "a present entry is reported and left as it is";
    let insertion = store.insert_if_absent(entry("once", b"second", later(now, 600)), now).await;
    require(rule, insertion, Ok(Insertion::AlreadyPresent))?;
    require(rule, store.get(PLACE, "once", now).await, Ok(Some(b"first".to_vec())))?;
    let rule = "a refused insertion does not lengthen a life";
    require(rule, store.get(PLACE, "once", until).await, Ok(None))
}

async fn takes_once(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let octets: Vec<u8> = (0..=u8::MAX).collect();
    let rule = "what was put is taken, octet by octet, once";
    require(rule, store.put(entry("taken", &octets, later(now, 60)), now).await, Ok(()))?;
    require(rule, store.get(PLACE, "taken", now).await, Ok(Some(octets.clone())))?;
    require(rule, store.take(PLACE, "taken", now).await, Ok(Some(octets)))?;
    require(rule, store.take(PLACE, "taken", now).await, Ok(None))?;
    require(rule, store.get(PLACE, "taken", now).await, Ok(None))?;
    let rule = "a key is free again once its entry was taken";
    let insertion = store.insert_if_absent(entry("taken", b"", later(now, 60)), now).await;
    require(rule, insertion, Ok(Insertion::Inserted))?;
    let rule = "an empty value is a value";
    require(rule, store.take(PLACE, "taken", now).await, Ok(Some(Vec::new())))
}

async fn put_replaces(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "put replaces the value";
    require(rule, store.put(entry("put", b"first", later(now, 60)), now).await, Ok(()))?;
    require(rule, store.put(entry("put", b"second", later(now, 60)), now).await, Ok(()))?;
    require(rule, store.take(PLACE, "put", now).await, Ok(Some(b"second".to_vec())))?;
    require(rule, store.take(PLACE, "put", now).await, Ok(None))
}

async fn replaces_what_is_expected(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let (soon, until) = (later(now, 30), later(now, 60));
    let rule = "replacing an absent entry stores nothing, whatever is expected";
    for expected in [b"".as_slice(), b"first"] {
        let answer = store.replace(entry("swapped", b"second", until), expected, now).await;
        require(rule, answer, Ok(Replacement::Changed))?;
        require(rule, store.get(PLACE, "swapped", now).await, Ok(None))?;
    }
    let rule = "an entry of another value is left as it is";
    require(rule, store.put(entry("swapped", b"first", soon), now).await, Ok(()))?;
    for other in [b"".as_slice(), b"firs", b"first ", b"First", b"second"] {
        let answer = store.replace(entry("swapped", b"second", until), other, now).await;
        require(rule, answer, Ok(Replacement::Changed))?;
        require(rule, store.get(PLACE, "swapped", now).await, Ok(Some(b"first".to_vec())))?;
    }
    require(rule, store.get(PLACE, "swapped", soon).await, Ok(None))?;
    let rule = "an expired entry has no value that could be expected";
    let late = store.put(entry("swapped", b"first", soon), now).await;
    require(rule, late, Ok(()))?;
    let answer = store.replace(entry("swapped", b"second", until), b"first", soon).await;
    require(rule, answer, Ok(Replacement::Changed))?;
    let rule = "the expected value is replaced, and the expiry with it";
    require(rule, store.put(entry("swapped", b"first", soon), now).await, Ok(()))?;
    let answer = store.replace(entry("swapped", b"second", until), b"first", now).await;
    require(rule, answer, Ok(Replacement::Replaced))?;
    require(rule, store.get(PLACE, "swapped", soon).await, Ok(Some(b"second".to_vec())))?;
    let rule = "a replaced value is expected no more";
    let answer = store.replace(entry("swapped", b"third", until), b"first", now).await;
    require(rule, answer, Ok(Replacement::Changed))?;
    let rule = "replacing by the same value replaces the expiry";
    let answer = store.replace(entry("swapped", b"second", soon), b"second", now).await;
    require(rule, answer, Ok(Replacement::Replaced))?;
    require(rule, store.get(PLACE, "swapped", soon).await, Ok(None))?;
    let rule = "an empty value can be expected";
    require(rule, store.put(entry("swapped", b"", until), now).await, Ok(()))?;
    let answer = store.replace(entry("swapped", b"x", until), b"", now).await;
    require(rule, answer, Ok(Replacement::Replaced))?;
    require(rule, store.take(PLACE, "swapped", now).await, Ok(Some(b"x".to_vec())))?;
    let rule = "a replacement that has expired already is refused";
    let answer = store.replace(entry("swapped", b"x", now), b"", now).await;
    require(rule, answer, Err("store.already_expired"))
}

async fn removes(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "a removed entry is gone, and removing nothing is no error";
    require(rule, store.put(entry("removed", b"x", later(now, 60)), now).await, Ok(()))?;
    require(rule, store.remove(PLACE, "removed", now).await, Ok(()))?;
    require(rule, store.get(PLACE, "removed", now).await, Ok(None))?;
    require(rule, store.remove(PLACE, "removed", now).await, Ok(()))
}

async fn refuses_what_is_out_of_bounds(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let until = later(now, 60);
    let refused = "store.key_length";
    // Octets count, not characters: 257 of two octets each are too long.
    for key in [String::new(), "k".repeat(MAX_KEY_OCTETS + 1), "é".repeat(MAX_KEY_OCTETS / 2 + 1)] {
        let rule = "every operation refuses an empty or too long key";
        require(rule, store.insert_if_absent(entry(&key, b"", until), now).await, Err(refused))?;
        require(rule, store.put(entry(&key, b"", until), now).await, Err(refused))?;
        require(rule, store.replace(entry(&key, b"", until), b"", now).await, Err(refused))?;
        require(rule, store.get(PLACE, &key, now).await, Err(refused))?;
        require(rule, store.take(PLACE, &key, now).await, Err(refused))?;
        require(rule, store.remove(PLACE, &key, now).await, Err(refused))?;
    }
    let rule = "the longest key and the longest value are stored";
    let (key, value) = ("k".repeat(MAX_KEY_OCTETS), vec![b'v'; store.max_value_octets()]);
    require(rule, store.put(entry(&key, &value, until), now).await, Ok(()))?;
    require(rule, store.take(PLACE, &key, now).await, Ok(Some(value)))?;
    let rule = "a longer value is refused and what stands under the key stays";
    require(rule, store.put(entry("bounded", b"stays", until), now).await, Ok(()))?;
    let value = vec![b'v'; store.max_value_octets() + 1];
    require(rule, store.put(entry("bounded", &value, until), now).await, Err("store.value_too_long"))?;
    let answer = store.replace(entry("bounded", &value, until), b"stays", now).await;
    require(rule, answer, Err("store.value_too_long"))?;
    require(rule, store.take(PLACE, "bounded", now).await, Ok(Some(b"stays".to_vec())))
}

async fn keeps_names_apart(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    const NAMES: [(Namespace, &str); 12] = [
        (PLACE, "a"),
        (PLACE, "A"),
        (PLACE, "a "),
        (PLACE, "a\0"),
        (PLACE, "a\n"),
        (PLACE, "*"),
        (PLACE, "a:b"),
        (PLACE, "é"),
        (PLACE, "e\u{301}"),
        (Namespace::new("conformance.other"), "a"),
        (Namespace::new("conformance.main:a"), "b"),
        (Namespace::new("conformance.main/a"), "b"),
    ];
    let rule = "different namespaces and keys name different entries";
    let value = |(namespace, key): (Namespace, &str)| format!("{namespace} {key}").into_bytes();
    for name in NAMES {
        let (namespace, key) = name;
        let entry = Entry { namespace, key, value: value(name), expires_at: later(now, 60) };
        require(rule, store.insert_if_absent(entry, now).await, Ok(Insertion::Inserted))?;
    }
    for name in NAMES {
        require(rule, store.take(name.0, name.1, now).await, Ok(Some(value(name))))?;
    }
    Ok(())
}
