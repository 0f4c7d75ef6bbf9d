//! What the fuzz targets share: a login whose messages are genuine, and judges of what comes out.
//!
//! A broken property is a panic, for that is what a fuzzer sees.

pub mod edit;
pub mod genuine;
pub mod rules;
pub mod tree;
pub mod wire;
