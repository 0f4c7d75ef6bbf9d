//! What an engine does where there is no room.

use super::{PLACE, Violation, at, export, list, require};
use crate::{
    Insertion, MAX_OCTETS_OF_OWNER, MAX_RECORDS_OF_OWNER, Namespace, RecordName, Records, Removal,
    Replacement,
};

/// One owner has as much as one may.
pub(super) async fn run(records: &dyn Records) -> Result<(), Violation> {
    owner_full_of_records(records).await?;
    owner_full_of_octets(records).await
}

/// The engine may count some octets of its own, too.
async fn owner_full_of_octets(records: &dyn Records) -> Result<(), Violation> {
    let rule = "an owner has as many octets as one may, and no more";
    let long = vec![b'v'; records.max_record_octets()];
    let most = MAX_OCTETS_OF_OWNER / long.len();
    let (mut stored, mut refused) = (0, Ok(Insertion::Inserted));
    while refused.is_ok() && stored <= most {
        refused = records.insert_record(at("greedy", &stored.to_string()), long.clone()).await;
        stored += usize::from(refused.is_ok());
    }
    require(rule, refused, Err("store.owner_full"))?;
    require(rule, Ok((most - 1..=most).contains(&stored)), Ok(true))?;
    let rule = "what an owner has is replaced by what is no longer though it is as much as one may have";
    let other = vec![b'w'; long.len()];
    let replaced = records.replace_record(at("greedy", "0"), other.clone(), &long).await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    let rule = "an owner's value does not grow beyond what one may have";
    let short = at("greedy", "short");
    require(rule, records.insert_record(short, b"x".to_vec()).await, Ok(Insertion::Inserted))?;
    let grown = records.replace_record(short, long.clone(), b"x").await;
    require(rule, grown, Err("store.owner_full"))?;
    require(rule, records.record(short).await, Ok(Some(b"x".to_vec())))?;
    let rule = "others have room for octets meanwhile";
    let inserted = records.insert_record(at("modest", "0"), long.clone()).await;
    require(rule, inserted, Ok(Insertion::Inserted))?;
    require(rule, records.remove_records_of(PLACE, "modest").await, Ok(1))?;
    let rule = "octets that an owner gives back are free again";
    require(rule, records.remove_record(at("greedy", "0"), &other).await, Ok(Removal::Removed))?;
    require(rule, records.replace_record(short, long, b"x").await, Ok(Replacement::Replaced))?;
    require(rule, records.remove_records_of(PLACE, "greedy").await, Ok(stored))
}

async fn owner_full_of_records(records: &dyn Records) -> Result<(), Violation> {
    let rule = "an owner has as many records as one may, and no more";
    for number in 0..MAX_RECORDS_OF_OWNER {
        let inserted = records.insert_record(at("greedy", &number.to_string()), b"x".to_vec()).await;
        require(rule, inserted, Ok(Insertion::Inserted))?;
    }
    let more = at("greedy", "more");
    require(rule, records.insert_record(more, b"x".to_vec()).await, Err("store.owner_full"))?;
    let listed = list(records, PLACE, "greedy").await;
    require(rule, listed.map(|listed| listed.len()), Ok(MAX_RECORDS_OF_OWNER))?;
    let rule = "what an owner has is told and changed though it is as much as one may have";
    let present = records.insert_record(at("greedy", "0"), b"y".to_vec()).await;
    require(rule, present, Ok(Insertion::AlreadyPresent))?;
    let replaced = records.replace_record(at("greedy", "0"), b"longer".to_vec(), b"x").await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    let rule = "others have room meanwhile";
    let inserted = records.insert_record(at("modest", "0"), b"x".to_vec()).await;
    require(rule, inserted, Ok(Insertion::Inserted))?;
    require(rule, records.remove_records_of(PLACE, "modest").await, Ok(1))?;
    let rule = "what is removed makes room";
    require(rule, records.remove_record(at("greedy", "0"), b"longer").await, Ok(Removal::Removed))?;
    require(rule, records.insert_record(more, b"x".to_vec()).await, Ok(Insertion::Inserted))?;
    require(rule, records.remove_records_of(PLACE, "greedy").await, Ok(MAX_RECORDS_OF_OWNER))
}

