//! Makes, attacks and replays SAML messages.

#![forbid(unsafe_code)]

pub mod capsule;
pub mod fixtures;
pub mod forge;
pub mod manifest;
pub mod page;
pub mod pentest;
pub mod wire;
