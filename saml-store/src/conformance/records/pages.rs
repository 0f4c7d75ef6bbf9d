//! Lists in pages, also while others write.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::task::JoinSet;

use super::{PLACE, Violation, at, list, require, sorted};
use crate::{EngineFailure, Insertion, MAX_PAGE_OCTETS, MAX_PAGE_RECORDS, Records, Removal, StoreError};

pub(super) async fn run(records: &Arc<dyn Records>) -> Result<(), Violation> {
    goes_on_where_it_was(records.as_ref()).await?;
    bounds_octets(records.as_ref()).await?;
    lists_while_others_write(records).await
}

async fn goes_on_where_it_was(records: &dyn Records) -> Result<(), Violation> {
    let rule = "a list has every record once, in an order that stays";
    let mut expected = Vec::new();
    for number in 0..2 * MAX_PAGE_RECORDS {
        let name = format!("{:03}", number * 37 % 1_000);
        require(
            rule,
            records.insert_record(at("alice", &name), b"x".to_vec()).await,
            Ok(Insertion::Inserted),
        )?;
        expected.push((name, b"x".to_vec()));
    }
    expected.sort();
    require(rule, sorted(list(records, PLACE, "alice").await), Ok(expected))?;
    let (once, again) = (list(records, PLACE, "alice").await, list(records, PLACE, "alice").await);
    let once = once.unwrap_or_default();
    require(rule, again, Ok(once.clone()))?;
    let rule = "a page has at most as many records as it may, and says whether more follow";
    let first = records.records_of(PLACE, "alice", None).await;
    require(rule, first.map(|page| (page.records.len(), page.more)), Ok((MAX_PAGE_RECORDS, true)))?;
    let half = once.get(MAX_PAGE_RECORDS - 1).map(|record| record.name.clone()).unwrap_or_default();
    let second = records.records_of(PLACE, "alice", Some(&half)).await;
    require(rule, second.map(|page| (page.records.len(), page.more)), Ok((MAX_PAGE_RECORDS, false)))?;
    let rule = "a list goes on behind a name that is there no more";
    let behind = once.get(MAX_PAGE_RECORDS..).unwrap_or_default().to_vec();
    require(rule, records.remove_record(at("alice", &half), b"x").await, Ok(Removal::Removed))?;
    let page = records.records_of(PLACE, "alice", Some(&half)).await;
    require(rule, page.map(|page| page.records), Ok(behind))?;
    let rule = "behind the last name nothing follows";
    let last = once.last().map(|record| record.name.clone()).unwrap_or_default();
    let page = records.records_of(PLACE, "alice", Some(&last)).await;
    require(rule, page.map(|page| (page.records.len(), page.more)), Ok((0, false)))?;
    let removed = records.remove_records_of(PLACE, "alice").await;
    require(rule, removed, Ok(2 * MAX_PAGE_RECORDS - 1))?;
    let rule = "an owner without records has an empty list";
    require(rule, list(records, PLACE, "alice").await, Ok(Vec::new()))
}

async fn bounds_octets(records: &dyn Records) -> Result<(), Violation> {
    let rule = "a page of long records ends soon after its octets do, and the next ones follow";
    let value = vec![b'v'; records.max_record_octets()];
    // More than fit into a page, and fewer than an owner may have.
    let many = MAX_PAGE_OCTETS / value.len() * 3 / 2;
    for number in 0..many {
        let inserted = records.insert_record(at("alice", &number.to_string()), value.clone()).await;
        require(rule, inserted, Ok(Insertion::Inserted))?;
    }
    let page = records.records_of(PLACE, "alice", None).await;
    let page = page.map(|page| page.records.iter().map(|record| record.value.len()).sum::<usize>());
    let fits = page.map(|octets| (1..MAX_PAGE_OCTETS + value.len()).contains(&octets));
    require(rule, fits, Ok(true))?;
    let all = list(records, PLACE, "alice").await.map(|listed| listed.len());
    require(rule, all, Ok(many))?;
    require(rule, records.remove_records_of(PLACE, "alice").await, Ok(many))
}

/// Records that stay while others come and go between and beside them.
async fn lists_while_others_write(records: &Arc<dyn Records>) -> Result<(), Violation> {
    const STAY: usize = MAX_PAGE_RECORDS + MAX_PAGE_RECORDS / 2;
    let rule = "a record that stays is in a list exactly once, whatever others write meanwhile";
    for number in 0..STAY {
        let place = format!("stays {number}");
        require(
            rule,
            records.insert_record(at("alice", &place), b"x".to_vec()).await,
            Ok(Insertion::Inserted),
        )?;
    }
    let over = Arc::new(AtomicBool::new(false));
    let mut writers = JoinSet::new();
    for writer in 0..4 {
        let (records, over) = (Arc::clone(records), Arc::clone(&over));
        writers.spawn(async move {
            while !over.load(Ordering::Acquire) {
                for number in 0..40 {
                    let name = format!("goes {writer} {number}");
                    let _ = records.insert_record(at("alice", &name), b"x".to_vec()).await?;
                    tokio::task::yield_now().await;
                }
                for number in 0..40 {
                    let name = format!("goes {writer} {number}");
                    let _ = records.remove_record(at("alice", &name), b"x").await?;
                    tokio::task::yield_now().await;
                }
            }
            Ok::<(), StoreError>(())
        });
    }
    let mut seen = Ok(());
    for _ in 0..20 {
        let listed = list(records.as_ref(), PLACE, "alice").await;
        let counted = listed.map(|listed| {
            let mut counted: BTreeMap<String, usize> = BTreeMap::new();
            for record in listed {
                *counted.entry(record.name).or_default() += 1;
            }
            let once = |name: &&String| name.starts_with("stays ") && counted.get(*name) == Some(&1);
            (counted.keys().filter(once).count(), counted.values().all(|times| *times == 1))
        });
        seen = seen.and(require(rule, counted, Ok((STAY, true))));
        tokio::task::yield_now().await;
    }
    over.store(true, Ordering::Release);
    while let Some(joined) = writers.join_next().await {
        let lost = |lost| StoreError::Unavailable(EngineFailure::from(lost));
        require(rule, joined.map_err(lost).and_then(|answer| answer), Ok(()))?;
    }
    seen?;
    require(rule, records.remove_records_of(PLACE, "alice").await, Ok(STAY))
}
