//! SAML 2.0 identity provider for actix-web.

#![forbid(unsafe_code)]

#[cfg(feature = "actix")]
pub mod web;
