//! A routed AuthnRequest, in a query or posted, is the one that the genuine service provider signed.
#![no_main]

use saml_fuzz::genuine::{accepted_is_genuine, prepare};
use saml_testkit::forge::Wire;

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| {
    accepted_is_genuine(&match std::str::from_utf8(octets) {
        Ok(query) if !query.starts_with('<') => Wire::RequestQuery(query.to_owned()),
        _ => Wire::Request(octets.to_vec()),
    });
});
