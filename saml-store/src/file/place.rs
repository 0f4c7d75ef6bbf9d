//! The file itself: whose it is, who may read it, and how a new one appears.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::error::OpenError;
use crate::{EngineFailure, StoreError, Token};

/// A path whose directory exists and has no link left in its name.
#[derive(Clone, Debug)]
pub(super) struct Place {
    given: PathBuf,
    resolved: PathBuf,
}

impl Place {
    /// Resolves the directory of a path; the name in it is taken as it is.
    pub(super) fn of(given: &Path) -> Result<Self, OpenError> {
        let directory = match given.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            Some(_) | None => Path::new("."),
        };
        let access = |why: String| OpenError::Access { path: given.to_owned(), why };
        let Some(name) = given.file_name() else { return Err(access("it has no name of a file".to_owned())) };
        let directory =
            fs::canonicalize(directory).map_err(|error| access(format!("its directory: {error}")))?;
        Ok(Self { given: given.to_owned(), resolved: directory.join(name) })
    }

    /// The path to open.
    pub(super) fn path(&self) -> &Path {
        &self.resolved
    }

    /// Whether there is a file; refuses one that is a link, no file, open to others or empty, and a missing one whose
    /// log is still there.
    pub(super) fn is_there(&self) -> Result<bool, OpenError> {
        let found = match fs::symlink_metadata(&self.resolved) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return self.require_no_log().map(|()| false);
            }
            Err(error) => return Err(self.access(error.to_string())),
        };
        if !found.is_file() {
            return Err(self.access("it is a link or no file; links are not followed".to_owned()));
        }
        require_private(&found).map_err(|why| self.access(why))?;
        for beside in ["-wal", "-shm"] {
            self.require_private_beside(beside)?;
        }
        if found.len() == 0 {
            let error = StoreError::Corrupt(EngineFailure::from("the file is empty"));
            return Err(self.engine(error));
        }
        Ok(true)
    }

    /// SQLite gives its own files the mode of the file, but takes those that it finds as they are.
    fn require_private_beside(&self, more: &str) -> Result<(), OpenError> {
        match fs::symlink_metadata(beside_of(&self.resolved, more)) {
            Ok(found) if found.is_file() => {
                require_private(&found).map_err(|why| self.access(format!("its {more}: {why}")))
            }
            Ok(_) => Err(self.access(format!("its {more} is a link or no file"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self.access(format!("its {more}: {error}"))),
        }
    }

    /// Which file is under the path now.
    pub(super) fn identity(&self) -> io::Result<Identity> {
        fs::symlink_metadata(&self.resolved).map(|found| identity(&found))
    }

    /// A log without its file would be played into a new one, which it doesn't belong to.
    fn require_no_log(&self) -> Result<(), OpenError> {
        match fs::symlink_metadata(beside_of(&self.resolved, "-wal")) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Ok(_) | Err(_) => Err(self.access(
                "it is missing while its log (-wal) is there: bring it back, or move the log away".to_owned(),
            )),
        }
    }

    /// Lets a whole, durable file appear under the path at once, if there is none yet. `fill` gets the path of an empty
    /// file that only its owner may read.
    ///
    /// Of several processes that do this at once one makes the file; for the others it is there.
    pub(super) fn create(
        &self,
        fill: impl FnOnce(&Path) -> Result<(), OpenError>,
    ) -> Result<Creation, OpenError> {
        let token = Token::random().map_err(|error| self.access(error.to_string()))?;
        let draft = beside_of(&self.resolved, &format!(".new-{}", token.key()));
        self.writing(new_private(&draft))?;
        let made = fill(&draft).and_then(|()| {
            self.writing(File::open(&draft).and_then(|file| file.sync_all()))?;
            match fs::hard_link(&draft, &self.resolved) {
                Ok(()) => Ok(Creation::Made),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Creation::WasThere),
                Err(error) => self.writing(Err(error)),
            }
        });
        let cleaned = fs::remove_file(&draft);
        for beside in ["-journal", "-wal", "-shm"] {
            // They are left behind only where filling failed.
            let _already_gone = fs::remove_file(beside_of(&draft, beside));
        }
        let made = made?;
        self.writing(cleaned)?;
        self.writing(self.sync_directory())?;
        Ok(made)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.resolved.parent().map_or(Ok(()), |directory| File::open(directory)?.sync_all())
    }

    fn writing<T>(&self, done: io::Result<T>) -> Result<T, OpenError> {
        done.map_err(|error| {
            let kind = error.kind();
            if kind == ErrorKind::StorageFull || kind == ErrorKind::QuotaExceeded {
                self.engine(StoreError::NoSpace(error.into()))
            } else if kind == ErrorKind::ReadOnlyFilesystem {
                self.engine(StoreError::ReadOnly(error.into()))
            } else {
                self.access(error.to_string())
            }
        })
    }

    pub(super) fn access(&self, why: String) -> OpenError {
        OpenError::Access { path: self.given.clone(), why }
    }

    pub(super) fn engine(&self, error: StoreError) -> OpenError {
        OpenError::Engine { path: self.given.clone(), error }
    }

    pub(super) fn foreign(&self, application: i64) -> OpenError {
        OpenError::Foreign { path: self.given.clone(), application }
    }

    pub(super) fn newer(&self, found: i64, known: i64) -> OpenError {
        OpenError::NewerFormat { path: self.given.clone(), found, known }
    }
}

/// The path with more at its end.
fn beside_of(path: &Path, more: &str) -> PathBuf {
    let mut name = path.to_owned().into_os_string();
    name.push(more);
    PathBuf::from(name)
}

/// Who made the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Creation {
    Made,
    WasThere,
}

fn new_private(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A file, whatever its name: its device and its number there.
pub(super) type Identity = (u64, u64);

#[cfg(unix)]
fn identity(found: &fs::Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino())
}

/// Elsewhere an open file can't be moved away.
#[cfg(not(unix))]
fn identity(_found: &fs::Metadata) -> Identity {
    (0, 0)
}

#[cfg(unix)]
fn require_private(found: &fs::Metadata) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = found.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(format!("others may read or write it (mode {mode:04o}): give it mode 0600"))
}

#[cfg(not(unix))]
fn require_private(_found: &fs::Metadata) -> Result<(), String> {
    Ok(())
}
