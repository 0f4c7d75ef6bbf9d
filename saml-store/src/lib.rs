//! Everything a SAML service provider or identity provider must remember, behind one trait.
//!
//! Pending requests, replay marks, sessions, artifacts and logout state are entries of one expiring key-value
//! [`Store`]. The trait is the contract; an engine fulfils it; [`MemoryStore`] is the engine that is always there,
//! `FileStore` (feature `file`) the one that outlives the process, `RedisStore` (feature `redis`) the one that several
//! nodes share; [`Sealed`] encrypts what any of them stores.
//!
//! What people own and must not lose (passkeys, recovery codes, consents) are [`Records`], a contract of its own: nothing
//! in it expires. `FileStore` and `RedisRecords` fulfil it, [`MemoryRecords`] for tests. This crate knows nothing of SAML and reads no clock:
//! instants are arguments.

#![forbid(unsafe_code)]

#[cfg(feature = "conformance")]
pub mod conformance;
mod entry;
mod error;
#[cfg(feature = "file")]
mod file;
mod hmac;
mod instant;
mod memory;
mod namespace;
mod record;
mod records;
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
pub use memory::{MemoryRecords, MemoryStore};
pub use namespace::Namespace;
pub use record::{
    MAX_OCTETS_OF_OWNER, MAX_PAGE_OCTETS, MAX_PAGE_RECORDS, MAX_RECORD_OCTETS, MAX_RECORDS_OF_OWNER, Record,
    RecordName, RecordPage, require_owner,
};
pub use records::{Import, Records, Removal};
#[cfg(feature = "redis")]
pub use redis::{RedisAddress, RedisFault, RedisRecords, RedisStore, RedisStoreOptions};
pub use sealed::{Resealing, Sealed, SealingKey, SealingKeyError, SealingKeys};
pub use store::{Insertion, Replacement, SHARE, Store};
pub use token::{Token, TokenUnavailable};

/// The README's program runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
