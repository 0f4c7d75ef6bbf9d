//! Floor 2: elements of XML Encryption 1.1. Imports nothing of this crate.

use super::{XENC11, elements};

elements! {
    "xenc11", XENC11;
    MGF = "MGF",
}
