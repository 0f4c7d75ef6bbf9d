//! The `saml` command.

#![forbid(unsafe_code)]

fn main() {}
