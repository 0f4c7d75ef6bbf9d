//! Makes, attacks and replays SAML messages.

#![forbid(unsafe_code)]

pub mod manifest;
pub mod page;
