//! SAML 2.0 messages: octets in, verified values out.
//!
//! This crate has no I/O, no clock and no randomness of its own: instants and random octets are arguments.

#![forbid(unsafe_code)]

pub mod assertion;
pub mod base;
pub mod bindings;
pub mod c14n;
pub mod crypto;
pub mod dsig;
pub mod enc;
#[cfg(test)]
mod left_out;
pub mod metadata;
pub mod protocol;
pub mod trust;
pub mod validation;
pub mod xml;

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
