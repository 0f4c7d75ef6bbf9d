//! What two nodes do at the same moment.

use std::sync::Arc;

use saml_store::{Insertion, Store};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::server::{PLACE, Server, entry, now, programs};

const RACERS: usize = 1_000;

/// A thousand callers of two handles, started together: how many of them won.
async fn winners<R, F>(stores: [Arc<dyn Store>; 2], racer: R) -> usize
where
    R: Fn(Arc<dyn Store>, usize) -> F,
    F: Future<Output = bool> + Send + 'static,
{
    let barrier = Arc::new(Barrier::new(RACERS));
    let mut racers = JoinSet::new();
    for number in 0..RACERS {
        let (barrier, [one, other]) = (Arc::clone(&barrier), &stores);
        let run = racer(Arc::clone(if number % 2 == 0 { one } else { other }), number);
        racers.spawn(async move {
            barrier.wait().await;
            run.await
        });
    }
    racers.join_all().await.into_iter().filter(|won| *won).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_thousand_on_two_handles_exactly_one_wins() {
    for program in programs() {
        let server = Server::start(program, &[]);
        let now = now();
        let stores: [Arc<dyn Store>; 2] = [Arc::new(server.store().await), Arc::new(server.store().await)];
        for _ in 0..5 {
            let won = winners(stores.clone(), move |store, number| async move {
                let inserted =
                    store.insert_if_absent(entry("k", number.to_string().as_bytes(), now), now).await;
                inserted.unwrap() == Insertion::Inserted
            });
            assert_eq!(won.await, 1);
            let won = winners(stores.clone(), move |store, _| async move {
                store.take(PLACE, "k", now).await.unwrap().is_some()
            });
            assert_eq!(won.await, 1);
        }
    }
}
