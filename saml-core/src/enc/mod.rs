//! Floor 4: XML Encryption under the SAML profile. May import `base`, `xml`, `c14n` and `crypto`.
