//! A connection to the file, and whether the file is still the one under its path.

use rusqlite::Connection;

use super::error::OpenError;
use super::format::connect;
use super::place::{Identity, Place};

/// A connection to the file under a path.
pub(super) struct Opened {
    pub(super) connection: Connection,
    place: Place,
    identity: Identity,
}

impl Opened {
    pub(super) fn new(place: &Place, octets: Option<i64>) -> Result<Self, OpenError> {
        let identity_now = || place.identity().map_err(|error| place.access(error.to_string()));
        let identity = identity_now()?;
        let connection = connect(place, octets)?;
        if identity_now()? != identity {
            return Err(place.access("another file came in its place while it was opened".to_owned()));
        }
        Ok(Self { connection, place: place.clone(), identity })
    }

    /// Refuses, and says why, to go on with a file that was moved, deleted or replaced: others would look for what is written here in
    /// the one under the path, and not find it.
    pub(super) fn require_in_place(&self) -> Result<(), String> {
        let path = self.place.path().display();
        match self.place.identity() {
            Ok(identity) if identity == self.identity => Ok(()),
            Ok(_) => Err(format!("another file is at {path} than was opened")),
            Err(error) => Err(format!("{path}, which was opened, is there no longer: {error}")),
        }
    }
}
