//! A Response that was changed before the genuine peer signed it is accepted only if it keeps the rules.
#![no_main]

use saml_fuzz::edit::{Edit, prepare, resigned_keeps_the_rules};

libfuzzer_sys::fuzz_target!(init: prepare(), |input: (u8, Vec<Edit>)| {
    resigned_keeps_the_rules(input.0, &input.1);
});
