//! What many callers see of one record.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{PLACE, Violation, at, require};
use crate::{
    EngineFailure, Insertion, MAX_OCTETS_OF_OWNER, MAX_RECORD_OCTETS, Records, Removal, Replacement,
    StoreError,
};

const ROUNDS: usize = 50;
const RACERS: usize = 8;

pub(super) async fn run(records: &Arc<dyn Records>) -> Result<(), Violation> {
    for _ in 0..ROUNDS {
        one_insertion_wins(records).await?;
        one_change_wins(records).await?;
        no_step_of_a_counter_is_lost(records).await?;
        an_owner_that_ends_leaves_nothing(records).await?;
    }
    an_owner_who_is_full_gets_no_more(records).await
}

async fn one_insertion_wins(records: &Arc<dyn Records>) -> Result<(), Violation> {
    let rule = "of concurrent insertions exactly one is told that it inserted, and its value stays";
    let won = race(records, |records, racer| async move {
        let value = racer.to_string().into_bytes();
        let inserted = records.insert_record(at("raced", "insert"), value.clone()).await?;
        Ok((inserted == Insertion::Inserted).then_some(value))
    });
    let won = won.await;
    require(rule, won.as_ref().map(Vec::len).map_err(repeat), Ok(1))?;
    let winner = won.ok().and_then(|mut won| won.pop()).unwrap_or_default();
    require(rule, records.record(at("raced", "insert")).await, Ok(Some(winner.clone())))?;
    require(rule, records.remove_record(at("raced", "insert"), &winner).await, Ok(Removal::Removed))
}

async fn one_change_wins(records: &Arc<dyn Records>) -> Result<(), Violation> {
    let rule = "of concurrent replacements and removals of one value exactly one succeeds";
    let place = at("raced", "change");
    require(rule, records.insert_record(place, b"x".to_vec()).await, Ok(Insertion::Inserted))?;
    let won = race(records, |records, racer| async move {
        let place = at("raced", "change");
        if racer % 2 == 0 {
            let value = racer.to_string().into_bytes();
            let replaced = records.replace_record(place, value.clone(), b"x").await?;
            return Ok((replaced == Replacement::Replaced).then_some(value));
        }
        let removed = records.remove_record(place, b"x").await?;
        Ok((removed == Removal::Removed).then(Vec::new))
    });
    let won = won.await;
    require(rule, won.as_ref().map(Vec::len).map_err(repeat), Ok(1))?;
    let winner = won.ok().and_then(|mut won| won.pop()).unwrap_or_default();
    let rule = "what stays is what the one left that succeeded";
    let stays = (!winner.is_empty()).then(|| winner.clone());
    require(rule, records.record(place).await, Ok(stays.clone()))?;
    let left = usize::from(stays.is_some());
    require(rule, records.remove_records_of(PLACE, "raced").await, Ok(left))
}

/// Every racer reads the value and writes it with an octet added, until that held.
async fn no_step_of_a_counter_is_lost(records: &Arc<dyn Records>) -> Result<(), Violation> {
    let rule = "of concurrent changes by reading and replacing none is lost";
    let place = at("raced", "counter");
    require(rule, records.insert_record(place, Vec::new()).await, Ok(Insertion::Inserted))?;
    let won = race(records, |records, _| async move {
        let place = at("raced", "counter");
        loop {
            let Some(before) = records.record(place).await? else { return Ok(None) };
            let after = [before.as_slice(), b"x"].concat();
            if records.replace_record(place, after, &before).await? == Replacement::Replaced {
                return Ok(Some(Vec::new()));
            }
            tokio::task::yield_now().await;
        }
    });
    require(rule, won.await.map(|won| won.len()), Ok(RACERS))?;
    require(rule, records.remove_record(place, &[b'x'; RACERS]).await, Ok(Removal::Removed))
}

/// All but one insert; that one removes all there are. What it says and what is left are all that was inserted.
async fn an_owner_that_ends_leaves_nothing(records: &Arc<dyn Records>) -> Result<(), Violation> {
    let rule =
        "of records that are inserted while their owner ends each is removed or left, and counted once";
    let won = race(records, |records, racer| async move {
        if racer == 0 {
            let removed = records.remove_records_of(PLACE, "ending").await?;
            return Ok(Some(vec![b'r'; removed]));
        }
        let inserted = records.insert_record(at("ending", &racer.to_string()), b"x".to_vec()).await?;
        Ok((inserted == Insertion::Inserted).then(Vec::new))
    });
    let won = won.await;
    require(rule, won.as_ref().map(Vec::len).map_err(repeat), Ok(RACERS))?;
    let removed: usize = won.iter().flatten().map(Vec::len).sum();
    let left = records.remove_records_of(PLACE, "ending").await;
    require(rule, left.map(|left| left + removed), Ok(RACERS - 1))
}

/// Room for three or four of the racers is left, as the engine counts.
async fn an_owner_who_is_full_gets_no_more(records: &Arc<dyn Records>) -> Result<(), Violation> {
    let rule = "of concurrent insertions for one owner those are stored that find room, and no more";
    let value = vec![b'v'; records.max_record_octets()];
    let before = MAX_OCTETS_OF_OWNER / MAX_RECORD_OCTETS - 4;
    for number in 0..before {
        let name = format!("before {number}");
        let inserted = records.insert_record(at("full", &name), value.clone()).await;
        require(rule, inserted, Ok(Insertion::Inserted))?;
    }
    let won = race(records, |records, racer| async move {
        let value = vec![b'v'; records.max_record_octets()];
        match records.insert_record(at("full", &racer.to_string()), value).await {
            Ok(inserted) => Ok((inserted == Insertion::Inserted).then(Vec::new)),
            Err(error) if error.code() == "store.owner_full" => Ok(None),
            Err(error) => Err(error),
        }
    });
    let stored = won.await.map(|won| won.len());
    require(rule, stored.as_ref().map(|stored| matches!(stored, 3..=4)).map_err(repeat), Ok(true))?;
    require(rule, records.remove_records_of(PLACE, "full").await, Ok(before + stored.unwrap_or(0)))
}

type Answer = Result<Option<Vec<u8>>, StoreError>;

/// Lets all racers start as nearly together as the runtime can. The values that they came home with; any error outweighs
/// them.
async fn race<R, F>(records: &Arc<dyn Records>, racer: R) -> Result<Vec<Vec<u8>>, StoreError>
where
    R: Fn(Arc<dyn Records>, usize) -> F,
    F: Future<Output = Answer> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let barrier = Arc::clone(&barrier);
        let run = racer(Arc::clone(records), number);
        racers.spawn(async move {
            barrier.wait().await;
            run.await
        });
    }
    let mut won = Vec::with_capacity(RACERS);
    while let Some(joined) = racers.join_next().await {
        let lost = |lost| StoreError::Unavailable(EngineFailure::from(lost));
        won.extend(joined.map_err(lost).and_then(|answer| answer)?);
    }
    Ok(won)
}

fn repeat(error: &StoreError) -> StoreError {
    StoreError::Unavailable(EngineFailure::from(error.to_string()))
}
