//! Floor 6: the verified boundary, the only place where `Verified` is made. May import the floors below.
//!
//! A received message is [`Unverified`]: it shows nothing but `claimed_*` hints, which suffice to choose the peer whose
//! keys are tried. What leaves is [`Verified`]: read from the octets that were hashed, and from nothing else.
//!
//! A `Verified` can't be made outside this module:
//!
//! ```compile_fail,E0451
//! use saml_core::{assertion::Assertion, trust::{Provenance, Verified}};
//! fn forge(value: Assertion, provenance: Provenance) -> Verified<Assertion> {
//!     Verified { value, provenance }
//! }
//! ```
//!
//! and an unverified value can't be read as if it were verified:
//!
//! ```compile_fail,E0609
//! use saml_core::{protocol::Response, trust::Unverified};
//! fn peek(message: &Unverified<Response>) -> usize {
//!     message.assertions.len()
//! }
//! ```

mod aggregate;
mod algorithm_support;
mod decryption_keys;
mod element;
mod encrypted;
mod encryption_target;
mod error;
mod message;
mod metadata;
mod opened_document;
mod peer_keys;
mod provenance;
mod published_key;
mod request;
mod response;
mod role;
mod sealed_name_id;
mod shared_keys;
mod unverified;
mod verified;

pub use aggregate::{
    EntitiesInMemory, EntityStore, MetadataPublisher, MetadataStream, MetadataStreamError, VerifiedMetadata,
    read_published_entity,
};
pub use algorithm_support::{SigningMethod, algorithm_support, listed_digests, listed_signing_methods};
pub use decryption_keys::{DecryptionKeys, TooManyDecryptionKeys};
pub use element::verify_element;
pub use encryption_target::{EncryptionKeyFault, NoEncryptionKey, encryption_target};
pub use error::TrustError;
pub use message::Message;
pub use metadata::{MetadataSource, read_entity_descriptor, require_end};
pub use opened_document::{OpenedDocument, open_document};
pub use peer_keys::{NoPeerKeys, PeerKeys, SignatureKeys};
pub use provenance::Provenance;
pub use published_key::{KeyFault, PublishedKey, UnusableKey};
pub use request::{PeerSignatures, ReceivedMessage, RefusedRequest};
pub use response::{OuterResponse, ReceivedResponse, ResponseVerification, UnverifiedOuterResponse};
pub use role::{NoRole, idp_role, sp_role};
pub use sealed_name_id::seal_name_id;
pub use shared_keys::{SharedKeys, TooManySharedKeys};
pub use unverified::Unverified;
pub use verified::Verified;

#[cfg(test)]
pub(crate) mod tests;
