//! Makes, attacks and replays SAML messages.

#![forbid(unsafe_code)]

pub mod forge;
pub mod manifest;
pub mod page;
