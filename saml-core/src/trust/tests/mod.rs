//! What becomes believed, and what does not.

mod encrypted;
mod encryption_recipient;
mod peer_keys;
mod scene;
