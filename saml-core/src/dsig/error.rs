//! Floor 4: why a signature was refused.

use crate::base::{BudgetSpent, Coded, VerdictCode};
use crate::c14n::C14nError;
use crate::crypto::{CryptoError, Dissent, PolicyViolation, SignatureAlgorithm};
use crate::xml::{SchemaError, XmlError};

/// Why a signature does not count.
///
/// Grouped by fault: the message breaks the profile · our policy refuses · the cryptography says no.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DsigError {
    /// The `ds:Signature` is not built as the profile allows.
    #[error("the signature is not built as the profile allows")]
    Grammar(#[source] SchemaError),
    /// An element, attribute or text that the profile has no place for.
    #[error("the signature contains what the profile has no place for: {part}")]
    NotInProfile {
        /// The part that was found, in our words.
        part: &'static str,
    },
    /// A `CanonicalizationMethod` outside the profile.
    #[error("the canonicalisation method is not permitted")]
    CanonicalizationRefused {
        /// The URI in the message.
        found: String,
    },
    /// A `SignatureMethod` that we don't know.
    #[error("the signature algorithm is unknown")]
    SignatureAlgorithmUnknown {
        /// The URI in the message.
        found: String,
    },
    /// A `DigestMethod` that we don't know.
    #[error("the digest algorithm is unknown")]
    DigestAlgorithmUnknown {
        /// The URI in the message.
        found: String,
    },
    /// An algorithm or key that the policy refuses.
    #[error("the policy refuses an algorithm or key of the signature")]
    Policy(#[source] PolicyViolation),
    /// A text that is not Base64.
    #[error("{part} is not Base64")]
    NotBase64 {
        /// Which element.
        part: &'static str,
    },
    /// None of the pinned keys fits the algorithm.
    #[error("no pinned key fits the signature algorithm")]
    NoKeyOfThisKind {
        /// The algorithm of the message.
        algorithm: &'static str,
    },
    /// The `SignatureValue` was made with none of the pinned keys, or `SignedInfo` was altered.
    #[error("no pinned key verifies the signature value")]
    SignatureValueInvalid {
        /// How many keys were tried.
        keys_tried: usize,
    },
    /// An ECDSA value in DER, the form of X.509, where XML Signature has r and s joined [XMLDSig §6.4.3]. It was not
    /// looked into: the keys may be the right ones.
    #[error("the signature value is in DER, which XML Signature does not read")]
    SignatureValueInDer {
        /// How long it is.
        octets: usize,
    },
    /// `SignedInfo` is larger than any that a signer makes; nothing of it was hashed.
    #[error("SignedInfo is larger than the limit")]
    SignedInfoTooLarge {
        /// The most octets of its canonical form.
        limit: usize,
    },
    /// The number of references is not one.
    #[error("a signature has exactly one reference")]
    ReferenceCount,
    /// The reference names something other than the parent of the signature.
    #[error("the reference does not name the parent of the signature")]
    ReferenceNotParent {
        /// `#` and the parent's ID.
        expected: String,
        /// The URI in the message.
        found: String,
    },
    /// The transforms are not enveloped-signature, then at most one canonicalisation.
    #[error("the transforms are not those of the profile")]
    TransformRefused {
        /// The URI, or a note of ours on order and number.
        found: String,
    },
    /// The element was altered after it was signed.
    #[error("the digest of the signed element differs")]
    DigestMismatch,
    /// The signed element has no usable ID.
    #[error("the signed element has no ID that is an NCName")]
    ParentWithoutId {
        /// The local name of the element.
        element: String,
        /// Its ID, if it has one.
        found: Option<String>,
    },
    /// Canonicalising failed; there are no octets to believe.
    #[error("canonicalising failed")]
    Canonicalization(#[source] C14nError),
    /// The canonical octets are not a document of the strict profile.
    #[error("the canonical octets are refused by the parser")]
    CanonicalOctets(#[source] XmlError),
    /// The underlying cryptography failed for another reason than a wrong signature.
    #[error("the cryptographic library failed")]
    Crypto(#[source] CryptoError),
    /// It verified here, and the other implementation that the policy asks for does not go along.
    #[error("the cross-check refuses the signature")]
    CrossCheck {
        /// The name and version of the other implementation.
        by: String,
        /// What it says.
        #[source]
        dissent: Dissent,
    },
    /// The message asks for too many checks.
    #[error("too many signature checks for one message")]
    Budget(#[source] BudgetSpent),
}

impl Coded for DsigError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::Grammar(_) | Self::NotInProfile { .. } | Self::NotBase64 { .. } => "signature.malformed",
            Self::CanonicalizationRefused { .. } => "signature.canonicalization_refused",
            Self::SignatureAlgorithmUnknown { .. } => "signature.algorithm_refused",
            Self::DigestAlgorithmUnknown { .. } => "digest.algorithm_refused",
            Self::Policy(violation) => return violation.code(),
            Self::NoKeyOfThisKind { .. } => "signature.key_algorithm_mismatch",
            Self::SignatureValueInvalid { .. } => "signature.invalid",
            Self::SignatureValueInDer { .. } => "signature.value_in_der",
            Self::SignedInfoTooLarge { .. } => "signature.signed_info_too_large",
            Self::ReferenceCount => "signature.reference_count",
            Self::ReferenceNotParent { .. } => "signature.reference_not_parent",
            Self::TransformRefused { .. } => "signature.transform_refused",
            Self::DigestMismatch => "signature.digest_mismatch",
            Self::ParentWithoutId { .. } => "signature.parent_without_id",
            Self::Canonicalization(error) => return error.code(),
            Self::CanonicalOctets(error) => return error.code(),
            Self::Crypto(_) => "signature.crypto_failure",
            Self::CrossCheck { dissent: Dissent::Disagrees { .. }, .. } => "cross_check.disagreement",
            Self::CrossCheck { dissent: Dissent::Unable { .. }, .. } => "cross_check.unable",
            Self::Budget(_) => "signature.too_many_checks",
        })
    }

    fn expected(&self) -> Option<String> {
        match self {
            Self::Grammar(error) => error.expected(),
            Self::CanonicalizationRefused { .. } => Some("exclusive or inclusive canonical XML".to_owned()),
            Self::SignatureAlgorithmUnknown { .. } => Some(SignatureAlgorithm::EXPECTED.to_owned()),
            Self::DigestAlgorithmUnknown { .. } => Some("SHA-256, SHA-384 or SHA-512".to_owned()),
            Self::Policy(violation) => violation.expected(),
            Self::NoKeyOfThisKind { algorithm } => Some(format!("a pinned key for {algorithm}")),
            Self::SignatureValueInvalid { .. } => {
                Some("a signature by one of the peer's pinned keys".to_owned())
            }
            Self::SignatureValueInDer { .. } => {
                Some("r and s joined, each as long as the curve: 64 octets for P-256".to_owned())
            }
            Self::SignedInfoTooLarge { limit } => Some(format!("at most {limit} octets of SignedInfo")),
            Self::ReferenceCount => Some("one ds:Reference".to_owned()),
            Self::ReferenceNotParent { expected, .. } => Some(expected.clone()),
            Self::TransformRefused { .. } => {
                Some("enveloped-signature, then at most one canonicalisation".to_owned())
            }
            Self::CrossCheck { by, .. } => Some(format!("a signature that {by} verifies too")),
            Self::Canonicalization(error) => error.expected(),
            Self::CanonicalOctets(error) => error.expected(),
            Self::NotInProfile { .. } => Some("what the profile of XML Signature has a place for".to_owned()),
            Self::NotBase64 { .. } => Some("Base64".to_owned()),
            Self::DigestMismatch => Some("the element as it was when it was signed".to_owned()),
            Self::ParentWithoutId { .. } => {
                Some("an ID of a letter or _, then letters, digits and . - _ without white space".to_owned())
            }
            Self::Crypto(_) => Some("a result from OpenSSL".to_owned()),
            Self::Budget(_) => Some("fewer signature checks for one message".to_owned()),
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::Grammar(error) => error.found(),
            Self::CanonicalizationRefused { found }
            | Self::SignatureAlgorithmUnknown { found }
            | Self::DigestAlgorithmUnknown { found }
            | Self::TransformRefused { found } => Some(quoted_if_empty(found)),
            Self::ReferenceNotParent { found, .. } if found.is_empty() => Some("an empty URI".to_owned()),
            Self::ReferenceNotParent { found, .. } => Some(found.clone()),
            Self::NotInProfile { part } => Some((*part).to_owned()),
            Self::NotBase64 { part } => Some(format!("{part} with other characters")),
            Self::Policy(violation) => violation.found(),
            Self::SignatureValueInvalid { keys_tried } => Some(match keys_tried {
                1 => "one key tried, and it does not fit".to_owned(),
                _ => format!("{keys_tried} keys tried, none fits"),
            }),
            Self::SignatureValueInDer { octets } => Some(format!("DER of two integers, {octets} octets")),
            Self::CrossCheck { dissent: Dissent::Disagrees { finding: what }, .. }
            | Self::CrossCheck { dissent: Dissent::Unable { reason: what }, .. } => Some((*what).to_owned()),
            Self::Canonicalization(error) => error.found(),
            Self::CanonicalOctets(error) => error.found(),
            Self::NoKeyOfThisKind { .. } => Some("keys of other kinds".to_owned()),
            Self::SignedInfoTooLarge { .. } => Some("more".to_owned()),
            Self::ReferenceCount => Some("none, or several".to_owned()),
            Self::DigestMismatch => Some("another digest".to_owned()),
            Self::ParentWithoutId { element, found: Some(found) } => {
                Some(format!("ID=\"{found}\" of {element}"))
            }
            Self::ParentWithoutId { element, found: None } => Some(format!("{element} without an ID")),
            Self::Crypto(error) => Some(error.to_string()),
            Self::Budget(_) => Some("more".to_owned()),
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Policy(violation) => violation.hint(),
            Self::SignatureAlgorithmUnknown { found } => SignatureAlgorithm::instead_of(found),
            Self::SignatureValueInDer { .. } => Some(
                "the certificate may be the right one: have the peer write ECDSA values as XML Signature does, or sign \
                 with RSA (goxmldsig before it was mended, and whatever hands on what a library for X.509 yields)",
            ),
            Self::SignatureValueInvalid { .. } => Some(
                "take the signing certificate from the peer's current metadata: it may have a new key, or another one \
                 for this application",
            ),
            Self::NoKeyOfThisKind { .. } => Some(
                "the pinned certificate is of another kind than the key that signed; take the current metadata",
            ),
            Self::DigestMismatch => Some(
                "the message was changed after it was signed: look for whatever reformats XML or rewrites URLs on its \
                 way",
            ),
            Self::ReferenceNotParent { .. } => Some(
                "treat this as an attack, unless the found URI is empty: then `empty-reference-uri` may be allowed for \
                 this peer",
            ),
            Self::CrossCheck { dissent: Dissent::Disagrees { .. }, .. } => Some(
                "treat this as an attack, and report it: two implementations of XML Signature read one message in two \
                 ways",
            ),
            Self::CrossCheck { dissent: Dissent::Unable { .. }, .. } => Some(
                "have the peer sign with what the other implementation knows, or take the cross-check out of the \
                 peer's policy",
            ),
            Self::Grammar(_)
            | Self::NotInProfile { .. }
            | Self::CanonicalizationRefused { .. }
            | Self::DigestAlgorithmUnknown { .. }
            | Self::NotBase64 { .. }
            | Self::SignedInfoTooLarge { .. }
            | Self::ReferenceCount
            | Self::TransformRefused { .. }
            | Self::ParentWithoutId { .. }
            | Self::Canonicalization(_)
            | Self::CanonicalOctets(_)
            | Self::Crypto(_)
            | Self::Budget(_) => None,
        }
    }
}

/// A URI of the message; an empty one as it is written.
fn quoted_if_empty(found: &str) -> String {
    if found.is_empty() { "\"\"".to_owned() } else { found.to_owned() }
}
