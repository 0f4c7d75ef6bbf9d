//! How a file is opened, and how much it may hold.

use std::path::{Path, PathBuf};

use super::FileStore;
use super::error::OpenError;
use super::limits::{Amount, Limits};
use crate::{MemoryStore, Namespace};

/// How a [`FileStore`] is opened, and how much each namespace may hold in it.
///
/// Capacities belong to the program, not to the file: they may be others each time that the file is opened. What is there
/// already stays, even if it is more than there may be.
#[derive(Clone, Debug)]
pub struct FileStoreOptions {
    path: PathBuf,
    limits: Limits,
    octets: Option<i64>,
}

impl FileStoreOptions {
    /// Records that a namespace may hold where nothing else was said.
    pub const DEFAULT_RECORDS: usize = 1_000_000;
    /// Octets of owners, names and values of records that a namespace may hold where nothing else was said: 1 GiB.
    pub const DEFAULT_RECORD_OCTETS: usize = 1024 * 1024 * 1024;

    /// A namespace may hold [`MemoryStore::DEFAULT_CAPACITY`] entries of [`MemoryStore::DEFAULT_OCTETS`], and
    /// [`Self::DEFAULT_RECORDS`] records of [`Self::DEFAULT_RECORD_OCTETS`].
    #[must_use]
    pub fn new(path: impl AsRef<Path>) -> Self {
        let default = Amount {
            entries: amount(MemoryStore::DEFAULT_CAPACITY),
            octets: amount(MemoryStore::DEFAULT_OCTETS),
        };
        let records =
            Amount { entries: amount(Self::DEFAULT_RECORDS), octets: amount(Self::DEFAULT_RECORD_OCTETS) };
        Self { path: path.as_ref().to_owned(), limits: Limits::new(default, records), octets: None }
    }

    /// Every namespace may hold so many entries, unless it has a bound of its own.
    #[must_use]
    pub fn with_default_capacity(mut self, entries: usize) -> Self {
        self.limits.default.entries = amount(entries);
        self
    }

    /// Every namespace may hold so many octets of keys and values, unless it has a bound of its own.
    #[must_use]
    pub fn with_default_octets(mut self, octets: usize) -> Self {
        self.limits.default.octets = amount(octets);
        self
    }

    /// `namespace` may hold so many entries.
    #[must_use]
    pub fn with_capacity(mut self, namespace: Namespace, entries: usize) -> Self {
        let capacity = Amount { entries: amount(entries), ..self.limits.of(namespace) };
        self.limits.named.insert(namespace, capacity);
        self
    }

    /// `namespace` may hold so many octets of keys and values.
    #[must_use]
    pub fn with_octets(mut self, namespace: Namespace, octets: usize) -> Self {
        let capacity = Amount { octets: amount(octets), ..self.limits.of(namespace) };
        self.limits.named.insert(namespace, capacity);
        self
    }

    /// Every namespace may hold so many [`crate::Records`].
    #[must_use]
    pub fn with_record_capacity(mut self, records: usize) -> Self {
        self.limits.records.entries = amount(records);
        self
    }

    /// Every namespace may hold so many octets of owners, names and values of [`crate::Records`].
    #[must_use]
    pub fn with_record_octets(mut self, octets: usize) -> Self {
        self.limits.records.octets = amount(octets);
        self
    }

    /// The file may become so long, in octets, its log (`-wal`) apart. Beyond that, what would make it longer is refused
    /// with [`crate::StoreError::NoSpace`]. Without such a bound only the disk has one.
    #[must_use]
    pub fn with_file_octets(mut self, octets: usize) -> Self {
        self.octets = Some(amount(octets));
        self
    }

    /// Opens the file, and makes one where there is none. It blocks: the whole file is read and looked at.
    ///
    /// # Errors
    /// See [`OpenError`]; the file is left as it is.
    pub fn open(self) -> Result<FileStore, OpenError> {
        FileStore::open_with(&self.path, self.limits, self.octets)
    }
}

fn amount(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
