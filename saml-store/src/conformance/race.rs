//! What many callers see of one entry.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{PLACE, Violation, entry, later, require};
use crate::{EngineFailure, Insertion, Replacement, Store, StoreError, StoreInstant};

const ROUNDS: usize = 100;
const RACERS: usize = 8;

pub(super) async fn run(store: Arc<dyn Store>, now: StoreInstant) -> Result<(), Violation> {
    for _ in 0..ROUNDS {
        one_insertion_wins(&store, now).await?;
        one_take_wins(&store, now).await?;
        put_and_take_share_one_value(&store, now).await?;
        one_replacement_wins(&store, now).await?;
        no_step_of_a_counter_is_lost(&store, now).await?;
        replace_and_take_share_one_value(&store, now).await?;
    }
    Ok(())
}

async fn one_insertion_wins(store: &Arc<dyn Store>, now: StoreInstant) -> Result<(), Violation> {
    let rule = "of concurrent insertions exactly one is told that it inserted";
    let answers = race(store, move |store, racer| async move {
        let value = racer.to_string().into_bytes();
        let inserted = store.insert_if_absent(entry("raced", &value, later(now, 60)), now).await?;
        Ok((inserted == Insertion::Inserted).then_some(value))
    });
    let winners = winners(answers.await);
    require(rule, winners.as_ref().map(Vec::len).map_err(repeat), Ok(1))?;
    let rule = "what stays is the value of the one that inserted";
    let stays = store.take(PLACE, "raced", now).await;
    require(rule, stays, Ok(winners.ok().and_then(|mut values| values.pop())))
}

async fn one_take_wins(store: &Arc<dyn Store>, now: StoreInstant) -> Result<(), Violation> {
    let rule = "of concurrent takes exactly one gets the value";
    require(rule, store.put(entry("raced", b"x", later(now, 60)), now).await, Ok(()))?;
    let answers = race(store, move |store, _| async move { store.take(PLACE, "raced", now).await });
    require(rule, winners(answers.await), Ok(vec![b"x".to_vec()]))
}

async fn put_and_take_share_one_value(store: &Arc<dyn Store>, now: StoreInstant) -> Result<(), Violation> {
    let rule = "a value that is put and taken at the same time comes out exactly once";
    let answers = race(store, move |store, racer| async move {
        if racer == 0 {
            store.put(entry("raced", b"x", later(now, 60)), now).await?;
            return Ok(None);
        }
        store.take(PLACE, "raced", now).await
    });
    let mut taken = winners(answers.await);
    if let (Ok(values), Ok(Some(left))) = (&mut taken, store.take(PLACE, "raced", now).await) {
        values.push(left);
    }
    require(rule, taken, Ok(vec![b"x".to_vec()]))
}

async fn one_replacement_wins(store: &Arc<dyn Store>, now: StoreInstant) -> Result<(), Violation> {
    let rule = "of concurrent replacements of one value exactly one is told that it replaced";
    require(rule, store.put(entry("raced", b"x", later(now, 60)), now).await, Ok(()))?;
    let answers = race(store, move |store, racer| async move {
        let value = racer.to_string().into_bytes();
        let replaced = store.replace(entry("raced", &value, later(now, 60)), b"x", now).await?;
        Ok((replaced == Replacement::Replaced).then_some(value))
    });
    let winners = winners(answers.await);
    require(rule, winners.as_ref().map(Vec::len).map_err(repeat), Ok(1))?;
    let rule = "what stays is the value of the one that replaced";
    let stays = store.take(PLACE, "raced", now).await;
    require(rule, stays, Ok(winners.ok().and_then(|mut values| values.pop())))
}

/// Every racer reads the list of racers and writes it with its own number added, until that held.
async fn no_step_of_a_counter_is_lost(store: &Arc<dyn Store>, now: StoreInstant) -> Result<(), Violation> {
    let rule = "of concurrent changes by reading and replacing none is lost";
    require(rule, store.put(entry("raced", b"", later(now, 60)), now).await, Ok(()))?;
    let answers = race(store, move |store, _| async move {
        loop {
            let Some(before) = store.get(PLACE, "raced", now).await? else { return Ok(None) };
            let mut after = before.clone();
            after.push(b'x');
            let answer = store.replace(entry("raced", &after, later(now, 60)), &before, now).await?;
            if answer == Replacement::Replaced {
                return Ok(Some(Vec::new()));
            }
            tokio::task::yield_now().await;
        }
    });
    require(rule, winners(answers.await).map(|winners| winners.len()), Ok(RACERS))?;
    require(rule, store.take(PLACE, "raced", now).await, Ok(Some(vec![b'x'; RACERS])))
}

async fn replace_and_take_share_one_value(
    store: &Arc<dyn Store>,
    now: StoreInstant,
) -> Result<(), Violation> {
    let rule = "a value that is replaced and taken at the same time comes out once, as one of the two";
    require(rule, store.put(entry("raced", b"x", later(now, 60)), now).await, Ok(()))?;
    let answers = race(store, move |store, racer| async move {
        if racer == 0 {
            let _: Replacement = store.replace(entry("raced", b"x", later(now, 60)), b"x", now).await?;
            return Ok(None);
        }
        store.take(PLACE, "raced", now).await
    });
    require(rule, winners(answers.await), Ok(vec![b"x".to_vec()]))?;
    require(rule, store.get(PLACE, "raced", now).await, Ok(None))
}

type Answer = Result<Option<Vec<u8>>, StoreError>;

/// Lets all racers start as nearly together as the runtime can.
async fn race<R, F>(store: &Arc<dyn Store>, racer: R) -> Vec<Answer>
where
    R: Fn(Arc<dyn Store>, usize) -> F,
    F: Future<Output = Answer> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let barrier = Arc::clone(&barrier);
        let run = racer(Arc::clone(store), number);
        racers.spawn(async move {
            barrier.wait().await;
            run.await
        });
    }
    let mut answers = Vec::with_capacity(RACERS);
    while let Some(joined) = racers.join_next().await {
        answers.push(joined.unwrap_or_else(|lost| Err(StoreError::Unavailable(EngineFailure::from(lost)))));
    }
    answers
}

/// The values that racers came home with; any error outweighs them.
fn winners(answers: Vec<Answer>) -> Result<Vec<Vec<u8>>, StoreError> {
    answers.into_iter().filter_map(Result::transpose).collect()
}

fn repeat(error: &StoreError) -> StoreError {
    StoreError::Unavailable(EngineFailure::from(error.to_string()))
}
