//! What a durable engine has acknowledged, it keeps, though its process is killed at any moment.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Violation, list, require};
use crate::{EngineFailure, Namespace, RecordName, Records, StoreError};

const PLACE: Namespace = Namespace::new("conformance.killed-records");
/// Tasks that write at the same time, each for an owner of its own.
const HANDS: usize = 4;
/// Names that each of them writes to, in turn.
const NAMES: usize = 20;

/// Inserts, replaces and removes in turn, for ever: what the value under a name is after so many steps there.
fn left_by(step: usize) -> Option<Vec<u8>> {
    (!step.is_multiple_of(3)).then(|| step.to_string().into_bytes())
}

async fn take(step: usize, records: &dyn Records, at: RecordName<'_>) -> Result<(), StoreError> {
    let before = left_by(step - 1);
    match (before, left_by(step)) {
        (None, Some(value)) => records.insert_record(at, value).await.map(|_| ()),
        (Some(before), Some(value)) => records.replace_record(at, value, &before).await.map(|_| ()),
        (Some(before), None) => records.remove_record(at, &before).await.map(|_| ()),
        (None, None) => Ok(()),
    }
}

/// Writes record after record, where there are none yet, and says a line for each step that the engine acknowledged, until
/// its process is killed. Have `say` hand the line on at once: it must be whole, and outlive this process.
///
/// # Errors
/// What the engine failed of: there is no end of its own.
pub async fn write_until_killed(
    records: Arc<dyn Records>,
    say: impl Fn(String) + Send + Sync + 'static,
) -> Result<(), StoreError> {
    let say = Arc::new(say);
    let mut hands = JoinSet::new();
    for hand in 0..HANDS {
        let (records, say) = (Arc::clone(&records), Arc::clone(&say));
        hands.spawn(async move {
            let owner = hand.to_string();
            for step in 1.. {
                for name in 0..NAMES {
                    let at = RecordName { namespace: PLACE, owner: &owner, name: &name.to_string() };
                    take(step, records.as_ref(), at).await?;
                    say(format!("{hand} {name} {step}"));
                }
            }
            Ok(())
        });
    }
    let ended = hands.join_next().await.unwrap_or(Ok(Ok(())));
    ended.unwrap_or_else(|lost| Err(StoreError::Unavailable(EngineFailure::from(lost))))
}

/// Looks, after the process was killed and the engine was opened again, for every step that it said. The one step of each
/// hand that was under way may have been taken or not. Returns how many steps it looked for. It removes nothing.
///
/// # Errors
/// The first [`Violation`].
pub async fn after_kill(records: &dyn Records, said: &[String]) -> Result<usize, Violation> {
    let rule = "what was acknowledged before the process was killed is there, and nothing that was not begun";
    let said: Vec<[usize; 3]> = said.iter().filter_map(|line| parse(line)).collect();
    for hand in 0..HANDS {
        let owner = hand.to_string();
        let steps = |name: usize| {
            let own = said.iter().filter(move |[by, of, _]| (*by, *of) == (hand, name));
            own.map(|[.., step]| *step).max().unwrap_or(0)
        };
        // The first name that has fewer steps than the one before it is the next to be written to.
        let next = (1..NAMES).find(|name| steps(*name) < steps(*name - 1)).unwrap_or(0);
        let mut there = 0;
        for name in 0..NAMES {
            let at = RecordName { namespace: PLACE, owner: &owner, name: &name.to_string() };
            let found = records.record(at).await;
            there += usize::from(found.as_ref().is_ok_and(Option::is_some));
            let under_way =
                name == next && found.as_ref().is_ok_and(|found| *found == left_by(steps(name) + 1));
            if !under_way {
                require(rule, found, Ok(left_by(steps(name))))?;
            }
        }
        let rule = "a list has what is there after the process was killed";
        require(rule, list(records, PLACE, &owner).await.map(|listed| listed.len()), Ok(there))?;
    }
    Ok(said.len())
}

fn parse(line: &str) -> Option<[usize; 3]> {
    let mut numbers = line.split(' ').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}
