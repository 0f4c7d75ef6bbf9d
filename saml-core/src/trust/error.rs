//! Floor 6: why a message stays unverified.

use crate::base::{Coded, VerdictCode};
use crate::dsig::DsigError;
use crate::enc::EncryptionError;
use crate::xml::{SchemaError, XmlError};

/// Why nothing of a message is believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The octets are not a document of the strict profile.
    #[error("the message is not a document of the strict profile")]
    Xml(#[from] XmlError),
    /// The document does not follow the SAML schemas.
    #[error("the message does not follow the SAML schemas")]
    Schema(#[from] SchemaError),
    /// Another kind of message than the endpoint takes.
    #[error("the root element is not {expected}")]
    UnexpectedMessage {
        /// The local name that was wanted.
        expected: &'static str,
        /// The expanded name that was found.
        found: String,
    },
    /// Nothing that could be consumed is signed.
    #[error("neither the message nor its assertion is signed")]
    SignatureMissing,
    /// A signature does not count.
    #[error("a signature is refused")]
    Signature(#[from] DsigError),
    /// A signature of the element to be consumed, but at another place than the schema's.
    #[error("a signature stands at another place than the schema's")]
    SignaturePosition {
        /// Local name of the signed element.
        parent: String,
    },
    /// A signature somewhere it has no business to be.
    #[error("the message holds signatures at places where none belongs")]
    SignatureUnexpectedPlace {
        /// Signatures that may be there.
        expected: usize,
        /// Signatures that are there.
        found: usize,
    },
    /// A signed message from a peer of whom no key is known.
    #[error("the message is signed but no key of the peer is known")]
    SignatureWithoutKey,
    /// A Redirect message with a signature inside [Bindings §3.4.4.1].
    #[error("a redirect message carries an embedded signature")]
    SignatureEmbeddedInRedirect,
    /// More than one assertion, or a nested one.
    #[error("a response holds at most one assertion")]
    AssertionCount {
        /// How many there are.
        found: usize,
    },
    /// Something encrypted stays closed.
    #[error("something in the message is encrypted and not opened")]
    Encryption(#[from] EncryptionError),
    /// The document has no element with the ID that was asked for.
    #[error("the document has no element with this ID")]
    ElementUnknown {
        /// The ID.
        expected: String,
    },
    /// The element that was asked for carries no signature of its own.
    #[error("the element carries no signature of its own")]
    ElementUnsigned,
    /// The entity is not described by the metadata.
    #[error("the metadata does not describe the entity")]
    EntityUnknown {
        /// The name that was looked for.
        expected: String,
    },
    /// The metadata describes the same entity twice, or several where one was wanted.
    #[error("the metadata describes the entity more than once")]
    EntityAmbiguous {
        /// How many descriptors there are.
        found: usize,
    },
}

impl Coded for TrustError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::Xml(error) => return error.code(),
            Self::Schema(error) => return error.code(),
            Self::UnexpectedMessage { .. } => "message.unexpected",
            Self::SignatureMissing => "signature.missing",
            Self::Signature(error) => return error.code(),
            Self::SignaturePosition { .. } => "signature.position",
            Self::SignatureUnexpectedPlace { .. } => "signature.unexpected_place",
            Self::SignatureWithoutKey => "signature.no_key",
            Self::SignatureEmbeddedInRedirect => "signature.embedded_in_redirect",
            Self::AssertionCount { .. } => "assertion.count",
            Self::Encryption(error) => return error.code(),
            Self::ElementUnknown { .. } => "message.element_unknown",
            Self::ElementUnsigned => "signature.missing",
            Self::EntityUnknown { .. } => "metadata.entity_unknown",
            Self::EntityAmbiguous { .. } => "metadata.entity_ambiguous",
        })
    }

    fn expected(&self) -> Option<String> {
        match self {
            Self::Xml(error) => error.expected(),
            Self::Schema(error) => error.expected(),
            Self::UnexpectedMessage { expected, .. } => Some((*expected).to_owned()),
            Self::SignatureMissing => Some("a signed Response or a signed Assertion".to_owned()),
            Self::Signature(error) => error.expected(),
            Self::SignaturePosition { .. } => Some("ds:Signature directly after saml:Issuer".to_owned()),
            Self::SignatureUnexpectedPlace { expected, .. } => Some(format!("{expected} signatures")),
            Self::AssertionCount { .. } => Some("one Assertion or EncryptedAssertion".to_owned()),
            Self::ElementUnknown { expected } | Self::EntityUnknown { expected } => Some(expected.clone()),
            Self::ElementUnsigned => Some("a signature of this element".to_owned()),
            Self::EntityAmbiguous { .. } => Some("one EntityDescriptor".to_owned()),
            Self::Encryption(error) => error.expected(),
            Self::SignatureWithoutKey | Self::SignatureEmbeddedInRedirect => None,
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::Xml(error) => error.found(),
            Self::Schema(error) => error.found(),
            Self::UnexpectedMessage { found, .. } => Some(found.clone()),
            Self::Signature(error) => error.found(),
            Self::Encryption(error) => error.found(),
            Self::SignaturePosition { parent } => Some(format!("another position in {parent}")),
            Self::SignatureUnexpectedPlace { found, .. }
            | Self::AssertionCount { found }
            | Self::EntityAmbiguous { found } => Some(found.to_string()),
            Self::SignatureMissing
            | Self::SignatureWithoutKey
            | Self::SignatureEmbeddedInRedirect
            | Self::ElementUnknown { .. }
            | Self::ElementUnsigned
            | Self::EntityUnknown { .. } => None,
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Signature(error) => error.hint(),
            Self::SignatureMissing => Some(
                "have the identity provider sign the response, the assertion, or both; a proxy or a library in \
                 between may also have removed the signature",
            ),
            Self::SignaturePosition { .. } => {
                Some("allow `signature-position` for this peer if its signatures stand elsewhere")
            }
            Self::SignatureWithoutKey => {
                Some("give the peer a signing certificate, best by its current metadata")
            }
            Self::Encryption(error) => error.hint(),
            Self::SignatureUnexpectedPlace { .. } => {
                Some("treat this as an attack unless you know who adds signatures to the message")
            }
            Self::Xml(_)
            | Self::Schema(_)
            | Self::UnexpectedMessage { .. }
            | Self::SignatureEmbeddedInRedirect
            | Self::AssertionCount { .. }
            | Self::ElementUnknown { .. }
            | Self::ElementUnsigned
            | Self::EntityUnknown { .. }
            | Self::EntityAmbiguous { .. } => None,
        }
    }
}
