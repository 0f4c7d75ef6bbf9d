//! What a durable engine has acknowledged, it keeps, though its process is killed at any moment.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::{Violation, later, require};
use crate::{EngineFailure, Entry, Namespace, Store, StoreError, StoreInstant};

const PLACE: Namespace = Namespace::new("conformance.kill");
/// Tasks that write at the same time, each its own entries.
const HANDS: usize = 8;

/// What is done with the entry of a number, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Insert,
    Replace,
    Take,
}

impl Step {
    /// The steps for an entry: some are only inserted, some replaced, some replaced and taken.
    fn of(number: usize) -> &'static [Self] {
        match number % 3 {
            0 => &[Self::Insert],
            1 => &[Self::Insert, Self::Replace],
            _ => &[Self::Insert, Self::Replace, Self::Take],
        }
    }

    /// The value that is there when the step has been done.
    const fn leaves(self) -> Option<&'static [u8]> {
        match self {
            Self::Insert => Some(b"inserted"),
            Self::Replace => Some(b"replaced"),
            Self::Take => None,
        }
    }

    async fn run(self, store: &dyn Store, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        let entry = |value: &[u8]| Entry {
            namespace: PLACE,
            key,
            value: value.to_vec(),
            expires_at: later(now, 3_600),
        };
        match self {
            Self::Insert => store.insert_if_absent(entry(b"inserted"), now).await.map(|_| ()),
            Self::Replace => store.replace(entry(b"replaced"), b"inserted", now).await.map(|_| ()),
            Self::Take => store.take(PLACE, key, now).await.map(|_| ()),
        }
    }
}

/// Writes entry after entry, in a store that has none yet, and says a line for each step that the engine acknowledged,
/// until its process is killed. Have `say` hand the line on at once: it must be whole, and outlive this process.
///
/// # Errors
/// What the engine failed of: there is no end of its own.
pub async fn write_until_killed(
    store: Arc<dyn Store>,
    now: StoreInstant,
    say: impl Fn(String) + Send + Sync + 'static,
) -> Result<(), StoreError> {
    let say = Arc::new(say);
    let mut hands = JoinSet::new();
    for hand in 0..HANDS {
        let (store, say) = (Arc::clone(&store), Arc::clone(&say));
        hands.spawn(async move {
            for number in 0.. {
                for (done, step) in (1_usize..).zip(Step::of(number)) {
                    step.run(store.as_ref(), &key(hand, number), now).await?;
                    say(format!("{hand} {number} {done}"));
                }
            }
            Ok(())
        });
    }
    let ended = hands.join_next().await.unwrap_or(Ok(Ok(())));
    ended.unwrap_or_else(|lost| Err(StoreError::Unavailable(EngineFailure::from(lost))))
}

fn key(hand: usize, number: usize) -> String {
    format!("{hand} {number}")
}

/// Looks, after the process was killed and the engine was opened again, for every step that it said. The one step of each
/// hand that was under way may have been done or not, and nothing beyond it. Returns how many entries it looked at.
///
/// # Errors
/// The first [`Violation`].
pub async fn after_kill(store: &dyn Store, said: &[String], now: StoreInstant) -> Result<usize, Violation> {
    let said: Vec<[usize; 3]> = said.iter().filter_map(|line| parse(line)).collect();
    let mut seen = 0;
    for hand in 0..HANDS {
        let mut steps = said.iter().filter(|[by, ..]| *by == hand).map(|[_, number, done]| (*number, *done));
        let last = steps.by_ref().max();
        for number in 0..=last.map_or(0, |(number, _)| number + 1) {
            let all = Step::of(number).len();
            // How many steps of this entry were acknowledged: all of the earlier ones.
            let done = match last {
                Some((latest, _)) if number < latest => all,
                Some((latest, done)) if number == latest => done,
                Some(_) | None => 0,
            };
            let follows = |(latest, done): (usize, usize)| {
                number == latest || (number == latest + 1 && done == Step::of(latest).len())
            };
            let under_way = last.map_or(number == 0, follows) && done < all;
            let after = |done: usize| {
                let step = done.checked_sub(1).and_then(|index| Step::of(number).get(index));
                step.and_then(|step| step.leaves()).map(<[u8]>::to_vec)
            };
            let found = store.get(PLACE, &key(hand, number), now).await;
            let rule = "what was acknowledged before the process was killed is there, and nothing that was not begun";
            let next = found.as_ref().is_ok_and(|found| under_way && *found == after(done + 1));
            if !next {
                require(rule, found, Ok(after(done)))?;
            }
            seen += 1;
        }
    }
    Ok(seen)
}

fn parse(line: &str) -> Option<[usize; 3]> {
    let mut numbers = line.split(' ').map(|number| number.parse().ok());
    Some([numbers.next()??, numbers.next()??, numbers.next()??])
}
