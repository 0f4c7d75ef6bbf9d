//! What anybody may seal for us, opened in its place, is a document that another parser reads the same.
#![no_main]

use saml_fuzz::genuine::{open, prepare, seal};
use saml_fuzz::tree::same_reading;

libfuzzer_sys::fuzz_target!(init: prepare(), |plaintext: &[u8]| {
    if let Some(opened) = open(&seal(plaintext)) {
        same_reading(&opened);
    }
});
