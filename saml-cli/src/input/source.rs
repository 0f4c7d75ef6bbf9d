//! Metadata of any size, in pieces.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use saml_testkit::wire::{begins_like_xml, recognise};

#[cfg(doc)]
use super::MAX_OCTETS;
use super::files::{name_of, read_limited};
use crate::answer::CommandError;

/// A document that is read in pieces.
pub struct Source {
    reader: Box<dyn Read>,
}

/// Octets that are read at once.
const PIECE: u64 = 64 * 1024;

/// Opens a file, or standard input for `-`. XML is not read yet; a message in another form is unwrapped.
///
/// # Errors
/// It can't be read, or holds neither XML nor a message in another form.
pub fn source(path: &Path) -> Result<Source, CommandError> {
    let name = name_of(path);
    let failed = |source| CommandError::Read { name: name.clone(), source };
    let file: Box<dyn Read> =
        if path == Path::new("-") { Box::new(stdin()) } else { Box::new(File::open(path).map_err(failed)?) };
    let mut reader = BufReader::new(file);
    let beginning = reader.fill_buf().map_err(failed)?;
    if begins_like_xml(beginning) {
        return Ok(Source { reader: Box::new(reader) });
    }
    let octets = read_limited(reader, name.clone())?;
    let received = recognise(octets).ok_or(CommandError::NotAMessage { name })?;
    Ok(Source { reader: Box::new(std::io::Cursor::new(received.xml)) })
}

/// A document that can be read more than once: a file, or the content of standard input.
pub struct Repeatable {
    name: String,
    path: PathBuf,
    /// The content of standard input, or of another form.
    held: Option<Arc<[u8]>>,
}

impl Repeatable {
    /// Looks at a file, or reads standard input for `-`, of which no more is held than [`MAX_OCTETS`].
    ///
    /// # Errors
    /// It can't be read, is too large to be held, or holds neither XML nor a message in another form.
    pub fn open(path: &Path) -> Result<Self, CommandError> {
        let name = name_of(path);
        let held = if path == Path::new("-") {
            let octets = read_limited(stdin(), name.clone())?;
            let received =
                recognise(octets).ok_or_else(|| CommandError::NotAMessage { name: name.clone() })?;
            Some(Arc::from(received.xml))
        } else {
            None
        };
        Ok(Self { name, path: path.to_owned(), held })
    }

    /// How messages on the screen call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The document from its beginning.
    ///
    /// # Errors
    /// As [`source`].
    pub fn source(&self) -> Result<Source, CommandError> {
        match &self.held {
            Some(octets) => Ok(Source { reader: Box::new(std::io::Cursor::new(Arc::clone(octets))) }),
            None => source(&self.path),
        }
    }
}

impl Source {
    /// Appends the next octets; none at the end.
    ///
    /// # Errors
    /// They can't be read.
    pub fn next_octets(&mut self, buffer: &mut Vec<u8>) -> std::io::Result<()> {
        self.reader.by_ref().take(PIECE).read_to_end(buffer).map(|_octets| ())
    }
}
