//! A LogoutRequest or LogoutResponse that is accepted is the one that the genuine peer signed.
#![no_main]

use saml_fuzz::genuine::{accepted_is_genuine, prepare};
use saml_testkit::forge::Wire;

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| {
    accepted_is_genuine(&Wire::LogoutRequest(octets.to_vec()));
    accepted_is_genuine(&Wire::LogoutResponse(octets.to_vec()));
});
