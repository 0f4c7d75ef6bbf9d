//! Tests of the metadata types.

mod agreement;
mod examples;
mod refusals;
mod round_trip;
mod values;
