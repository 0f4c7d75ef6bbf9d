//! What the identity provider shows to a browser; may import everything else in this crate.

pub mod pages;
