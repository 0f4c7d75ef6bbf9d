//! Floor 2: elements of XML Signature 1.1. Imports nothing of this crate.

use super::{DSIG11, elements};

elements! {
    "dsig11", DSIG11;
    EC_KEY_VALUE = "ECKeyValue",
    NAMED_CURVE = "NamedCurve",
    PUBLIC_KEY = "PublicKey",
    DER_ENCODED_KEY_VALUE = "DEREncodedKeyValue",
}
