//! Everything a SAML service provider or identity provider must remember, behind one trait.

#![forbid(unsafe_code)]
