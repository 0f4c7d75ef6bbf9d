//! The file engine: an SQLite database that outlives the process, and that several processes may share.

mod error;
mod format;
mod ledger;
mod limits;
mod opened;
mod options;
mod place;
mod readers;
mod records;
mod request;
mod shelf;
mod shrink;
mod work;
mod writer;

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;

pub use self::error::OpenError;
use self::ledger::read;
use self::limits::Limits;
use self::opened::Opened;
pub use self::options::FileStoreOptions;
use self::place::{Creation, Place};
use self::readers::Readers;
use self::request::{Change, Request, Task};
use self::work::Counted;
pub use self::work::FileWork;
use self::writer::Writer;
use crate::{Entry, Insertion, Namespace, Replacement, Store, StoreError, StoreInstant, require_key};

/// Threads that read. Each has a connection of its own, with at most 4 MiB of pages in memory.
const READERS: usize = 2;

/// A [`Store`] in a file, `file:PATH`, and [`crate::Records`] beside the entries.
///
/// An operation that changes something is durable before it answers: one thread carries out what waits, as many
/// operations as there are in one transaction (at most 256, or 8 MiB), and waits for the disk once for all of them.
/// Reading goes on beside it. While 256 operations wait, the next ones wait for a place. Memory is bounded by these
/// numbers, not by what is stored.
///
/// Several processes of one machine may open the file, and one process several times: what the contract says of
/// concurrent callers holds for all of them. An operation waits at most five seconds for another process that writes.
///
/// Each namespace has a capacity ([`FileStoreOptions`]), in entries and in octets of their keys and values; a full one
/// refuses new entries and keeps the live ones. Expired ones give way first, at most 256 for one operation: where a
/// large entry would need more, it is refused, and finds room at a later attempt. No party may take all of a namespace:
/// see [`Store::insert_for`].
///
/// Space that is freed is used again; where most of the file is free, it is shortened bit by bit.
///
/// # What it does not guarantee
/// - It is as durable as the disk says that it is: a disk or a virtual machine that confirms what it only has in memory
///   loses it when the power fails.
/// - A file on a network file system is not safe: SQLite's locks and its shared memory need a local one.
/// - Whoever may write the file can change, remove and put back what is in it. Its mode is 0600, and its values are in
///   clear.
/// - Freed octets stay in the file and its log until they are written over.
/// - Writing stops with [`StoreError::Unavailable`] once the file is moved, deleted or replaced: until then it can't be
///   noticed. Stop every process before you put a backup in its place.
///
/// # The files
/// Beside the file stand its log, `PATH-wal`, and an index of that, `PATH-shm`, while it is open and after a crash. They
/// belong to it: never copy, move or delete one without the others. [`FileStore::back_up`] makes a copy while the file is
/// in use.
#[derive(Debug)]
pub struct FileStore {
    place: Place,
    work: Arc<Counted>,
    // Dropped in this order: the last connection to be closed puts the log into the file.
    readers: Readers,
    writer: Writer,
}

