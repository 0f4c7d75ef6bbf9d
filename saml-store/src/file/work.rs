//! What a writer has done so far, counted.

use std::sync::{Mutex, PoisonError};

/// What a [`super::FileStore`] has done to its file since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FileWork {
    /// Transactions that were committed. Each waits for the disk once.
    pub groups: u64,
    /// Operations that were carried out in them.
    pub operations: u64,
    /// The most operations that shared one transaction.
    pub largest_group: usize,
    /// The most expired entries that one operation removed.
    pub most_freed: usize,
}

/// The same, while it is counted.
#[derive(Debug, Default)]
pub(super) struct Counted(Mutex<FileWork>);

impl Counted {
    pub(super) fn read(&self) -> FileWork {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A transaction was committed.
    pub(super) fn committed(&self, operations: usize, most_freed: usize) {
        let mut work = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work.groups = work.groups.saturating_add(1);
        work.operations = work.operations.saturating_add(u64::try_from(operations).unwrap_or(u64::MAX));
        work.largest_group = work.largest_group.max(operations);
        work.most_freed = work.most_freed.max(most_freed);
    }
}
