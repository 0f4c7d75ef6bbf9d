//! Tests of the metadata types.

mod agreement;
mod display_name;
mod examples;
mod fixtures;
mod lexical;
mod refusals;
mod round_trip;
mod values;
