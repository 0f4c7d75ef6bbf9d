//! SAML 2.0 service provider for actix-web.

#![forbid(unsafe_code)]

#[cfg(feature = "actix")]
pub mod web;
