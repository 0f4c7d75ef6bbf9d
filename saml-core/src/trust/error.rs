//! Floor 6: why a message stays unverified.

use crate::base::{Coded, SamlInstant, VerdictCode};
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
    /// Neither the message nor the assertion is signed.
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
    /// A signed message from a peer without a known key.
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
    /// The root of signed metadata does not begin with its signature.
    #[error("the root of the metadata does not begin with a signature")]
    MetadataUnsigned,
    /// A part of the metadata has expired.
    #[error("the metadata has expired")]
    MetadataExpired {
        /// The entity that has expired, alone or with the groups around it.
        entity: String,
        /// When it, or a group around it, expired.
        valid_until: SamlInstant,
    },
    /// The federation's description of the entity has no end.
    #[error("the metadata of the federation has no validUntil for the entity")]
    ValidUntilMissing {
        /// The entity.
        entity: String,
    },
    /// An aggregate describes more entities than are indexed.
    #[error("the metadata describes {found} or more entities, more than {limit}")]
    TooManyEntities {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// The namespaces in force around the entities of an aggregate are more than are remembered.
    #[error(
        "the namespaces around the entities of the metadata have {found} octets or more, more than {limit}"
    )]
    TooManyNamespaces {
        /// What is allowed.
        limit: usize,
        /// Where reading stopped.
        found: usize,
    },
    /// An aggregate describes an entity twice.
    #[error("the metadata describes an entity more than once")]
    EntityDoubled {
        /// The entity.
        found: String,
    },
    /// The store did not want this entity while the metadata was read.
    #[error("the entity was not kept while the metadata was read")]
    EntityNotStored {
        /// The entity.
        expected: String,
    },
    /// The store that keeps entities failed.
    #[error("the store of entities failed")]
    EntityStore(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store gave other octets back than it was given.
    #[error("the store of entities has changed an entity")]
    StoredEntityChanged,
}

impl TrustError {
    /// The same, without the line in metadata: for octets that are not those of a file.
    #[must_use]
    pub(crate) fn without_line(self) -> Self {
        if let Self::Schema(error) = self { Self::Schema(error.without_line()) } else { self }
    }

    /// The line in metadata where its schema is broken, from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        if let Self::Schema(error) = self { error.line() } else { None }
    }
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
            Self::EntityAmbiguous { .. } | Self::EntityDoubled { .. } => "metadata.entity_ambiguous",
            Self::MetadataUnsigned => "signature.missing",
            Self::MetadataExpired { .. } => "metadata.expired",
            Self::ValidUntilMissing { .. } => "metadata.valid_until_missing",
            Self::TooManyEntities { .. } => "metadata.too_many_entities",
            Self::TooManyNamespaces { .. } => "metadata.too_many_namespaces",
            Self::EntityNotStored { .. } => "metadata.entity_not_stored",
            Self::EntityStore(_) => "metadata.store_failed",
            Self::StoredEntityChanged => "metadata.stored_entity_changed",
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
            Self::ElementUnknown { expected }
            | Self::EntityUnknown { expected }
            | Self::EntityNotStored { expected } => Some(expected.clone()),
            Self::EntityDoubled { .. } => Some("each entity once".to_owned()),
            Self::MetadataUnsigned => Some("ds:Signature as the first child of the root".to_owned()),
            Self::TooManyEntities { limit, .. } => Some(format!("at most {limit} entities")),
            Self::TooManyNamespaces { limit, .. } => Some(format!("at most {limit} octets")),
            Self::StoredEntityChanged => Some("the octets that were verified".to_owned()),
            Self::ElementUnsigned => Some("a signature of this element".to_owned()),
            Self::EntityAmbiguous { .. } => Some("one EntityDescriptor".to_owned()),
            Self::Encryption(error) => error.expected(),
            Self::MetadataExpired { .. } => Some("metadata that is still valid".to_owned()),
            Self::ValidUntilMissing { .. } => {
                Some("validUntil on the entity, on its role or on a group around it".to_owned())
            }
            Self::SignatureWithoutKey => Some("a signing key of the peer".to_owned()),
            Self::SignatureEmbeddedInRedirect => Some("a signature beside the message only".to_owned()),
            Self::EntityStore(_) => Some("an answer of the store".to_owned()),
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
            | Self::TooManyEntities { found, .. }
            | Self::EntityAmbiguous { found } => Some(found.to_string()),
            Self::TooManyNamespaces { found, .. } => Some(format!("{found} octets")),
            Self::EntityDoubled { found } => Some(found.clone()),
            Self::MetadataExpired { entity, valid_until } => {
                Some(format!("{entity}, valid until {valid_until}"))
            }
            Self::ValidUntilMissing { entity } => Some(format!("none for {entity}")),
            Self::SignatureMissing | Self::ElementUnsigned => Some("no signature".to_owned()),
            Self::SignatureWithoutKey => Some("none".to_owned()),
            Self::SignatureEmbeddedInRedirect => Some("a ds:Signature inside the message".to_owned()),
            Self::ElementUnknown { .. } => Some("no element of this ID".to_owned()),
            Self::EntityUnknown { .. } => Some("others".to_owned()),
            Self::MetadataUnsigned => Some("something else, or nothing".to_owned()),
            Self::EntityNotStored { .. } => Some("an entity that was not kept".to_owned()),
            Self::EntityStore(error) => Some(error.to_string()),
            Self::StoredEntityChanged => Some("other octets".to_owned()),
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
            Self::SignatureEmbeddedInRedirect => Some(
                "have the peer sign the query, or send by POST; until it does, `signature-in-redirect` may be allowed \
                 for it",
            ),
            Self::SignatureUnexpectedPlace { .. } => {
                Some("treat this as an attack unless you know who adds signatures to the message")
            }
            Self::MetadataExpired { .. } => Some("get the metadata anew from where it is published"),
            Self::ValidUntilMissing { .. } => Some(
                "ask the federation to publish its metadata with validUntil; until then `metadata-without-end` may be \
                 allowed for this peer",
            ),
            Self::Xml(_)
            | Self::Schema(_)
            | Self::MetadataUnsigned
            | Self::TooManyEntities { .. }
            | Self::TooManyNamespaces { .. }
            | Self::EntityDoubled { .. }
            | Self::EntityNotStored { .. }
            | Self::EntityStore(_)
            | Self::StoredEntityChanged
            | Self::UnexpectedMessage { .. }
            | Self::AssertionCount { .. }
            | Self::ElementUnknown { .. }
            | Self::ElementUnsigned
            | Self::EntityUnknown { .. }
            | Self::EntityAmbiguous { .. } => None,
        }
    }
}
