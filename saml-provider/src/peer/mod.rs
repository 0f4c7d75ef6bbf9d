//! What both roles do to know a peer from its metadata, and how they say why they can't.

mod error;
mod lines;
mod read;
mod validity;

pub use error::{PeerError, PeerFault};
pub use lines::Lines;
pub use read::{read_federation, read_file};
pub use validity::Validity;

#[cfg(test)]
mod tests;
