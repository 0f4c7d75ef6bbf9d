//! Floor 4: XML Signature under the SAML profile. May import `base`, `xml`, `c14n` and `crypto`.

mod detached;

pub use detached::DetachedSignature;
