//! An opened document has no ciphertext left.
#![no_main]

use saml_core::{base::Limits, xml::Document};
use saml_fuzz::genuine::{open, prepare};

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| {
    let Some(opened) = open(octets) else { return };
    Document::parse(opened.clone(), &Limits::MESSAGE).expect("a document");
    assert_eq!(open(&opened), Some(opened));
});
