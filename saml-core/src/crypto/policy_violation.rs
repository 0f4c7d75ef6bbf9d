//! Floor 2: what the policy refuses, and which relaxation would allow it.

use super::{ContentCipher, DigestAlgorithm, KeyTransport, SignatureAlgorithm};
use crate::base::danger::Relaxation;
use crate::base::{Coded, VerdictCode};

/// An algorithm or a key that the [`PeerPolicy`](super::PeerPolicy) does not permit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyViolation {
    /// A signature algorithm that has no name here.
    #[error("the signature algorithm is not one that can be permitted")]
    SignatureAlgorithmUnknown {
        /// The identifier in the message.
        uri: String,
    },
    /// A digest algorithm that has no name here.
    #[error("the digest algorithm is not one that can be permitted")]
    DigestAlgorithmUnknown {
        /// The identifier in the message.
        uri: String,
    },
    /// An encryption algorithm that has no name here.
    #[error("the encryption algorithm is not one that can be permitted")]
    EncryptionAlgorithmUnknown {
        /// The identifier in the message.
        uri: String,
    },
    /// A signature algorithm that needs a relaxation.
    #[error("the policy refuses signatures with {algorithm}; the relaxation {allowed_by} would allow them")]
    SignatureAlgorithmRefused {
        /// The algorithm.
        algorithm: SignatureAlgorithm,
        /// The relaxation that is missing.
        allowed_by: Relaxation,
    },
    /// A digest algorithm that needs a relaxation.
    #[error("the policy refuses digests with {algorithm}; the relaxation {allowed_by} would allow them")]
    DigestAlgorithmRefused {
        /// The algorithm.
        algorithm: DigestAlgorithm,
        /// The relaxation that is missing.
        allowed_by: Relaxation,
    },
    /// A content cipher that needs a relaxation.
    #[error("the policy refuses content under {cipher}; the relaxation {allowed_by} would allow it")]
    ContentCipherRefused {
        /// The algorithm.
        cipher: ContentCipher,
        /// The relaxation that is missing.
        allowed_by: Relaxation,
    },
    /// Key transport by RSA PKCS#1 v1.5.
    #[error("the policy refuses session keys under rsa-1_5; the relaxation {allowed_by} would allow them")]
    KeyTransportRefused {
        /// The relaxation that is missing.
        allowed_by: Relaxation,
    },
    /// An RSA key with too few bits.
    #[error("an RSA key of {bits} bits is shorter than {minimum}")]
    KeyTooShort {
        /// Bits of the modulus.
        bits: u32,
        /// The fewest without a relaxation.
        minimum: u32,
        /// The relaxation that is missing. Below 1024 bits there is none.
        allowed_by: Option<Relaxation>,
    },
    /// An RSA key with so many bits that checking with it is a burden.
    #[error("an RSA key of {bits} bits is longer than {maximum}")]
    KeyTooLong {
        /// Bits of the modulus.
        bits: u32,
        /// The most.
        maximum: u32,
    },
}

impl PolicyViolation {
    /// The relaxation that would have allowed it, if any can.
    #[must_use]
    pub const fn allowed_by(&self) -> Option<Relaxation> {
        match self {
            Self::SignatureAlgorithmRefused { allowed_by, .. }
            | Self::DigestAlgorithmRefused { allowed_by, .. }
            | Self::ContentCipherRefused { allowed_by, .. }
            | Self::KeyTransportRefused { allowed_by } => Some(*allowed_by),
            Self::KeyTooShort { allowed_by, .. } => *allowed_by,
            Self::SignatureAlgorithmUnknown { .. }
            | Self::DigestAlgorithmUnknown { .. }
            | Self::EncryptionAlgorithmUnknown { .. }
            | Self::KeyTooLong { .. } => None,
        }
    }
}

impl Coded for PolicyViolation {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::SignatureAlgorithmUnknown { .. } | Self::SignatureAlgorithmRefused { .. } => {
                "signature.algorithm_refused"
            }
            Self::DigestAlgorithmUnknown { .. } | Self::DigestAlgorithmRefused { .. } => {
                "digest.algorithm_refused"
            }
            Self::EncryptionAlgorithmUnknown { .. }
            | Self::ContentCipherRefused { .. }
            | Self::KeyTransportRefused { .. } => "encryption.algorithm_refused",
            Self::KeyTooShort { .. } => "signature.key_too_short",
            Self::KeyTooLong { .. } => "signature.key_too_long",
        })
    }

    fn expected(&self) -> Option<String> {
        Some(match self {
            Self::SignatureAlgorithmUnknown { .. } | Self::SignatureAlgorithmRefused { .. } => {
                "RSA, RSA-PSS or ECDSA with SHA-256 or longer, or Ed25519".to_owned()
            }
            Self::DigestAlgorithmUnknown { .. } | Self::DigestAlgorithmRefused { .. } => {
                "SHA-256, SHA-384 or SHA-512".to_owned()
            }
            Self::EncryptionAlgorithmUnknown { .. } => {
                "AES-GCM, and RSA-OAEP or AES key wrap for its key".to_owned()
            }
            Self::ContentCipherRefused { .. } => "AES-GCM".to_owned(),
            Self::KeyTransportRefused { .. } => "RSA-OAEP or AES key wrap".to_owned(),
            Self::KeyTooShort { minimum, .. } => format!("RSA of at least {minimum} bits"),
            Self::KeyTooLong { maximum, .. } => format!("RSA of at most {maximum} bits"),
        })
    }

    fn found(&self) -> Option<String> {
        Some(match self {
            Self::SignatureAlgorithmUnknown { uri }
            | Self::DigestAlgorithmUnknown { uri }
            | Self::EncryptionAlgorithmUnknown { uri } => uri.clone(),
            Self::SignatureAlgorithmRefused { algorithm, .. } => algorithm.uri().to_owned(),
            Self::DigestAlgorithmRefused { algorithm, .. } => algorithm.uri().to_owned(),
            Self::ContentCipherRefused { cipher, .. } => cipher.uri().to_owned(),
            Self::KeyTransportRefused { .. } => KeyTransport::RSA_1_5.to_owned(),
            Self::KeyTooShort { bits, .. } | Self::KeyTooLong { bits, .. } => format!("RSA of {bits} bits"),
        })
    }

    fn hint(&self) -> Option<&'static str> {
        if let Self::SignatureAlgorithmUnknown { uri } = self {
            return SignatureAlgorithm::instead_of(uri);
        }
        Some(match self.allowed_by()? {
            Relaxation::Sha1 => "have the peer sign with SHA-256; until then `sha1` may be allowed for it",
            Relaxation::Rsa1024 => {
                "have the peer renew its key with 2048 bits or more; until then `rsa-1024` may be allowed for it"
            }
            Relaxation::AesCbc => {
                "have the peer encrypt with AES-GCM; until then `aes-cbc` may be allowed for it"
            }
            Relaxation::TripleDesCbc => {
                "have the peer encrypt with AES-GCM; until then `3des-cbc` may be allowed for it"
            }
            Relaxation::Rsa15 => {
                "have the peer transport keys with RSA-OAEP; until then `rsa-1_5` may be allowed for it"
            }
            Relaxation::Unsolicited
            | Relaxation::EmptyReferenceUri
            | Relaxation::SignaturePosition
            | Relaxation::SubjectWithoutNameId
            | Relaxation::PlainHttp
            | Relaxation::ExpiredMetadata
            | Relaxation::SignatureInRedirect
            | Relaxation::MetadataWithoutEnd => return None,
        })
    }
}
