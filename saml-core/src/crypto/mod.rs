//! Floor 2: algorithms, keys and their policy, over OpenSSL. May import `base`.
//!
//! Nothing here decides whom to trust: a key is pinned by the floors above, and a [`PublicKey`] says nothing about
//! its owner. Every verification returns a `Result` and fails in one way only.

mod certificate;
mod cipher;
pub mod danger;
mod decrypter;
mod der;
mod digest;
mod digest_algorithm;
mod error;
mod implicit_rejection;
mod key_encryption;
mod key_kind;
mod key_name;
mod key_transport;
mod key_value;
mod key_wrap;
mod local_decrypter;
mod local_signer;
mod pem;
mod policy;
mod policy_violation;
mod prepared_contexts;
mod private_key;
mod public_key;
mod second_opinion;
mod shared_key;
mod signature_algorithm;
mod signer;
mod spki;
mod unsupported_key;
mod verify;

pub use certificate::{Certificate, CertificateForm};
pub use cipher::{CipherMode, ContentCipher};
pub use decrypter::Decrypter;
pub use digest::{Digest, DigestValue, digest};
pub use digest_algorithm::DigestAlgorithm;
pub use error::CryptoError;
pub use key_encryption::KeyEncryption;
pub use key_kind::{Curve, KeyFamily, KeyKind};
pub use key_name::{InvalidKeyName, KeyName};
pub use key_transport::KeyTransport;
pub use key_wrap::KeyWrap;
pub use local_decrypter::LocalDecrypter;
pub use local_signer::LocalSigner;
pub use policy::PeerPolicy;
pub use policy_violation::PolicyViolation;
pub use private_key::{Pkcs12Identity, PrivateKey};
pub use public_key::PublicKey;
pub use second_opinion::{Dissent, SecondOpinion, SignedElement};
pub use shared_key::SharedKey;
pub use signature_algorithm::SignatureAlgorithm;
pub use signer::{Signer, SignerWith};
pub use unsupported_key::UnsupportedKey;
pub use verify::verify_signature;
pub(crate) use verify::{HashedOctets, is_der_ecdsa_value};

#[cfg(test)]
pub(crate) mod tests;
