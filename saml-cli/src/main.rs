//! The `saml` command.

#![forbid(unsafe_code)]

#[cfg(test)]
mod demo;

fn main() {}
