//! Keys and values of every length.

use super::{PLACE, Violation, later, require};
use crate::{Entry, Insertion, MAX_KEY_OCTETS, MAX_VALUE_OCTETS, Replacement, Store, StoreInstant};

pub(super) async fn run(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "a store takes values of two mebibytes, but for a few octets of its own";
    let within = (MAX_VALUE_OCTETS - 1_024..=MAX_VALUE_OCTETS).contains(&store.max_value_octets());
    require(rule, Ok(within), Ok(true))?;
    keeps_keys_of_every_length(store, now).await?;
    for octets in lengths(store.max_value_octets()) {
        keeps_a_value(store, octets, now).await?;
    }
    Ok(())
}

/// All short ones, and those around every power of two, where engines go from one way of storing to another.
fn lengths(most: usize) -> Vec<usize> {
    let powers = (6..=20).map(|power| 1_usize << power);
    let around = powers.flat_map(|power| [power - 1, power, power + 1]);
    (0..64).chain(around).chain([most - 1, most]).collect()
}

/// Every octet of it differs from its neighbours, and from the one at its place in another value.
fn value(octets: usize, seed: u8) -> Vec<u8> {
    let cycle: Vec<u8> = (0..=u8::MAX).map(|octet| octet.wrapping_mul(7).wrapping_add(seed)).collect();
    cycle.into_iter().cycle().take(octets).collect()
}

async fn keeps_keys_of_every_length(store: &dyn Store, now: StoreInstant) -> Result<(), Violation> {
    let rule = "keys of every length name entries of their own, though one begins with the other";
    let keys: Vec<String> = (1..=MAX_KEY_OCTETS).map(|octets| "k".repeat(octets)).collect();
    let value = |key: &str| key.len().to_string().into_bytes();
    for key in &keys {
        let entry = Entry { namespace: PLACE, key, value: value(key), expires_at: later(now, 60) };
        require(rule, store.insert_if_absent(entry, now).await, Ok(Insertion::Inserted))?;
    }
    for key in &keys {
        require(rule, store.take(PLACE, key, now).await, Ok(Some(value(key))))?;
    }
    let rule = "octets of a key count, whatever its characters are";
    let key = "é".repeat(MAX_KEY_OCTETS / 2);
    let entry = Entry { namespace: PLACE, key: &key, value: b"x".to_vec(), expires_at: later(now, 60) };
    require(rule, store.put(entry, now).await, Ok(()))?;
    require(rule, store.take(PLACE, &key, now).await, Ok(Some(b"x".to_vec())))
}

async fn keeps_a_value(store: &dyn Store, octets: usize, now: StoreInstant) -> Result<(), Violation> {
    let (first, second) = (value(octets, 1), value(octets, 2));
    let entry = |value: &[u8]| Entry {
        namespace: PLACE,
        key: "long",
        value: value.to_vec(),
        expires_at: later(now, 60),
    };
    let same = |found: Option<Vec<u8>>, stored: &[u8]| found.as_deref() == Some(stored);
    let rule = "a value of any length is found as it was stored, octet by octet";
    require(rule, store.put(entry(&first), now).await, Ok(()))?;
    let found = store.get(PLACE, "long", now).await;
    require(rule, found.map(|found| same(found, &first)), Ok(true))?;
    let rule = "a value of any length is compared to its last octet";
    let mut other = first.clone();
    if let Some(last) = other.last_mut() {
        *last = last.wrapping_add(1);
        require(rule, store.replace(entry(&second), &other, now).await, Ok(Replacement::Changed))?;
    }
    require(rule, store.replace(entry(&second), &first, now).await, Ok(Replacement::Replaced))?;
    let taken = store.take(PLACE, "long", now).await;
    require(rule, taken.map(|taken| same(taken, &second)), Ok(true))
}
