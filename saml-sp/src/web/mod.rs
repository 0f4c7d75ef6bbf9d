//! What the service provider shows to a browser; may import everything else in this crate.

pub mod pages;