/// Checks an engine that limits how many records `namespace` may hold: `capacity`, at least 4 and at most
/// [`MAX_RECORDS_OF_OWNER`], and how many octets: `octets`, 2 000 to 32 000 for each of them and at most [`MAX_OCTETS_OF_OWNER`], which the engine may count
/// as it likes but never as fewer than those of owners, names and values.
///
/// # Errors
/// The first [`Violation`].
pub async fn refuses_when_full(
    records: &dyn Records,
    namespace: Namespace,
    capacity: usize,
    octets: usize,
) -> Result<(), Violation> {
    full_of_records(records, namespace, capacity).await?;
    full_of_octets(records, namespace, capacity, octets).await
}

async fn full_of_records(
    records: &dyn Records,
    namespace: Namespace,
    capacity: usize,
) -> Result<(), Violation> {
    let at = |owner, name| RecordName { namespace, owner, name };
    let names: Vec<String> = (0..capacity).map(|number| number.to_string()).collect();
    let rule = "as many records as the capacity are stored";
    for name in &names {
        let inserted = records.insert_record(at("alice", name), b"x".to_vec()).await;
        require(rule, inserted, Ok(Insertion::Inserted))?;
    }
    let rule = "one more is refused, whoever owns it, and nothing is forgotten";
    for owner in ["alice", "bob"] {
        let refused = records.insert_record(at(owner, "more"), b"x".to_vec()).await;
        require(rule, refused, Err("store.full"))?;
    }
    for name in &names {
        require(rule, records.record(at("alice", name)).await, Ok(Some(b"x".to_vec())))?;
    }
    let rule = "a full namespace still tells what is present, and replaces it";
    let present = records.insert_record(at("alice", "0"), b"y".to_vec()).await;
    require(rule, present, Ok(Insertion::AlreadyPresent))?;
    let replaced = records.replace_record(at("alice", "0"), b"y".to_vec(), b"x").await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    let rule = "what is removed makes room, for whom it may be";
    require(rule, records.remove_record(at("alice", "0"), b"y").await, Ok(Removal::Removed))?;
    let inserted = records.insert_record(at("bob", "0"), b"x".to_vec()).await;
    require(rule, inserted, Ok(Insertion::Inserted))?;
    let refused = records.insert_record(at("alice", "0"), b"x".to_vec()).await;
    require(rule, refused, Err("store.full"))?;
    require(rule, records.remove_records_of(namespace, "alice").await, Ok(capacity - 1))?;
    require(rule, records.remove_records_of(namespace, "bob").await, Ok(1))?;
    let rule = "what was removed counts no longer";
    require(rule, export(records, namespace).await, Ok(Vec::new()))
}

async fn full_of_octets(
    records: &dyn Records,
    namespace: Namespace,
    capacity: usize,
    octets: usize,
) -> Result<(), Violation> {
    let names: Vec<String> = (0..=capacity).map(|number| number.to_string()).collect();
    let at = |name| RecordName { namespace, owner: "alice", name };
    let rule = "records are stored until there is no room for the octets of one more";
    let value = vec![b'v'; (octets / capacity).saturating_mul(2).min(records.max_record_octets())];
    let mut stored: usize = 0;
    let mut refused = Ok(Insertion::Inserted);
    for name in &names {
        refused = records.insert_record(at(name), value.clone()).await;
        if refused.is_err() {
            break;
        }
        stored += 1;
    }
    require(rule, refused, Err("store.full"))?;
    require(rule, Ok(stored.saturating_mul(value.len()) <= octets && stored < capacity), Ok(true))?;
    let rule = "a value that is no longer replaces one, and a longer one finds no room";
    let other = vec![b'w'; value.len()];
    let replaced = records.replace_record(at("0"), other.clone(), &value).await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    // Longer by all that may be left.
    let longer = vec![b'w'; value.len().saturating_mul(2).min(records.max_record_octets())];
    if longer.len() > value.len() + value.len() / 2 {
        let fill = records.insert_record(at("fill"), vec![b'f'; value.len() / 2]).await;
        let _filled_or_full = fill.is_ok();
        let refused = records.replace_record(at("0"), longer, &other).await;
        require(rule, refused, Err("store.full"))?;
    }
    require(rule, records.record(at("0")).await, Ok(Some(other)))?;
    let rule = "octets that are given back are free again";
    require(
        rule,
        records.remove_records_of(namespace, "alice").await.map(|removed| removed >= stored),
        Ok(true),
    )?;
    for name in names.iter().take(stored) {
        let inserted = records.insert_record(at(name), value.clone()).await;
        require(rule, inserted, Ok(Insertion::Inserted))?;
    }
    require(rule, records.remove_records_of(namespace, "alice").await, Ok(stored))
}