impl FileStore {
    /// Opens the file with the capacities that [`FileStoreOptions::new`] gives, and makes one where there is none. One of
    /// an older format is brought to the present one; older programs refuse it from then on. It blocks: the whole file is
    /// read and looked at.
    ///
    /// # Errors
    /// See [`OpenError`]; the file is left as it is.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        FileStoreOptions::new(path).open()
    }

    /// Looks whether [`FileStore::open`] would take the file, and leaves it as it is: one of an older format keeps it, so
    /// that older programs can go on with it, and none is made where there is none, which is no fault. It blocks: the
    /// whole file is read and looked at. Others may read and write it meanwhile.
    ///
    /// It needs the directory to be writable, as opening does. Where a program ended without closing the file, the log
    /// that it left goes into the file.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn look(path: impl AsRef<Path>) -> Result<(), OpenError> {
        let place = Place::of(path.as_ref())?;
        if place.is_there()? { format::look(&place) } else { Ok(()) }
    }

    fn open_with(path: &Path, limits: Limits, octets: Option<i64>) -> Result<Self, OpenError> {
        let place = Place::of(path)?;
        if !place.is_there()? {
            // Where another process was faster, it is there now, too.
            let (Creation::Made | Creation::WasThere) =
                place.create(|draft| format::lay_out(&place, draft))?;
        }
        let writing = Opened::new(&place, octets)?;
        format::bring_up_to_date(&writing.connection)
            .and_then(|()| format::require_whole(&writing.connection))
            .map_err(|error| place.engine(error))?;
        let reading = (0..READERS).map(|_| Opened::new(&place, octets)).collect::<Result<_, _>>()?;
        let no_thread = |error: std::io::Error| place.engine(StoreError::Unavailable(error.into()));
        let work = Arc::new(Counted::default());
        let readers = Readers::start(reading).map_err(no_thread)?;
        let writer = Writer::start(writing, limits, Arc::clone(&work)).map_err(no_thread)?;
        Ok(Self { place, work, readers, writer })
    }

    /// Copies everything that has been committed into a new file at `to`, which can be opened like this one. It blocks;
    /// reading and writing go on meanwhile, and the log grows by what is written.
    ///
    /// The copy appears under its name when it is whole and durable. Whoever puts it back lets all that happened since be
    /// forgotten: replay marks, ended sessions.
    ///
    /// # Errors
    /// See [`OpenError`], for `to`, which must not exist.
    pub fn back_up(&self, to: impl AsRef<Path>) -> Result<(), OpenError> {
        let target = Place::of(to.as_ref())?;
        let source = Opened::new(&self.place, None)?;
        match target.create(|draft| format::copy(&source.connection, &target, draft))? {
            Creation::Made => Ok(()),
            Creation::WasThere => Err(target.access("there is a file already".to_owned())),
        }
    }

    /// Reads the whole file and looks whether its pages are in order and its amounts are those of its entries. It
    /// blocks.
    ///
    /// # Errors
    /// [`OpenError::Engine`] with [`StoreError::Corrupt`]: it is damaged. Others: it could not be read.
    pub fn check(&self) -> Result<(), OpenError> {
        let opened = Opened::new(&self.place, None)?;
        format::require_whole(&opened.connection)
            .and_then(|()| format::require_amounts(&opened.connection))
            .map_err(|error| self.place.engine(error))
    }

    /// What was done to the file through this handle.
    #[must_use]
    pub fn work(&self) -> FileWork {
        self.work.read()
    }

    async fn insert(
        &self,
        party: Option<&str>,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        entry.require_storable(now)?;
        let party = party.map(str::to_owned);
        let request = Request::storing(entry, now, |version| Change::Insert { party, version });
        self.writer.ask(Task::Entry(request)).await?.stored()
    }

    async fn remove_entry(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        require_key(key)?;
        let request = Request { namespace, key: key.to_owned(), now, change: Change::Take };
        self.writer.ask(Task::Entry(request)).await?.taken()
    }
}

#[async_trait]
impl Store for FileStore {
    async fn insert_if_absent(&self, entry: Entry<'_>, now: StoreInstant) -> Result<Insertion, StoreError> {
        self.insert(None, entry, now).await
    }

    async fn insert_for(
        &self,
        party: &str,
        entry: Entry<'_>,
        now: StoreInstant,
    ) -> Result<Insertion, StoreError> {
        require_key(party)?;
        self.insert(Some(party), entry, now).await
    }

    async fn put(&self, entry: Entry<'_>, now: StoreInstant) -> Result<(), StoreError> {
        entry.require_storable(now)?;
        let request = Request::storing(entry, now, Change::Put);
        self.writer.ask(Task::Entry(request)).await?.stored().map(|_insertion| ())
    }

    async fn replace(
        &self,
        entry: Entry<'_>,
        expected: &[u8],
        now: StoreInstant,
    ) -> Result<Replacement, StoreError> {
        entry.require_storable(now)?;
        let expected = expected.to_vec();
        let request = Request::storing(entry, now, |version| Change::Replace { expected, version });
        self.writer.ask(Task::Entry(request)).await?.replaced()
    }

    async fn get(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        require_key(key)?;
        let key = key.to_owned();
        self.readers.ask(move |file| read(file, namespace, &key, now)).await
    }

    async fn take(
        &self,
        namespace: Namespace,
        key: &str,
        now: StoreInstant,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        self.remove_entry(namespace, key, now).await
    }

    async fn remove(&self, namespace: Namespace, key: &str, now: StoreInstant) -> Result<(), StoreError> {
        self.remove_entry(namespace, key, now).await.map(|_value| ())
    }
}

#[cfg(test)]
mod tests;
