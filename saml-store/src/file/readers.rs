//! The threads that read the file, beside the one that writes.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::error::unavailable;
use super::opened::Opened;
use crate::StoreError;

/// Questions that wait for a thread at most; whoever comes then waits for a place.
const QUEUE: usize = 256;

/// Reads something in a file that is still in its place, or hears why it isn't, and tells who asked.
type Question = Box<dyn FnOnce(Result<&Connection, StoreError>) + Send>;
type Queue = Arc<Mutex<mpsc::Receiver<Question>>>;

/// The threads' end of the caller.
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

    /// What `read` finds, as of the latest commit.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        let question: Question = Box::new(move |file| {
            // A caller that no longer waits is told nothing.
            let _unheard = answer.send(file.and_then(read));
        });
        queue.send(question).await.map_err(|_closed| stopped())?;
        answered.await.map_err(|_dropped| stopped())?
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("threads", &self.threads.len()).finish_non_exhaustive()
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
        let Some(question) = next else { return };
        question(match opened.require_in_place() {
            Ok(()) => Ok(&opened.connection),
            Err(why) => Err(unavailable(&why)),
        });
    }
}
