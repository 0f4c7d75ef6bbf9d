//! What the writer is asked for, and what it answers.

use tokio::sync::oneshot;

use super::error::unavailable;
use crate::{Entry, Insertion, Namespace, Replacement, StoreError, StoreInstant};

/// An operation that changes the file.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) namespace: Namespace,
    pub(super) key: String,
    pub(super) now: StoreInstant,
    pub(super) change: Change,
}

#[derive(Debug)]
pub(super) enum Change {
    /// Stores an entry where there is none.
    Insert { party: Option<String>, version: Version },
    /// Stores an entry, whatever is there.
    Put(Version),
    /// Stores an entry where a live one has this value.
    Replace { expected: Vec<u8>, version: Version },
    /// Removes an entry and returns its value.
    Take,
}

/// A value and its expiry.
#[derive(Debug)]
pub(super) struct Version {
    pub(super) value: Vec<u8>,
    pub(super) expires_at: StoreInstant,
}

impl Request {
    /// A request to store `entry`; `change` makes the change of its version.
    pub(super) fn storing(
        entry: Entry<'_>,
        now: StoreInstant,
        change: impl FnOnce(Version) -> Change,
    ) -> Self {
        let version = Version { value: entry.value, expires_at: entry.expires_at };
        Self { namespace: entry.namespace, key: entry.key.to_owned(), now, change: change(version) }
    }

    /// Octets that it keeps in memory.
    pub(super) fn octets(&self) -> usize {
        let of_change = match &self.change {
            Change::Insert { version, .. } | Change::Put(version) => version.value.len(),
            Change::Replace { expected, version } => expected.len().saturating_add(version.value.len()),
            Change::Take => 0,
        };
        self.key.len().saturating_add(of_change)
    }
}

/// What became of a request.
#[derive(Debug)]
pub(super) enum Outcome {
    Stored(Insertion),
    Replaced(Replacement),
    Taken(Option<Vec<u8>>),
}

impl Outcome {
    /// The error for a caller that asked for something else.
    pub(super) fn misplaced(&self) -> StoreError {
        unavailable(&format!("the writer answered another question: {self:?}"))
    }

    /// Octets that it keeps in memory.
    pub(super) fn octets(&self) -> usize {
        match self {
            Self::Taken(Some(value)) => value.len(),
            Self::Taken(None) | Self::Stored(_) | Self::Replaced(_) => 0,
        }
    }
}

pub(super) type Answer = Result<Outcome, StoreError>;

/// A request and who waits for its answer.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) request: Request,
    pub(super) answer: oneshot::Sender<Answer>,
}

impl Waiting {
    /// A caller that no longer waits is told nothing.
    pub(super) fn tell(self, answer: Answer) {
        let _unheard = self.answer.send(answer);
    }
}
