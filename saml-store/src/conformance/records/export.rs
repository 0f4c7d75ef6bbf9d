//! What leaves an engine, and comes to another one.

use super::{PLACE, Violation, at, export, list, require, sorted};
use crate::{Import, Insertion, MAX_PAGE_RECORDS, Record, Records, Removal, Replacement, StoreError};

const OWNERS: usize = 7;

/// So many records of several owners that they fill several pages.
async fn fill(records: &dyn Records) -> Result<usize, Violation> {
    let rule = "records of several owners are inserted";
    let each = 3 * MAX_PAGE_RECORDS / OWNERS;
    for owner in 0..OWNERS {
        for name in 0..each {
            let (owner, name) = (format!("owner {owner}"), format!("name {name}"));
            let inserted =
                records.insert_record(at(&owner, &name), format!("{owner} {name}").into_bytes()).await;
            require(rule, inserted, Ok(Insertion::Inserted))?;
        }
    }
    Ok(OWNERS * each)
}

async fn clear(records: &dyn Records) -> Result<usize, StoreError> {
    let mut removed = 0;
    for owner in 0..OWNERS {
        removed += records.remove_records_of(PLACE, &format!("owner {owner}")).await?;
    }
    Ok(removed)
}

async fn import(records: &dyn Records, all: &[Record], expected: Import) -> Result<(), Violation> {
    let rule = "an import says whether a record is new, the same or another";
    for record in all {
        require(rule, records.import_record(PLACE, record).await, Ok(expected))?;
    }
    Ok(())
}

pub(super) async fn run(records: &dyn Records) -> Result<(), Violation> {
    let rule = "an export has every record of every owner once, in an order that stays";
    let many = fill(records).await?;
    let exported = export(records, PLACE).await;
    let all = exported.as_ref().map(|all| all.to_vec()).unwrap_or_default();
    let mut places: Vec<_> = all.iter().map(|record| (&record.owner, &record.name)).collect();
    places.sort();
    places.dedup();
    require(rule, exported.map(|all| all.len()), Ok(many))?;
    require(rule, Ok(places.len()), Ok(many))?;
    require(rule, export(records, PLACE).await, Ok(all.clone()))?;
    import(records, &all, Import::AlreadyPresent).await?;
    let rule = "an import brings back what was removed, and changes nothing else";
    let gone = at("owner 3", "name 3");
    require(rule, records.remove_record(gone, b"owner 3 name 3").await, Ok(Removal::Removed))?;
    let changed = at("owner 4", "name 4");
    let replaced = records.replace_record(changed, b"another".to_vec(), b"owner 4 name 4").await;
    require(rule, replaced, Ok(Replacement::Replaced))?;
    let (mut imported, mut differ) = (0, 0);
    for record in &all {
        match records.import_record(PLACE, record).await {
            Ok(Import::Imported) => imported += 1,
            Ok(Import::Differs) => differ += 1,
            Ok(Import::AlreadyPresent) => {}
            Err(error) => return require(rule, Err(error), Ok(())),
        }
    }
    require(rule, Ok((imported, differ)), Ok((1, 1)))?;
    require(rule, records.record(gone).await, Ok(Some(b"owner 3 name 3".to_vec())))?;
    require(rule, records.record(changed).await, Ok(Some(b"another".to_vec())))?;
    require(rule, clear(records).await, Ok(many))?;
    require(rule, export(records, PLACE).await, Ok(Vec::new()))?;
    import(records, &all, Import::Imported).await?;
    require(rule, records.record(changed).await, Ok(Some(b"owner 4 name 4".to_vec())))?;
    require(rule, clear(records).await, Ok(many))
}

/// Checks that what is exported from one engine can be imported into another one, which may be of another kind. If they
/// seal, they have the same keys.
///
/// # Errors
/// The first [`Violation`].
pub async fn moves(from: &dyn Records, to: &dyn Records) -> Result<(), Violation> {
    let rule = "what was exported from one engine is in the other one once it was imported";
    let many = fill(from).await?;
    let exported = export(from, PLACE).await;
    let all = exported.as_ref().map(|all| all.to_vec()).unwrap_or_default();
    require(rule, exported.map(|all| all.len()), Ok(many))?;
    import(to, &all, Import::Imported).await?;
    import(to, &all, Import::AlreadyPresent).await?;
    for owner in 0..OWNERS {
        let owner = format!("owner {owner}");
        let expected = sorted(list(from, PLACE, &owner).await).unwrap_or_default();
        require(rule, Ok(expected.is_empty()), Ok(false))?;
        require(rule, sorted(list(to, PLACE, &owner).await), Ok(expected))?;
    }
    require(rule, clear(from).await, Ok(many))?;
    require(rule, clear(to).await, Ok(many))
}
