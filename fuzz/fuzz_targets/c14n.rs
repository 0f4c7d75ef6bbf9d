//! The canonical form of any element, by any method, is a document, and its own canonical form.
#![no_main]

use saml_core::{base::Limits, c14n::CanonicalizationMethod, xml::Document};
use saml_fuzz::tree::canonical_form_is_its_own;

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let Ok(document) = Document::parse(octets.to_vec(), &Limits::MESSAGE) else { return };
    CanonicalizationMethod::ALL.iter().for_each(|method| canonical_form_is_its_own(document.root(), *method));
});
