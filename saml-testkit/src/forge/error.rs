//! Why a message can't be forged.

use openssl::error::ErrorStack;
use saml_core::base::{RandomUnavailable, VerdictCode};
use saml_core::bindings::BindingError;
use saml_core::c14n::C14nError;
use saml_core::crypto::CryptoError;
use saml_core::dsig::SigningError;
use saml_core::xml::{WriteError, XmlError};

/// Why a message can't be forged: a fault of the specimen, the keys or an attack's own making, never of what is tested.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ForgeError {
    /// The specimen has no such part to work on.
    #[error("the specimen has no {part}")]
    Absent {
        /// Which part.
        part: String,
    },
    /// A value of the scene is malformed.
    #[error("{what} is not usable")]
    Unusable {
        /// Which value.
        what: &'static str,
    },
    /// The good message is refused as it is: against it, every refusal would be vacuous.
    #[error("the good message is itself refused ({})", joined(codes))]
    SpecimenRefused {
        /// The codes of the broken rules.
        codes: Vec<VerdictCode>,
    },
    /// The forged document can't be read, although the attack needs that.
    #[error("a document of the forge can't be read")]
    Xml(#[from] XmlError),
    /// The forged document can't be written.
    #[error("a document of the forge can't be written")]
    Write(#[from] WriteError),
    /// There are no canonical octets to sign.
    #[error("a document of the forge has no canonical form")]
    Canonicalization(#[from] C14nError),
    /// A signer failed.
    #[error("a signer of the forge failed")]
    Crypto(#[from] CryptoError),
    /// Signing a good message failed.
    #[error("a good message can't be signed")]
    Signing(#[from] SigningError),
    /// A good message can't be put on the wire.
    #[error("a good message can't be put on the wire")]
    Binding(#[from] BindingError),
    /// The random source failed.
    #[error("the forge has no random octets")]
    Random(#[from] RandomUnavailable),
    /// OpenSSL failed.
    #[error("the cryptographic library failed")]
    Library(#[from] ErrorStack),
}

fn joined(codes: &[VerdictCode]) -> String {
    codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl ForgeError {
    pub(crate) fn absent(part: impl Into<String>) -> Self {
        Self::Absent { part: part.into() }
    }
}
