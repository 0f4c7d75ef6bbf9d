//! What both roles do to know a peer from its metadata, and how they say why they can't.

mod error;
mod lines;
mod name;
mod read;
mod registry;
mod signing;
mod validity;
mod watch;

pub use error::{PeerError, PeerFault};
pub use lines::Lines;
pub use name::name_for_people;
pub use read::{read_federation, read_file};
pub use registry::{
    AlreadyKnown, Peer, PeerCursor, PeerPage, PeerSource, PeerSourceError, Registry, SourceId, source_id,
};
pub use signing::{PeerSigning, SigningPolicy};
pub use validity::Validity;
pub use watch::{ExpiryWatch, LOOK_EVERY};

#[cfg(test)]
mod tests;
