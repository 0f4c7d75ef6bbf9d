//! Floor 4: why something encrypted stays closed.

use super::PlaintextFault;
use crate::base::{BudgetSpent, Coded, VerdictCode};
use crate::crypto::{KeyWrap, PolicyViolation};
use crate::xml::SchemaError;

/// Why something encrypted is not opened.
///
/// [`OpenFailed`](Self::OpenFailed) is one value without detail for everything that depends on a private key, or on a
/// plaintext that anybody may have changed. [`ContentRefused`](Self::ContentRefused) says more, but only about an
/// authentic plaintext. Its sender knows the session key, and so learns nothing from the error. All others follow from
/// what anyone can see of the message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// An element of XML Encryption that does not follow its schema.
    #[error("an encrypted element does not follow its schema")]
    Grammar(#[source] Box<SchemaError>),
    /// Something that XML Encryption knows and the profile does not.
    #[error("an encrypted element holds what the profile does not know")]
    NotInProfile {
        /// What.
        part: &'static str,
    },
    /// A text that is not Base64.
    #[error("{part} is not Base64")]
    NotBase64 {
        /// Which element.
        part: &'static str,
    },
    /// More wrapped keys than are tried.
    #[error("an encrypted element carries {found} keys, more than are tried")]
    TooManyKeys {
        /// How many there are.
        found: usize,
    },
    /// The message asks for too many tries.
    #[error("too many decryptions for one message")]
    Budget(#[source] BudgetSpent),
    /// An algorithm that the policy refuses.
    #[error("the policy refuses an algorithm of the encryption")]
    Policy(#[source] PolicyViolation),
    /// We have no key, or the message carries none that is wrapped for anybody.
    #[error("there is no key to decrypt with")]
    NoKey,
    /// The session key is wrapped under a shared key, and none of that length is shared with the peer.
    #[error("there is no shared key for {wrap}")]
    NoSharedKey {
        /// How it is wrapped.
        wrap: KeyWrap,
    },
    /// A key of ours opened it and the tag of an authenticated cipher holds, but what came out is not the one element
    /// that belongs there [XMLEnc §4.4].
    #[error("what was encrypted is not one element")]
    ContentRefused {
        /// Local name of the element that belongs there.
        expected: &'static str,
        /// What came out.
        #[source]
        fault: PlaintextFault,
    },
    /// The ciphertext did not open. Or the cipher has no tag, and the plaintext is not the one element that belongs
    /// there.
    #[error("none of our keys opens it")]
    OpenFailed {
        /// How many keys of ours there are, those that we share with the peer included.
        own_keys: usize,
    },
}

impl From<SchemaError> for EncryptionError {
    fn from(error: SchemaError) -> Self {
        Self::Grammar(Box::new(error))
    }
}

impl Coded for EncryptionError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::Grammar(_) | Self::NotInProfile { .. } | Self::NotBase64 { .. } => "encryption.malformed",
            Self::TooManyKeys { .. } | Self::Budget(_) => "encryption.too_many_keys",
            Self::Policy(violation) => return violation.code(),
            Self::NoKey | Self::NoSharedKey { .. } => "decryption.no_key",
            Self::ContentRefused { .. } => "decryption.content_refused",
            Self::OpenFailed { .. } => "decryption.failed",
        })
    }

    fn expected(&self) -> Option<String> {
        match self {
            Self::Grammar(error) => error.expected(),
            Self::Policy(violation) => violation.expected(),
            Self::NoKey => Some("a decryption key of ours, and a key wrapped for it".to_owned()),
            Self::NoSharedKey { wrap } => {
                Some(format!("a key of {} octets that is shared with the peer", wrap.key_octets()))
            }
            Self::ContentRefused { expected, .. } => {
                Some(format!("one element {expected}, and nothing else"))
            }
            Self::OpenFailed { .. } => Some("one element, encrypted to a key of ours".to_owned()),
            Self::NotInProfile { .. } => {
                Some("what the profile of XML Encryption has a place for".to_owned())
            }
            Self::NotBase64 { .. } => Some("Base64".to_owned()),
            Self::TooManyKeys { .. } => Some("fewer wrapped keys".to_owned()),
            Self::Budget(_) => Some("fewer decryptions for one message".to_owned()),
        }
    }

    fn found(&self) -> Option<String> {
        match self {
            Self::Grammar(error) => error.found(),
            Self::NotInProfile { part } => Some((*part).to_owned()),
            Self::NotBase64 { part } => Some(format!("{part} with other characters")),
            Self::TooManyKeys { found } => Some(format!("{found} wrapped keys")),
            Self::Policy(violation) => violation.found(),
            Self::NoSharedKey { wrap } => Some(wrap.uri().to_owned()),
            Self::ContentRefused { fault, .. } => Some(fault.found()),
            Self::OpenFailed { own_keys } => Some(match own_keys {
                1 => "one key of ours, and it does not open it".to_owned(),
                _ => format!("{own_keys} keys of ours, none opens it"),
            }),
            Self::Budget(_) => Some("more".to_owned()),
            Self::NoKey => Some("one of the two is missing".to_owned()),
        }
    }

    fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Policy(violation) => violation.hint(),
            Self::NoKey => Some(
                "configure the private key of the certificate in our metadata, or the key that is shared with the \
                 peer, or have the peer send in clear",
            ),
            Self::NoSharedKey { .. } => Some(
                "configure the key that is shared with this peer, or have the peer encrypt to the certificate in our \
                 metadata",
            ),
            Self::ContentRefused { .. } => Some(
                "the key is the right one, and nothing was changed on the way: have the peer encrypt the element alone, as \
                 it stands in the message",
            ),
            Self::OpenFailed { .. } => Some(
                "have the peer encrypt to the certificate in our current metadata, or under the key that is shared \
                 with it; of several nodes, each needs the same keys",
            ),
            Self::Grammar(_)
            | Self::NotInProfile { .. }
            | Self::NotBase64 { .. }
            | Self::TooManyKeys { .. }
            | Self::Budget(_) => None,
        }
    }
}
