//! A query that is read can be written, and then says the same.
#![no_main]

use saml_fuzz::wire::query_survives;

libfuzzer_sys::fuzz_target!(|query: &str| query_survives(query));
