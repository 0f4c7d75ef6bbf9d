//! Why a capsule can't be read.

use saml_core::crypto::CryptoError;
use saml_core::trust::NoPeerKeys;

use crate::forge::ForgeError;

/// Why a decision can't be taken, recorded or taken again: a fault of the setting, never of the message.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CapsuleError {
    /// A field that says nothing usable.
    #[error("{field} can't be used")]
    Field {
        /// Which.
        field: &'static str,
    },
    /// A certificate of the peer.
    #[error("a certificate of the peer can't be used")]
    Certificate(#[source] CryptoError),
    /// A private key of ours.
    #[error("a private key can't be used")]
    Key(#[source] CryptoError),
    /// The peer's keys.
    #[error("the peer's keys can't be used")]
    PeerKeys(#[from] NoPeerKeys),
    /// Not a capsule.
    #[error("not a capsule")]
    Json(#[from] serde_json::Error),
    /// A capsule of another kind than this version reads.
    #[error("a capsule of version {found}, which this program can't read")]
    Version {
        /// What it is.
        found: u32,
    },
    /// The octets hold no message.
    #[error("the octets hold no SAML message")]
    NotAMessage,
    /// Redaction would change the verdict.
    #[error("the verdict depends on the values that were to be redacted; make the capsule without redaction")]
    NotRedactable,
    /// A redacted message can't be written or signed.
    #[error("a redacted message can't be made")]
    Redaction(#[from] Box<ForgeError>),
}
