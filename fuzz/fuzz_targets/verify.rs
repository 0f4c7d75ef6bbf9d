//! What verifies is one of the assertions that the key has signed.
#![no_main]

use saml_fuzz::genuine::{prepare, verified_is_recorded};

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| verified_is_recorded(octets));
