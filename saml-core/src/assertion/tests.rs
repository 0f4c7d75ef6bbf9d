//! Tests of the assertion types, and what those of `protocol` and `metadata` share with them.

pub(crate) mod agreement;
pub(crate) mod examples;
pub(crate) mod lexical;
pub(crate) mod manifest;
pub(crate) mod mutation;
pub(crate) mod refusals;
pub(crate) mod round_trip;
pub(crate) mod schema;
pub(crate) mod source;
