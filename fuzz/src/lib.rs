//! The common code of the fuzz targets: a login with genuine messages, and judges of the results.
//!
//! A broken property panics, because a fuzzer sees panics.

pub mod edit;
pub mod genuine;
pub mod rules;
pub mod tree;
pub mod wire;
