//! What a service provider and an identity provider have in common, beneath both role crates.
//!
//! Everything outside [`web`] is free of the web framework. This crate is an implementation detail of `saml-sp` and
//! `saml-idp`: applications depend on those.

#![forbid(unsafe_code)]

pub mod audit;
mod client_network;
mod cookie_security;
mod counts;
pub mod event;
mod hook;
mod instant;
mod live;
pub mod mac;
mod metadata_error;
pub mod peer;
mod random;
pub mod record;
pub mod refusal;
mod site;
pub mod texts;
mod trace;
#[cfg(feature = "actix")]
pub mod web;

pub use client_network::ClientNetwork;
pub use cookie_security::CookieSecurity;
pub use counts::{Counted, Counts};
pub use hook::{Hook, HookError, HookFault};
pub use instant::store_instant;
pub use live::Live;
pub use metadata_error::MetadataError;
pub use random::SystemRandom;
pub use site::{HostRule, InvalidMountPath, METADATA_PATH, MountPath, ProxyPath, Site, SiteError};
pub use trace::{AuditFailed, Trace};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
