//! Makes, attacks and replays SAML messages.

#![forbid(unsafe_code)]

pub mod page;
