//! Everything a SAML service provider or identity provider must remember, behind one trait.
//!
//! Pending requests, replay marks, sessions, artifacts and logout state are entries of one expiring key-value
//! [`Store`]. The trait is the contract; an engine fulfils it; [`MemoryStore`] is the engine that is always there,
//! `FileStore` (feature `file`) the one that outlives the process, `RedisStore` (feature `redis`) the one that several
//! nodes share; [`Sealed`] encrypts what any of them stores. This crate knows nothing of SAML and reads no clock:
//! instants are arguments.

#![forbid(unsafe_code)]

#[cfg(feature = "conformance")]
pub mod conformance;
mod entry;
mod error;
#[cfg(feature = "file")]
mod file;
mod instant;
mod memory;
mod namespace;
#[cfg(feature = "redis")]
mod redis;
mod sealed;
mod store;
mod token;

pub use entry::{Entry, MAX_KEY_OCTETS, MAX_VALUE_OCTETS, require_key};
pub use error::{EngineFailure, StoreError};
#[cfg(feature = "file")]
pub use file::{FileStore, FileStoreOptions, FileWork, OpenError};
pub use instant::StoreInstant;
pub use memory::MemoryStore;
pub use namespace::Namespace;
#[cfg(feature = "redis")]
pub use redis::{RedisAddress, RedisFault, RedisStore, RedisStoreOptions};
pub use sealed::{Sealed, SealingKey, SealingKeyError, SealingKeys};
pub use store::{Insertion, Replacement, SHARE, Store};
pub use token::{Token, TokenUnavailable};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
