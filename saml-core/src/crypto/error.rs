//! Floor 2: the errors of keys and algorithms.

use openssl::error::ErrorStack;

use super::{KeyKind, SignatureAlgorithm, UnsupportedKey};
use crate::base::{Coded, RandomUnavailable, VerdictCode};

/// A cryptographic operation that did not come to its end.
///
/// What depends on secret or peer-supplied octets ([`SignatureInvalid`](Self::SignatureInvalid),
/// [`OpenFailed`](Self::OpenFailed)) is one value without detail, so that nothing can be learnt from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CryptoError {
    /// The signature does not verify, for whichever reason.
    #[error("the signature is not valid")]
    SignatureInvalid,
    /// The digest differs from the one claimed.
    #[error("the digest does not match")]
    DigestMismatch,
    /// The ciphertext does not open, for whichever reason.
    #[error("the ciphertext can't be opened")]
    OpenFailed,
    /// The algorithm belongs to another kind of key; nothing was computed.
    #[error("the signature algorithm does not fit the kind of key")]
    KeyAlgorithmMismatch {
        /// The key at hand.
        key: KeyKind,
        /// The algorithm that was asked for.
        algorithm: SignatureAlgorithm,
    },
    /// Not a certificate in strict DER, in any of the tolerated wrappings.
    #[error("not an X.509 certificate")]
    CertificateMalformed,
    /// More than one certificate, but one was asked for.
    #[error("more than one certificate in the text")]
    CertificateAmbiguous,
    /// Not a key in any of the accepted encodings, or one that no honest generator makes.
    #[error("not a usable key")]
    KeyMalformed,
    /// A kind of key that takes no part here: DSA, Ed448, an unnamed or another curve.
    #[error("a key of this kind is not supported: {found}; {}", .found.instead())]
    KeyUnsupported {
        /// What it is.
        found: UnsupportedKey,
    },
    /// The key is encrypted and no passphrase was given.
    #[error("the key is encrypted and needs a passphrase")]
    PassphraseRequired,
    /// The key does not open with this passphrase, or is damaged.
    #[error("the key does not open with this passphrase")]
    PassphraseWrong,
    /// The certificate is about another key.
    #[error("the certificate does not belong to the private key")]
    CertificateKeyMismatch,
    /// The algorithm is kept for reading old messages and never writes new ones.
    #[error("this algorithm is for reading only")]
    ReadOnlyAlgorithm,
    /// A key, an initialisation vector or a text of a length that the algorithm does not have.
    #[error("an input has the wrong length for the algorithm")]
    LengthMismatch,
    /// Not the text of a shared key.
    #[error("a shared key is written in hexadecimal digits or in Base64, and in nothing else")]
    SharedKeyMalformed,
    /// A shared key of a length that AES does not have.
    #[error("a shared key has 16, 24 or 32 octets, and this one has {octets}")]
    SharedKeyLength {
        /// How many it has.
        octets: usize,
    },
    /// A key outside this process can't be used now: the device, the service or the way to it failed.
    #[error("the key is not available")]
    KeyUnavailable,
    /// No random octets.
    #[error(transparent)]
    RandomUnavailable(#[from] RandomUnavailable),
    /// OpenSSL refused where no input explains it: out of memory, or an algorithm its build lacks.
    #[error("the cryptographic library failed")]
    LibraryFailed,
}

impl From<ErrorStack> for CryptoError {
    /// The stack is already drained into the value, which says too much to be kept.
    fn from(_: ErrorStack) -> Self {
        Self::LibraryFailed
    }
}

impl Coded for CryptoError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new(match self {
            Self::SignatureInvalid => "signature.invalid",
            Self::DigestMismatch => "digest.mismatch",
            Self::OpenFailed => "encryption.open_failed",
            Self::KeyAlgorithmMismatch { .. } => "signature.key_algorithm_mismatch",
            Self::CertificateMalformed => "certificate.malformed",
            Self::CertificateAmbiguous => "certificate.ambiguous",
            Self::KeyMalformed | Self::SharedKeyMalformed => "key.malformed",
            Self::KeyUnsupported { .. } => "key.unsupported",
            Self::PassphraseRequired => "key.passphrase_required",
            Self::PassphraseWrong => "key.passphrase_wrong",
            Self::CertificateKeyMismatch => "certificate.key_mismatch",
            Self::KeyUnavailable => "key.unavailable",
            Self::ReadOnlyAlgorithm => "crypto.read_only_algorithm",
            Self::LengthMismatch | Self::SharedKeyLength { .. } => "crypto.length_mismatch",
            Self::RandomUnavailable(_) => "crypto.random_unavailable",
            Self::LibraryFailed => "crypto.library_failed",
        })
    }

    fn expected(&self) -> Option<String> {
        let expected = match self {
            Self::KeyAlgorithmMismatch { key, .. } => return Some(format!("an algorithm for {key}")),
            Self::SignatureInvalid => "a signature by this key",
            Self::DigestMismatch => "the digest that was claimed",
            Self::OpenFailed => "a ciphertext under this key",
            Self::CertificateMalformed => "an X.509 certificate, in DER, PEM or Base64",
            Self::CertificateAmbiguous => "one certificate",
            Self::KeyMalformed => "a key in PEM or DER, as an honest generator makes it",
            Self::KeyUnsupported { .. } => "RSA, EC on P-256, P-384 or P-521, or Ed25519",
            Self::PassphraseRequired | Self::PassphraseWrong => "the passphrase of the key",
            Self::CertificateKeyMismatch => "the certificate of the private key",
            Self::ReadOnlyAlgorithm => "an algorithm that may sign",
            Self::LengthMismatch => "the length that the algorithm has",
            Self::SharedKeyMalformed => "hexadecimal digits or Base64",
            Self::SharedKeyLength { .. } => "16, 24 or 32 octets",
            Self::KeyUnavailable => "an answer from where the key is",
            Self::RandomUnavailable(_) => "random octets",
            Self::LibraryFailed => "a result from OpenSSL",
        };
        Some(expected.to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(match self {
            Self::KeyAlgorithmMismatch { algorithm, .. } => algorithm.uri().to_owned(),
            Self::SharedKeyLength { octets } => format!("{octets} octets"),
            Self::KeyUnsupported { found } => found.to_string(),
            Self::SignatureInvalid
            | Self::DigestMismatch
            | Self::OpenFailed
            | Self::CertificateMalformed
            | Self::CertificateAmbiguous
            | Self::KeyMalformed
            | Self::PassphraseRequired
            | Self::PassphraseWrong
            | Self::CertificateKeyMismatch
            | Self::ReadOnlyAlgorithm
            | Self::LengthMismatch
            | Self::SharedKeyMalformed
            | Self::KeyUnavailable
            | Self::RandomUnavailable(_)
            | Self::LibraryFailed => self.to_string(),
        })
    }

    fn hint(&self) -> Option<&'static str> {
        if let Self::KeyUnsupported { found } = self { Some(found.instead()) } else { None }
    }
}

/// Empties this thread's OpenSSL error queue, so that no later call reads an earlier failure as its own.
pub(super) fn drain_openssl_errors() {
    while openssl::error::Error::get().is_some() {}
}
