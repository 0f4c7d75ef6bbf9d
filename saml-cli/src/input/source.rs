//! Metadata of any size, in pieces.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, stdin};
use std::path::Path;

use saml_testkit::wire::recognise;

use super::files::{name_of, read_limited};
use crate::answer::CommandError;

/// A document that is read in pieces.
pub struct Source {
    reader: Box<dyn Read>,
}

/// Octets that are read at once.
const PIECE: u64 = 64 * 1024;

/// Opens a file, or standard input for `-`. XML is not read yet; what is in another form is taken out of it.
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
    let text = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning).trim_ascii_start();
    if text.starts_with(b"<") {
        return Ok(Source { reader: Box::new(reader) });
    }
    let octets = read_limited(reader, name.clone())?;
    let received = recognise(octets).ok_or(CommandError::NotAMessage { name })?;
    Ok(Source { reader: Box::new(std::io::Cursor::new(received.xml)) })
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
