//! What commands read: files and standard input, and the messages in them in whatever form they come.

mod files;
mod message;
mod source;

pub use files::{
    MAX_OCTETS, certificates, decryption_keys, instant_or_now, name_of, peer_keys, policy, private_key, read,
    shared_key, shared_keys, text,
};
pub use message::{Message, message};
pub use source::{Repeatable, Source, source};
