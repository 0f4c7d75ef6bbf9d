//! Accepted metadata is what the publisher signed, and metadata that is read and written stays the same.
#![no_main]

use saml_fuzz::genuine::{accepted_is_genuine, metadata_survives, prepare};
use saml_testkit::forge::Wire;

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| {
    metadata_survives(octets);
    accepted_is_genuine(&Wire::Metadata(octets.to_vec()));
});
