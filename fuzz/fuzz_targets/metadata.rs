//! Metadata that is accepted is what the publisher signed; what a file says survives being written.
#![no_main]

use saml_fuzz::genuine::{accepted_is_genuine, metadata_survives, prepare};
use saml_testkit::forge::Wire;

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| {
    metadata_survives(octets);
    accepted_is_genuine(&Wire::Metadata(octets.to_vec()));
});
