//! Another parser accepts each document that we accept, with the same tree.
#![no_main]

use saml_fuzz::tree::same_reading;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| same_reading(octets));
