//! Floor 2: which algorithms and keys are good enough.

use std::sync::Arc;

use super::{
    ContentCipher, Curve, DigestAlgorithm, KeyEncryption, KeyKind, KeyTransport, KeyWrap, PolicyViolation,
    PublicKey, SecondOpinion, SignatureAlgorithm,
};
use crate::base::danger::{Relaxation, Relaxations};

/// The algorithms and keys that one peer may use for signatures, digests and encryption. Denies by default.
///
/// Without relaxations: SHA-256 or longer, RSA of 2048 to 8192 bits, ECDSA on P-256, P-384 and P-521, Ed25519,
/// AES-GCM, RSA-OAEP with any digest, AES key wrap. Every check returns the relaxations that it needed, which belong in
/// the verdict, or says which one would have been needed. Upper bounds hold whatever is granted: they limit work, not strength.
///
/// Granting relaxations is done with [`PeerPolicy::relaxed`]; what each costs is said in [`danger`](crate::base::danger).
#[derive(Clone, Debug, Default)]
pub struct PeerPolicy {
    granted: Relaxations,
    second_opinion: Option<Arc<dyn SecondOpinion>>,
}

impl PeerPolicy {
    /// The longest RSA modulus, in bits.
    pub const MAX_RSA_BITS: u32 = 8192;
    /// The shortest RSA modulus without a relaxation, in bits.
    pub const MIN_RSA_BITS: u32 = 2048;
    /// The shortest RSA modulus with [`Relaxation::Rsa1024`], in bits.
    pub const MIN_RELAXED_RSA_BITS: u32 = 1024;

    /// The policy with concessions.
    ///
    /// # Security
    /// See [`danger`](crate::base::danger): each relaxation gives an attacker something.
    #[must_use]
    pub const fn relaxed(granted: Relaxations) -> Self {
        Self { granted, second_opinion: None }
    }

    /// The policy with a cross-check: whatever verifies here must verify there too, or it is refused.
    ///
    /// The argument is the implementation itself, so that a cross-check can't be configured without one.
    #[must_use]
    pub fn cross_checked_by(self, other: Arc<dyn SecondOpinion>) -> Self {
        Self { second_opinion: Some(other), ..self }
    }

    /// The other implementation that must agree, if the policy asks for one.
    #[must_use]
    pub fn second_opinion(&self) -> Option<&dyn SecondOpinion> {
        self.second_opinion.as_deref()
    }

    /// What is granted.
    #[must_use]
    pub const fn granted(&self) -> Relaxations {
        self.granted
    }

    /// The signature algorithm that a message names.
    ///
    /// # Errors
    /// [`PolicyViolation::SignatureAlgorithmUnknown`].
    pub fn signature_algorithm(&self, uri: &str) -> Result<SignatureAlgorithm, PolicyViolation> {
        SignatureAlgorithm::from_uri(uri)
            .ok_or_else(|| PolicyViolation::SignatureAlgorithmUnknown { uri: uri.to_owned() })
    }

    /// The digest algorithm that a message names.
    ///
    /// # Errors
    /// [`PolicyViolation::DigestAlgorithmUnknown`].
    pub fn digest_algorithm(&self, uri: &str) -> Result<DigestAlgorithm, PolicyViolation> {
        DigestAlgorithm::from_uri(uri)
            .ok_or_else(|| PolicyViolation::DigestAlgorithmUnknown { uri: uri.to_owned() })
    }

    /// The content cipher that a message names.
    ///
    /// # Errors
    /// [`PolicyViolation::EncryptionAlgorithmUnknown`].
    pub fn content_cipher(&self, uri: &str) -> Result<ContentCipher, PolicyViolation> {
        ContentCipher::from_uri(uri)
            .ok_or_else(|| PolicyViolation::EncryptionAlgorithmUnknown { uri: uri.to_owned() })
    }

    /// Whether signatures with `algorithm` and `key` count, and what that takes.
    ///
    /// Does not ask whether the two fit each other: [`verify_signature`](super::verify_signature) does.
    ///
    /// # Errors
    /// [`PolicyViolation::SignatureAlgorithmRefused`], [`PolicyViolation::KeyTooShort`],
    /// [`PolicyViolation::KeyTooLong`].
    pub fn check_signature(
        &self,
        algorithm: SignatureAlgorithm,
        key: &PublicKey,
    ) -> Result<Relaxations, PolicyViolation> {
        let for_algorithm = match algorithm {
            SignatureAlgorithm::RsaSha1 => self.need(Relaxation::Sha1).map_err(|needed| {
                PolicyViolation::SignatureAlgorithmRefused { algorithm, allowed_by: needed }
            })?,
            SignatureAlgorithm::RsaSha256
            | SignatureAlgorithm::RsaSha384
            | SignatureAlgorithm::RsaSha512
            | SignatureAlgorithm::RsaPssSha256
            | SignatureAlgorithm::RsaPssSha384
            | SignatureAlgorithm::RsaPssSha512
            | SignatureAlgorithm::EcdsaSha256
            | SignatureAlgorithm::EcdsaSha384
            | SignatureAlgorithm::EcdsaSha512
            | SignatureAlgorithm::Ed25519 => Relaxations::NONE,
        };
        Ok(for_algorithm.union(self.check_key(key)?))
    }

