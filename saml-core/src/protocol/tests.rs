//! Tests of the protocol types.

mod examples;
mod round_trip;
