//! Floor 4: XML Encryption under the SAML profile. May import `base`, `xml`, `c14n` and `crypto`.
//!
//! The profile [Core §6] is a small part of \[XMLEnc\]: one `EncryptedData` that stands for one element, its octets in a
//! `CipherValue`, its key wrapped for us in an `EncryptedKey` inside or beside it. Nothing is ever fetched, nothing is
//! followed more than one step. What is only advice may say anything and is not read; nothing else that the profile does
//! not name is let be.
//!
//! Opening says nothing about trust: whoever has our public key, and that is everyone, can seal. A key that is shared
//! with one peer changes nothing about it: what is wrapped under that is not signed either.

mod algorithms;
mod encrypted_data;
mod encrypted_key;
mod error;
mod key_info;
mod open;
mod plaintext;
mod properties;
mod seal;
mod target;

pub use error::EncryptionError;
pub use open::{DecryptionFacts, OpeningKey};
pub(crate) use open::{Opened, Opener};
pub use plaintext::PlaintextFault;
pub use seal::{SealingError, seal, seal_assertion, seal_document};
pub use target::{EncryptionTarget, RecipientKey};

#[cfg(test)]
pub(crate) mod tests;
