//! Which values become verified, and which don't.

pub(crate) mod aggregate;
mod claims;
mod element;
mod encrypted;
mod encryption_target;
mod metadata;
mod opened_document;
mod peer_keys;
mod request;
mod response;
mod role;
mod scene;
