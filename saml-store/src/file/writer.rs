//! The one thread that changes the file, and the groups in which it does.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use super::error::{meaning, unavailable};
use super::ledger::Ledger;
use super::limits::Limits;
use super::opened::Opened;
use super::request::{Answer, Outcome, Task, Waiting};
use super::shelf::Shelf;
use super::shrink::shrink;
use super::work::Counted;
use crate::StoreError;

/// Requests that wait for the thread at most; whoever comes then waits for a place. Also the most in a group.
const QUEUE: usize = 256;
/// Once the requests of a group have so many octets, no more join.
const GROUP_OCTETS: usize = 8 * 1024 * 1024;

/// The thread's end of the caller.
#[derive(Debug)]
pub(super) struct Writer {
    /// Nothing once the thread is to end.
    queue: Option<mpsc::Sender<Waiting>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(opened: Opened, limits: Limits, work: Arc<Counted>) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let desk = Desk { opened, limits, work };
        let thread =
            thread::Builder::new().name("store-writer".to_owned()).spawn(move || desk.serve(waiting))?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Has a task carried out. It is durable when this returns.
    pub(super) async fn ask(&self, task: Task) -> Result<Outcome, StoreError> {
        let (answer, answered) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or_else(stopped)?;
        queue.send(Waiting { task, answer }).await.map_err(|_closed| stopped())?;
        answered.await.map_err(|_dropped| stopped())?
    }
}

/// What waits is carried out first.
impl Drop for Writer {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic has been printed by then, and nobody is left to be told.
            let _ended = thread.join();
        }
    }
}

fn stopped() -> StoreError {
    unavailable("the thread that writes the file has ended")
}

/// Why no transaction was committed.
enum Lost {
    /// The file is no longer the one that was opened.
    Misplaced(String),
    /// It could not begin. No member of the group is to blame, and another attempt would wait as long again.
    Begin(rusqlite::Error),
    /// One of its members, or the commit, failed.
    Within(rusqlite::Error),
}

impl Lost {
    fn meaning(&self) -> StoreError {
        match self {
            Self::Misplaced(why) => unavailable(why),
            Self::Begin(error) | Self::Within(error) => meaning(error),
        }
    }
}

impl From<rusqlite::Error> for Lost {
    fn from(error: rusqlite::Error) -> Self {
        Self::Within(error)
    }
}

/// What the thread works with.
struct Desk {
    opened: Opened,
    limits: Limits,
    work: Arc<Counted>,
}

impl Desk {
    fn serve(self, mut queue: mpsc::Receiver<Waiting>) {
        while let Some(first) = queue.blocking_recv() {
            let mut group = gather(first, &mut queue);
            // Nobody would hear what became of those whose callers are gone.
            group.retain(|waiting| !waiting.answer.is_closed());
            self.carry_out(group);
        }
    }

    /// The members share a transaction. Where that fails, each gets its own, so that what one of them can't have (room on
    /// the disk, a damaged page) is not refused to the others.
    fn carry_out(&self, mut group: Vec<Waiting>) {
        while !group.is_empty() {
            match self.attempt(&group) {
                Ok(answers) => {
                    let answered = group.drain(..answers.len().min(group.len()));
                    answered.zip(answers).for_each(|(waiting, answer)| waiting.tell(answer));
                }
                Err(Lost::Within(_)) if group.len() > 1 => {
                    group.drain(..).for_each(|waiting| self.carry_out(vec![waiting]));
                }
                Err(lost) => group.drain(..).for_each(|waiting| waiting.tell(Err(lost.meaning()))),
            }
        }
    }

    /// Carries the first of the group out, at least one, in one transaction, which is durable when this returns their
    /// answers. Otherwise it was rolled back.
    fn attempt(&self, group: &[Waiting]) -> Result<Vec<Answer>, Lost> {
        self.opened.require_in_place().map_err(Lost::Misplaced)?;
        self.execute("BEGIN IMMEDIATE").map_err(Lost::Begin)?;
        let done = self.within(group);
        if done.is_err() && !self.opened.connection.is_autocommit() {
            // Where this fails too, the next transaction can't begin, and says so.
            let _lost = self.execute("ROLLBACK");
        }
        done
    }

    fn within(&self, group: &[Waiting]) -> Result<Vec<Answer>, Lost> {
        let mut ledger = Ledger::new(&self.opened.connection, &self.limits);
        let mut shelf = Shelf::new(&self.opened.connection, &self.limits);
        let mut answers = Vec::with_capacity(group.len());
        let mut octets: usize = 0;
        for waiting in group {
            let answer = match &waiting.task {
                Task::Entry(request) => ledger.apply(request)?,
                Task::Record(request) => shelf.apply(request)?,
            };
            octets = octets.saturating_add(answer.as_ref().map_or(0, Outcome::octets));
            answers.push(answer);
            // They are in memory until the commit. The rest of the group begins anew.
            if octets >= GROUP_OCTETS {
                break;
            }
        }
        let most_freed = ledger.settle()?;
        shelf.settle()?;
        shrink(&self.opened.connection, answers.len())?;
        self.execute("COMMIT")?;
        self.work.committed(answers.len(), most_freed);
        Ok(answers)
    }

    fn execute(&self, statement: &str) -> Result<(), rusqlite::Error> {
        self.opened.connection.prepare_cached(statement)?.execute(()).map(|_rows| ())
    }
}

/// The first request and those that wait behind it, as many as may share a transaction.
fn gather(first: Waiting, queue: &mut mpsc::Receiver<Waiting>) -> Vec<Waiting> {
    let mut octets = first.task.octets();
    let mut group = vec![first];
    while group.len() < QUEUE && octets < GROUP_OCTETS {
        let Ok(next) = queue.try_recv() else { break };
        octets = octets.saturating_add(next.task.octets());
        group.push(next);
    }
    group
}
