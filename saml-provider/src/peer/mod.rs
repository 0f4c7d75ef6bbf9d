//! What both roles do to know a peer from its metadata, and how they say why they can't.

mod error;
mod lines;
mod read;
mod registry;
mod validity;

pub use error::{PeerError, PeerFault};
pub use lines::Lines;
pub use read::{read_federation, read_file};
pub use registry::{
    AlreadyKnown, Peer, PeerCursor, PeerPage, PeerSource, PeerSourceError, Registry, SourceId, source_id,
};
pub use validity::Validity;

#[cfg(test)]
mod tests;
