//! The audit as lines of JSON in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use saml_core::base::EntityId;

use super::record::to_json;
use super::sink::{AuditError, AuditSink};
use crate::event::Occurrence;

/// Appends each event to a file, as a line of JSON.
///
/// Every line is one write to the system, and is there when the process ends; it is not forced to the disk. Several
/// processes of one machine may append to one file. A file that is renamed goes on being written to: rotate it by
/// copying and truncating. It needs a Tokio runtime.
#[derive(Clone, Debug)]
pub struct JsonLines {
    file: Arc<Mutex<Lines>>,
}

#[derive(Debug)]
struct Lines {
    file: File,
    /// The file ends within a line, which somebody could not finish.
    is_torn: bool,
}

/// The file of an audit can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JsonLinesError {
    /// The system refuses, or it is a link.
    #[error("the audit file can't be opened")]
    Open(#[from] io::Error),
    /// A device, a pipe, a folder.
    #[error("the audit is not a regular file")]
    NotAFile,
    /// Others than its owner may read or write it.
    #[error("the audit file has mode {mode:o}: nobody but its owner may have access, as with mode 600")]
    OpenToOthers {
        /// Its mode.
        mode: u32,
    },
}

impl JsonLines {
    /// Appends to the file of this name, which is made with mode 0600 if there is none. A link in its place is not
    /// followed. Links among the folders above it are.
    ///
    /// # Errors
    /// [`JsonLinesError`].
    pub fn append(path: impl AsRef<Path>) -> Result<Self, JsonLinesError> {
        let mut file = opened(path.as_ref())?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(JsonLinesError::NotAFile);
        }
        require_private(&metadata)?;
        let mut last = [b'\n'];
        if metadata.len() > 0 {
            file.seek(SeekFrom::End(-1))?;
            file.read_exact(&mut last)?;
        }
        Ok(Self { file: Arc::new(Mutex::new(Lines { file, is_torn: last != *b"\n" })) })
    }
}

impl Lines {
    fn append(&mut self, line: &str) -> io::Result<()> {
        let mut octets = Vec::with_capacity(line.len().saturating_add(2));
        if self.is_torn {
            octets.push(b'\n');
        }
        octets.extend_from_slice(line.as_bytes());
        octets.push(b'\n');
        self.is_torn = true;
        self.file.write_all(&octets)?;
        self.is_torn = false;
        Ok(())
    }
}

#[async_trait]
impl AuditSink for JsonLines {
    async fn write(&self, entity_id: &EntityId, occurrence: &Occurrence) -> Result<(), AuditError> {
        let (line, file) = (to_json(entity_id, occurrence), Arc::clone(&self.file));
        // A disk may make one wait, and a worker of the server must not.
        let append = move || file.lock().unwrap_or_else(PoisonError::into_inner).append(&line);
        tokio::task::spawn_blocking(append).await.map_err(AuditError::new)?.map_err(AuditError::new)
    }
}

#[cfg(unix)]
fn opened(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true).mode(0o600);
    // Opening a pipe must not wait for its other end.
    options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn opened(path: &Path) -> io::Result<File> {
    if std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return Err(io::Error::other("a link"));
    }
    OpenOptions::new().read(true).append(true).create(true).open(path)
}

#[cfg(unix)]
fn require_private(metadata: &std::fs::Metadata) -> Result<(), JsonLinesError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(JsonLinesError::OpenToOthers { mode }) }
}

#[cfg(not(unix))]
fn require_private(_metadata: &std::fs::Metadata) -> Result<(), JsonLinesError> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests;
