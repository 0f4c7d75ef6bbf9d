//! A signed Response, rearranged without the key, is refused or still says what was signed.
#![no_main]

use saml_fuzz::edit::{Edit, prepare, wrapped_is_genuine};

libfuzzer_sys::fuzz_target!(init: prepare(), |input: (u8, Vec<Edit>)| {
    wrapped_is_genuine(input.0, &input.1);
});
