//! The `saml` command as a library: wiring only, no protocol logic.

#![forbid(unsafe_code)]

pub mod demo;
pub mod keygen;
