//! A form that is read can be written, and then says the same.
#![no_main]

use saml_fuzz::wire::form_survives;

libfuzzer_sys::fuzz_target!(|body: &[u8]| form_survives(body));
