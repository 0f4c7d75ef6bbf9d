//! What the writer is asked for, and what it answers.

use tokio::sync::oneshot;

use super::error::unavailable;
use crate::{Entry, Insertion, Namespace, RecordName, Removal, Replacement, StoreError, StoreInstant};

/// An operation that changes the file.
#[derive(Debug)]
pub(super) enum Task {
    Entry(Request),
    Record(RecordRequest),
}

impl Task {
    /// Octets that it keeps in memory.
    pub(super) fn octets(&self) -> usize {
        match self {
            Self::Entry(request) => request.octets(),
            Self::Record(request) => request.octets(),
        }
    }
}

/// An operation on an entry.
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

    fn octets(&self) -> usize {
        let of_change = match &self.change {
            Change::Insert { version, .. } | Change::Put(version) => version.value.len(),
            Change::Replace { expected, version } => expected.len().saturating_add(version.value.len()),
            Change::Take => 0,
        };
        self.key.len().saturating_add(of_change)
    }
}

/// An operation on the records of an owner.
#[derive(Debug)]
pub(super) struct RecordRequest {
    pub(super) namespace: Namespace,
    pub(super) owner: String,
    pub(super) change: RecordChange,
}

#[derive(Debug)]
pub(super) enum RecordChange {
    /// Stores a record where there is none.
    Insert { name: String, value: Vec<u8> },
    /// Stores a value where one is expected.
    Replace { name: String, value: Vec<u8>, expected: Vec<u8> },
    /// Removes the record that has this value.
    Remove { name: String, expected: Vec<u8> },
    /// Removes all of the owner.
    RemoveAll,
}

impl RecordRequest {
    /// The place of the owner's record with this name.
    pub(super) fn at<'a>(&'a self, name: &'a str) -> RecordName<'a> {
        RecordName { namespace: self.namespace, owner: &self.owner, name }
    }

    fn octets(&self) -> usize {
        let of_change = match &self.change {
            RecordChange::Insert { name, value } => name.len().saturating_add(value.len()),
            RecordChange::Replace { name, value, expected } => {
                name.len().saturating_add(value.len()).saturating_add(expected.len())
            }
            RecordChange::Remove { name, expected } => name.len().saturating_add(expected.len()),
            RecordChange::RemoveAll => 0,
        };
        self.owner.len().saturating_add(of_change)
    }
}

/// What became of a request.
#[derive(Debug)]
pub(super) enum Outcome {
    Stored(Insertion),
    Replaced(Replacement),
    Taken(Option<Vec<u8>>),
    Removed(Removal),
    /// So many records were removed.
    Ended(usize),
}

/// Each answers a caller who asked for just that.
impl Outcome {
    pub(super) fn stored(self) -> Result<Insertion, StoreError> {
        if let Self::Stored(insertion) = self { Ok(insertion) } else { Err(self.misplaced()) }
    }

    pub(super) fn replaced(self) -> Result<Replacement, StoreError> {
        if let Self::Replaced(replacement) = self { Ok(replacement) } else { Err(self.misplaced()) }
    }

    pub(super) fn taken(self) -> Result<Option<Vec<u8>>, StoreError> {
        if let Self::Taken(value) = self { Ok(value) } else { Err(self.misplaced()) }
    }

    pub(super) fn removed(self) -> Result<Removal, StoreError> {
        if let Self::Removed(removal) = self { Ok(removal) } else { Err(self.misplaced()) }
    }

    pub(super) fn ended(self) -> Result<usize, StoreError> {
        if let Self::Ended(removed) = self { Ok(removed) } else { Err(self.misplaced()) }
    }

    /// The error for a caller that asked for something else.
    fn misplaced(&self) -> StoreError {
        unavailable(&format!("the writer answered another question: {self:?}"))
    }

    /// Octets that it keeps in memory.
    pub(super) fn octets(&self) -> usize {
        match self {
            Self::Taken(Some(value)) => value.len(),
            Self::Taken(None) | Self::Stored(_) | Self::Replaced(_) | Self::Removed(_) | Self::Ended(_) => 0,
        }
    }
}

pub(super) type Answer = Result<Outcome, StoreError>;

/// A task and who waits for its answer.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) task: Task,
    pub(super) answer: oneshot::Sender<Answer>,
}

impl Waiting {
    /// A caller that no longer waits is told nothing.
    pub(super) fn tell(self, answer: Answer) {
        let _unheard = self.answer.send(answer);
    }
}
