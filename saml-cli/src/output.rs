//! The destination of a command's output: a file, standard output, or JSON.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::answer::CommandError;
use crate::screen;

/// Who may read the file that a command makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Everybody that the user's umask admits may read it, because metadata is made to be published. A file that exists is
    /// replaced.
    Everybody,
    /// The user alone, because the file holds keys, plaintext or facts about a person. The file must be new and no link
    /// is followed, so that nothing is written into a file or a place that somebody else prepared.
    OwnerAlone {
        /// The content of the file, in words for the announcement.
        holds: &'static str,
    },
}

impl Readers {
    /// The mode for a SAML message, which names a person, and may log somebody in as long as it is valid.
    pub const OF_A_MESSAGE: Self = Self::OwnerAlone { holds: "a message, with what it says of a person" };
}

/// Writes a document to a file, to standard output (no file, or `-`), or as JSON.
///
/// A file for the user alone is announced on standard error, with what it holds.
///
/// # Errors
/// It can't be written; a file for the user alone is there already.
pub fn deliver(octets: &[u8], out: Option<&Path>, json: bool, readers: Readers) -> Result<(), CommandError> {
    if json {
        return screen::print_json(&serde_json::json!({ "base64": STANDARD.encode(octets) }));
    }
    let Some(path) = out.filter(|path| *path != Path::new("-")) else {
        return screen::print_octets(octets);
    };
    match readers {
        Readers::Everybody => std::fs::write(path, octets)
            .map_err(|source| CommandError::Write { path: path.to_owned(), source }),
        Readers::OwnerAlone { holds } => {
            write_new(path, octets, OWNER_ALONE)?;
            screen::remark(&format!("{}: holds {holds}; only you can read it", path.display()));
            Ok(())
        }
    }
}

/// Read and written by the user, and by nobody else.
pub const OWNER_ALONE: u32 = 0o600;
/// Written by the user, read by everybody.
pub const READABLE: u32 = 0o644;

/// Writes a file that must not be there yet, with at most the permissions of `mode`. A file that can't be written
/// completely is removed.
///
/// # Errors
/// There is a file or a link of that name, or it can't be written.
pub fn write_new(path: &Path, octets: &[u8], mode: u32) -> Result<(), CommandError> {
    let failed = |source: std::io::Error| {
        let path = path.to_owned();
        if source.kind() == std::io::ErrorKind::AlreadyExists {
            CommandError::AlreadyThere { path }
        } else {
            CommandError::Write { path, source }
        }
    };
    let mut file = create_new(path, mode).map_err(failed)?;
    file.write_all(octets).map_err(|source| {
        let _left = std::fs::remove_file(path);
        failed(source)
    })
}

fn create_new(path: &Path, mode: u32) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    // A link counts as there, wherever it leads.
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    options.open(path)
}
