//! Floor 4: XML Encryption under the SAML profile. May import `base`, `xml`, `c14n` and `crypto`.
//!
//! The profile [Core §6] is a small part of \[XMLEnc\]: one `EncryptedData` that stands for one element, its octets in
//! a `CipherValue`, its key wrapped for us in an `EncryptedKey` inside or beside it. Nothing is fetched, and no pointer
//! is followed more than one step. Parts that are mere hints may hold anything and are not read. Every other part that
//! the profile doesn't name is refused.
//!
//! Opening proves nothing: everybody has our public key and can encrypt to it. A key that is shared with one peer
//! changes nothing about that: content under it is not signed either.

mod algorithms;
mod cipher_value;
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
