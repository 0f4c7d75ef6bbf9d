//! Metadata that comes in pieces is accepted for what the publisher signed, and as it is in one piece.
#![no_main]

use saml_fuzz::genuine::{prepare, published_is_genuine};

libfuzzer_sys::fuzz_target!(init: prepare(), |octets: &[u8]| published_is_genuine(octets));