    /// Whether `key` is long enough to verify with or to encrypt to, and what that takes.
    ///
    /// # Errors
    /// [`PolicyViolation::KeyTooShort`], [`PolicyViolation::KeyTooLong`].
    pub fn check_key(&self, key: &PublicKey) -> Result<Relaxations, PolicyViolation> {
        match key.kind() {
            KeyKind::Rsa { bits } => self.check_rsa(bits),
            KeyKind::Ec { curve: Curve::P256 | Curve::P384 | Curve::P521 } | KeyKind::Ed25519 => {
                Ok(Relaxations::NONE)
            }
        }
    }

    fn check_rsa(&self, bits: u32) -> Result<Relaxations, PolicyViolation> {
        if bits > Self::MAX_RSA_BITS {
            return Err(PolicyViolation::KeyTooLong { bits, maximum: Self::MAX_RSA_BITS });
        }
        if bits >= Self::MIN_RSA_BITS {
            return Ok(Relaxations::NONE);
        }
        if bits < Self::MIN_RELAXED_RSA_BITS {
            return Err(PolicyViolation::KeyTooShort { bits, minimum: Self::MIN_RSA_BITS, allowed_by: None });
        }
        self.need(Relaxation::Rsa1024).map_err(|needed| PolicyViolation::KeyTooShort {
            bits,
            minimum: Self::MIN_RSA_BITS,
            allowed_by: Some(needed),
        })
    }

    /// Whether digests with `algorithm` count, and what that takes.
    ///
    /// # Errors
    /// [`PolicyViolation::DigestAlgorithmRefused`].
    pub fn check_digest(&self, algorithm: DigestAlgorithm) -> Result<Relaxations, PolicyViolation> {
        match algorithm {
            DigestAlgorithm::Sha1 => self
                .need(Relaxation::Sha1)
                .map_err(|needed| PolicyViolation::DigestAlgorithmRefused { algorithm, allowed_by: needed }),
            DigestAlgorithm::Sha256 | DigestAlgorithm::Sha384 | DigestAlgorithm::Sha512 => {
                Ok(Relaxations::NONE)
            }
        }
    }

    /// Whether content encrypted with `cipher` is opened, and what that takes.
    ///
    /// # Errors
    /// [`PolicyViolation::ContentCipherRefused`].
    pub fn check_content_cipher(&self, cipher: ContentCipher) -> Result<Relaxations, PolicyViolation> {
        let needed = match cipher {
            ContentCipher::Aes128Gcm | ContentCipher::Aes192Gcm | ContentCipher::Aes256Gcm => {
                return Ok(Relaxations::NONE);
            }
            ContentCipher::Aes128Cbc | ContentCipher::Aes192Cbc | ContentCipher::Aes256Cbc => {
                Relaxation::AesCbc
            }
            ContentCipher::TripleDesCbc => Relaxation::TripleDesCbc,
        };
        self.need(needed)
            .map_err(|needed| PolicyViolation::ContentCipherRefused { cipher, allowed_by: needed })
    }

    /// Whether session keys that came by `transport` are unwrapped, and what that takes.
    ///
    /// Both digests of OAEP may be SHA-1 without a relaxation: OAEP does not rest on collisions, and most peers can do
    /// nothing else.
    ///
    /// # Errors
    /// [`PolicyViolation::KeyTransportRefused`].
    pub fn check_key_transport(&self, transport: &KeyTransport) -> Result<Relaxations, PolicyViolation> {
        match transport {
            KeyTransport::RsaOaepMgf1p { .. } | KeyTransport::RsaOaep { .. } => Ok(Relaxations::NONE),
            KeyTransport::Rsa15 => self
                .need(Relaxation::Rsa15)
                .map_err(|needed| PolicyViolation::KeyTransportRefused { allowed_by: needed }),
        }
    }

    /// Whether session keys that came by `encryption` are unwrapped, and what that takes.
    ///
    /// AES key wrap needs nothing: it is authenticated, and sound at each of its lengths [RFC 3394].
    ///
    /// # Errors
    /// As [`PeerPolicy::check_key_transport`].
    pub fn check_key_encryption(&self, encryption: &KeyEncryption) -> Result<Relaxations, PolicyViolation> {
        match encryption {
            KeyEncryption::Transport(transport) => self.check_key_transport(transport),
            KeyEncryption::Wrap(KeyWrap::Aes128 | KeyWrap::Aes192 | KeyWrap::Aes256) => Ok(Relaxations::NONE),
        }
    }

    fn need(&self, relaxation: Relaxation) -> Result<Relaxations, Relaxation> {
        if self.granted.contains(relaxation) { Ok(relaxation.into()) } else { Err(relaxation) }
    }
}
