//! One kind of record, and its form.

use std::fmt;
use std::io::{self, Write};
use std::marker::PhantomData;

use saml_core::base::EntityId;
use saml_store::Namespace;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::RecordError;

/// The version of the form in which all kinds are written: this octet, the owner's entity ID, a line feed, and the
/// content in JSON.
const VERSION: u8 = 1;

/// One kind of record: its namespace, the type of its content, and the bound of its size.
pub struct RecordKind<T> {
    namespace: Namespace,
    most_octets: usize,
    content: PhantomData<fn() -> T>,
}

impl<T> RecordKind<T> {
    /// The records of a namespace, each with a content of at most `most_octets` octets.
    #[must_use]
    pub const fn new(namespace: Namespace, most_octets: usize) -> Self {
        Self { namespace, most_octets, content: PhantomData }
    }

    /// Where they are kept.
    #[must_use]
    pub const fn namespace(self) -> Namespace {
        self.namespace
    }
}

impl<T: Serialize> RecordKind<T> {
    pub(super) fn write(self, owner: &EntityId, content: &T) -> Result<Vec<u8>, RecordError> {
        let mut octets = vec![VERSION];
        octets.extend_from_slice(owner.as_str().as_bytes());
        octets.push(b'\n');
        let mut bounded = Bounded { octets, room: self.most_octets, written: 0 };
        serde_json::to_writer(&mut bounded, content).map_err(|_error| RecordError::Unreadable)?;
        let Bounded { octets, written, .. } = bounded;
        if written > self.most_octets {
            return Err(RecordError::TooLong { octets: written, at_most: self.most_octets });
        }
        Ok(octets)
    }
}

/// Octets as far as there is room, and a count of all: what is refused for its length is not held.
struct Bounded {
    octets: Vec<u8>,
    room: usize,
    written: usize,
}

impl Write for Bounded {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.written = self.written.saturating_add(octets.len());
        if self.written <= self.room {
            self.octets.extend_from_slice(octets);
        } else {
            self.octets = Vec::new();
        }
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<T: DeserializeOwned> RecordKind<T> {
    pub(super) fn read(self, owner: &EntityId, octets: &[u8]) -> Result<T, RecordError> {
        let (version, rest) = octets.split_first().ok_or(RecordError::Unreadable)?;
        let mut parts = rest.splitn(2, |octet| *octet == b'\n');
        let (Some(written_by), Some(content)) = (parts.next(), parts.next()) else {
            return Err(RecordError::Unreadable);
        };
        if *version != VERSION {
            return Err(RecordError::Unreadable);
        }
        if written_by != owner.as_str().as_bytes() {
            return Err(RecordError::OtherOwner);
        }
        // Nothing longer was ever written.
        if content.len() > self.most_octets {
            return Err(RecordError::Unreadable);
        }
        // The parser's error is dropped, because it may quote the content.
        serde_json::from_slice(content).map_err(|_error| RecordError::Unreadable)
    }
}

impl<T> Clone for RecordKind<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RecordKind<T> {}

impl<T> fmt::Debug for RecordKind<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RecordKind").field(&self.namespace).finish()
    }
}
