//! A document that comes in pieces has the canonical form that it has as a whole, or none either way.
#![no_main]

use saml_fuzz::tree::pieces_are_the_whole;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| pieces_are_the_whole(octets));
