//! Makes, attacks and replays SAML messages.

#![forbid(unsafe_code)]

pub mod capsule;
pub mod fixtures;
pub mod forge;
pub mod left_out;
pub mod manifest;
pub mod page;
pub mod pentest;
pub mod wire;

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
