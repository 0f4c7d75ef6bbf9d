//! Floor 2: elements of SOAP 1.1. Imports nothing of this crate.

use super::{SOAP11, elements};

elements! {
    "soap", SOAP11;
    ENVELOPE = "Envelope",
    HEADER = "Header",
    BODY = "Body",
    FAULT = "Fault",
}
