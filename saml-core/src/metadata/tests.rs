//! Tests of the metadata types.

mod examples;
mod round_trip;
