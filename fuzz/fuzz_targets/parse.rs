//! `parse(write(x)) == x`, whatever can be parsed.
#![no_main]

use saml_fuzz::tree::tree_survives;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| tree_survives(octets));
