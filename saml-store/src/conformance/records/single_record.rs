//! The rules for one caller and one record.

use super::{Violation, at, require};
use crate::{Insertion, MAX_KEY_OCTETS, Records, Removal, Replacement};

pub(super) async fn run(records: &dyn Records) -> Result<(), Violation> {
    inserts_once(records).await?;
    replaces_what_is_expected(records).await?;
    removes_what_is_expected(records).await?;
    keeps_every_octet(records).await?;
    refuses_what_is_out_of_bounds(records).await
}

async fn inserts_once(records: &dyn Records) -> Result<(), Violation> {
    let place = at("alice", "once");
    let rule = "an absent record is not found";
    require(rule, records.record(place).await, Ok(None))?;
    let rule = "an absent record is inserted";
    require(rule, records.insert_record(place, b"first".to_vec()).await, Ok(Insertion::Inserted))?;
    let rule = "a present record is reported and left as it is";
    require(rule, records.insert_record(place, b"second".to_vec()).await, Ok(Insertion::AlreadyPresent))?;
    require(rule, records.record(place).await, Ok(Some(b"first".to_vec())))?;
    let rule = "a removed record is gone, and its place is free again";
    require(rule, records.remove_record(place, b"first").await, Ok(Removal::Removed))?;
    require(rule, records.record(place).await, Ok(None))?;
    require(rule, records.insert_record(place, b"second".to_vec()).await, Ok(Insertion::Inserted))?;
    require(rule, records.remove_record(place, b"second").await, Ok(Removal::Removed))
}

async fn replaces_what_is_expected(records: &dyn Records) -> Result<(), Violation> {
    let place = at("alice", "swapped");
    let rule = "replacing an absent record stores nothing, whatever is expected";
    for expected in [b"".as_slice(), b"first"] {
        let answer = records.replace_record(place, b"second".to_vec(), expected).await;
        require(rule, answer, Ok(Replacement::Changed))?;
        require(rule, records.record(place).await, Ok(None))?;
    }
    require(rule, records.insert_record(place, b"first".to_vec()).await, Ok(Insertion::Inserted))?;
    let rule = "a record of another value is left as it is";
    for other in [b"".as_slice(), b"firs", b"first ", b"First", b"second"] {
        let answer = records.replace_record(place, b"second".to_vec(), other).await;
        require(rule, answer, Ok(Replacement::Changed))?;
        require(rule, records.record(place).await, Ok(Some(b"first".to_vec())))?;
    }
    let rule = "the expected value is replaced, and expected no more";
    let answer = records.replace_record(place, b"second".to_vec(), b"first").await;
    require(rule, answer, Ok(Replacement::Replaced))?;
    require(rule, records.record(place).await, Ok(Some(b"second".to_vec())))?;
    let answer = records.replace_record(place, b"third".to_vec(), b"first").await;
    require(rule, answer, Ok(Replacement::Changed))?;
    let rule = "an empty value is a value, and can be expected";
    require(rule, records.replace_record(place, Vec::new(), b"second").await, Ok(Replacement::Replaced))?;
    require(rule, records.record(place).await, Ok(Some(Vec::new())))?;
    require(rule, records.replace_record(place, b"x".to_vec(), b"").await, Ok(Replacement::Replaced))?;
    require(rule, records.remove_record(place, b"x").await, Ok(Removal::Removed))
}

async fn removes_what_is_expected(records: &dyn Records) -> Result<(), Violation> {
    let place = at("alice", "removed");
    let rule = "removing an absent record says so";
    require(rule, records.remove_record(place, b"").await, Ok(Removal::Changed))?;
    require(rule, records.insert_record(place, b"value".to_vec()).await, Ok(Insertion::Inserted))?;
    let rule = "a record of another value is not removed";
    for other in [b"".as_slice(), b"valu", b"value ", b"Value"] {
        require(rule, records.remove_record(place, other).await, Ok(Removal::Changed))?;
        require(rule, records.record(place).await, Ok(Some(b"value".to_vec())))?;
    }
    let rule = "a record is removed once";
    require(rule, records.remove_record(place, b"value").await, Ok(Removal::Removed))?;
    require(rule, records.remove_record(place, b"value").await, Ok(Removal::Changed))
}

async fn keeps_every_octet(records: &dyn Records) -> Result<(), Violation> {
    let rule = "a value comes back octet by octet, whatever its length";
    let (owner, name) = ("o".repeat(MAX_KEY_OCTETS), "n".repeat(MAX_KEY_OCTETS));
    let most = records.max_record_octets();
    for octets in [0, 1, 255, 256, 4_095, 4_096, 4_097, most - 1, most] {
        let value: Vec<u8> = (0..=u8::MAX).cycle().take(octets).collect();
        let place = at(&owner, &name);
        require(rule, records.insert_record(place, value.clone()).await, Ok(Insertion::Inserted))?;
        require(rule, records.record(place).await, Ok(Some(value.clone())))?;
        require(rule, records.remove_record(place, &value).await, Ok(Removal::Removed))?;
    }
    Ok(())
}

async fn refuses_what_is_out_of_bounds(records: &dyn Records) -> Result<(), Violation> {
    let rule = "every operation refuses an owner and a name that are empty or too long";
    // Octets count, not characters: 257 of two octets each are too long.
    for wrong in [String::new(), "k".repeat(MAX_KEY_OCTETS + 1), "é".repeat(MAX_KEY_OCTETS / 2 + 1)] {
        for (place, refused) in
            [(at(&wrong, "n"), "store.owner_length"), (at("alice", &wrong), "store.key_length")]
        {
            require(rule, records.insert_record(place, Vec::new()).await, Err(refused))?;
            require(rule, records.record(place).await, Err(refused))?;
            require(rule, records.replace_record(place, Vec::new(), b"").await, Err(refused))?;
            require(rule, records.remove_record(place, b"").await, Err(refused))?;
            let after = Some((place.owner, place.name));
            require(rule, records.export_records(place.namespace, after).await, Err(refused))?;
            let listed = records.records_of(place.namespace, place.owner, Some(place.name)).await;
            require(rule, listed, Err(refused))?;
        }
        let removed = records.remove_records_of(at("", "").namespace, &wrong).await;
        require(rule, removed, Err("store.owner_length"))?;
    }
    let rule = "a value that is too long is refused, and what stands there stays";
    let (place, long) = (at("alice", "bounded"), vec![b'v'; records.max_record_octets() + 1]);
    require(rule, records.insert_record(place, long.clone()).await, Err("store.value_too_long"))?;
    require(rule, records.record(place).await, Ok(None))?;
    require(rule, records.insert_record(place, b"stays".to_vec()).await, Ok(Insertion::Inserted))?;
    require(rule, records.replace_record(place, long, b"stays").await, Err("store.value_too_long"))?;
    require(rule, records.remove_record(place, b"stays").await, Ok(Removal::Removed))
}
