//! What commands read: files and standard input, and the messages in them in whatever form they come.

mod files;
mod recognise;
#[cfg(test)]
mod tests;

pub use files::{
    MAX_OCTETS, certificates, instant_or_now, name_of, peer_keys, policy, private_key, read, text,
};
pub use recognise::{Received, Wrapping, message, recognise};
