//! The message in a file.

use std::path::Path;
use std::sync::Arc;

use saml_core::base::Limits;
use saml_core::xml::Document;
use saml_testkit::wire::{Received, recognise};

use super::{name_of, read};
use crate::answer::CommandError;

/// A message and the place where it was found.
#[derive(Debug)]
pub struct Message {
    /// How to call the file.
    pub name: String,
    /// The content of the file, unchanged.
    pub octets: Vec<u8>,
    /// The message in it.
    pub received: Received,
}

/// Reads a file, or standard input for `-`, and finds the message in it.
///
/// # Errors
/// It can't be read, is too large, or holds no message.
pub fn message(path: &Path) -> Result<Message, CommandError> {
    let name = name_of(path);
    let octets = read(path)?;
    match recognise(octets.clone()) {
        Some(received) => Ok(Message { name, octets, received }),
        None => Err(CommandError::NotAMessage { name }),
    }
}

impl Message {
    /// The document.
    ///
    /// # Errors
    /// The strict parser refuses it.
    pub fn document(&self) -> Result<Arc<Document>, CommandError> {
        Document::parse(self.received.xml.clone(), &Limits::METADATA)
            .map_err(|source| CommandError::Xml { name: self.name.clone(), source })
    }
}
