//! Tests of the protocol types.

mod agreement;
mod examples;
mod fixtures;
mod lexical;
mod refusals;
mod round_trip;
