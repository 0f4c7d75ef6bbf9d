//! The threads that read the file, beside the one that writes.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use super::error::unavailable;
use super::ledger::read;
use super::opened::Opened;
use crate::{Namespace, StoreError, StoreInstant};

/// Questions that wait for a thread at most; whoever comes then waits for a place.
const QUEUE: usize = 256;

type Answer = Result<Option<Vec<u8>>, StoreError>;
type Queue = Arc<Mutex<mpsc::Receiver<Question>>>;

/// A question and who waits for its answer.
struct Question {
    namespace: Namespace,
    key: String,
    now: StoreInstant,
    answer: oneshot::Sender<Answer>,
}

/// The threads' end of the caller.
#[derive(Debug)]
pub(super) struct Readers {
    /// Nothing once the threads are to end.
    queue: Option<mpsc::Sender<Question>>,
    threads: Vec<JoinHandle<()>>,
}

impl Readers {
    /// Starts a thread for each connection.
    pub(super) fn start(connections: Vec<Opened>) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let waiting: Queue = Arc::new(Mutex::new(waiting));
        let mut readers = Self { queue: Some(queue), threads: Vec::with_capacity(connections.len()) };
        for opened in connections {
            let waiting = Arc::clone(&waiting);
            let thread = thread::Builder::new().name("store-reader".to_owned());
            readers.threads.push(thread.spawn(move || serve(&opened, &waiting))?);
        }
        Ok(readers)
    }

    /// The value of a live entry, as of the latest commit.
    pub(super) async fn ask(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Answer {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        let question = Question { namespace, key: key.to_owned(), now, answer };
        queue.send(question).await.map_err(|_closed| stopped())?;
        answered.await.map_err(|_dropped| stopped())?
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            // A panic has been printed by then, and nobody is left to be told.
            let _ended = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    unavailable("the threads that read the file have ended")
}

fn serve(opened: &Opened, queue: &Mutex<mpsc::Receiver<Question>>) {
    loop {
        // One thread waits for the next question, and the others for that thread.
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(Question { namespace, key, now, answer }) = next else { return };
        let found = match opened.require_in_place() {
            Ok(()) => read(&opened.connection, namespace, &key, now),
            Err(why) => Err(unavailable(&why)),
        };
        // A caller that no longer waits is told nothing.
        let _unheard = answer.send(found);
    }
}
