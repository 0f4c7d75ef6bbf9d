//! Floor 2: how a session key travels under a public key.

use std::fmt;

use openssl::pkey_ctx::{PkeyCtx, PkeyCtxRef};
use openssl::rsa::Padding;

use super::{CryptoError, DigestAlgorithm, KeyFamily, PublicKey, UnsupportedKey};
use crate::base::Secret;

/// A key transport algorithm of `xenc:EncryptedKey` with its parameters [XML-Enc §5.5].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyTransport {
    /// RSA-OAEP in its first form: MGF1 always with SHA-1 [XML-Enc §5.5.2].
    RsaOaepMgf1p {
        /// `ds:DigestMethod`; absent in a message, it is SHA-1.
        digest: DigestAlgorithm,
        /// `xenc:OAEPparams`; absent, it is empty.
        label: Vec<u8>,
    },
    /// RSA-OAEP of XML Encryption 1.1, with both digests to choose.
    RsaOaep {
        /// `ds:DigestMethod`; absent in a message, it is SHA-1.
        digest: DigestAlgorithm,
        /// `xenc11:MGF`; absent, it is SHA-1.
        mask: DigestAlgorithm,
        /// `xenc:OAEPparams`; absent, it is empty.
        label: Vec<u8>,
    },
    /// RSA PKCS#1 v1.5 [XML-Enc §5.5.1]: unwrapped under a relaxation, never wrapped.
    Rsa15,
}

impl KeyTransport {
    /// `http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p`.
    pub const RSA_OAEP_MGF1P: &'static str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
    /// `http://www.w3.org/2009/xmlenc11#rsa-oaep`.
    pub const RSA_OAEP: &'static str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
    /// `http://www.w3.org/2001/04/xmlenc#rsa-1_5`.
    pub const RSA_1_5: &'static str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";

    /// RSA-OAEP as every peer reads it: the first form, SHA-1 for both digests, no label.
    ///
    /// SHA-1 is sound here: OAEP does not rest on collisions. [SDP-G §2] asks for it for the sake of old peers.
    #[must_use]
    pub const fn oaep_for_any_peer() -> Self {
        Self::RsaOaepMgf1p { digest: DigestAlgorithm::Sha1, label: Vec::new() }
    }

    /// The identifier in messages.
    #[must_use]
    pub const fn uri(&self) -> &'static str {
        match self {
            Self::RsaOaepMgf1p { .. } => Self::RSA_OAEP_MGF1P,
            Self::RsaOaep { .. } => Self::RSA_OAEP,
            Self::Rsa15 => Self::RSA_1_5,
        }
    }

    /// Wraps `session_key` for the owner of `recipient`.
    ///
    /// Does not ask the [`PeerPolicy`](super::PeerPolicy) whether `recipient` is long enough. The seed of OAEP
    /// is drawn by OpenSSL from its own generator: it takes none from outside.
    ///
    /// # Errors
    /// [`CryptoError::ReadOnlyAlgorithm`] for RSA PKCS#1 v1.5, [`CryptoError::KeyUnsupported`] for a key that is not
    /// RSA, [`CryptoError::LibraryFailed`] also where the key is too short for the digest.
    pub fn wrap_key(&self, recipient: &PublicKey, session_key: &Secret) -> Result<Vec<u8>, CryptoError> {
        if recipient.kind().family() != KeyFamily::Rsa {
            return Err(CryptoError::KeyUnsupported {
                found: UnsupportedKey::NotRsa { kind: recipient.kind() },
            });
        }
        let oaep = self.oaep().ok_or(CryptoError::ReadOnlyAlgorithm)?;
        let mut context = PkeyCtx::new(recipient.openssl())?;
        context.encrypt_init()?;
        oaep.configure(&mut context)?;
        let mut wrapped = Vec::new();
        context.encrypt_to_vec(session_key.expose(), &mut wrapped)?;
        Ok(wrapped)
    }

    /// The parameters of OAEP, if it is that.
    pub(super) fn oaep(&self) -> Option<OaepParameters<'_>> {
        match self {
            Self::RsaOaepMgf1p { digest, label } => {
                Some(OaepParameters { digest: *digest, mask: DigestAlgorithm::Sha1, label })
            }
            Self::RsaOaep { digest, mask, label } => {
                Some(OaepParameters { digest: *digest, mask: *mask, label })
            }
            Self::Rsa15 => None,
        }
    }

    /// The digest that an `xenc11:MGF` identifier stands for.
    #[must_use]
    pub fn mask_from_uri(uri: &str) -> Option<DigestAlgorithm> {
        DigestAlgorithm::ALL.into_iter().find(|digest| Self::mask_uri(*digest) == uri)
    }

    /// The `xenc11:MGF` identifier of MGF1 with `digest`.
    #[must_use]
    pub const fn mask_uri(digest: DigestAlgorithm) -> &'static str {
        match digest {
            DigestAlgorithm::Sha1 => "http://www.w3.org/2009/xmlenc11#mgf1sha1",
            DigestAlgorithm::Sha256 => "http://www.w3.org/2009/xmlenc11#mgf1sha256",
            DigestAlgorithm::Sha384 => "http://www.w3.org/2009/xmlenc11#mgf1sha384",
            DigestAlgorithm::Sha512 => "http://www.w3.org/2009/xmlenc11#mgf1sha512",
        }
    }
}

impl fmt::Display for KeyTransport {
    /// The name people use: `rsa-oaep-mgf1p`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RsaOaepMgf1p { digest, .. } => write!(f, "rsa-oaep-mgf1p ({digest})"),
            Self::RsaOaep { digest, mask, .. } => write!(f, "rsa-oaep ({digest}, mgf1 {mask})"),
            Self::Rsa15 => f.write_str("rsa-1_5"),
        }
    }
}

/// The parameters of OAEP in either form [RFC 8017 §7.1].
pub(super) struct OaepParameters<'a> {
    digest: DigestAlgorithm,
    mask: DigestAlgorithm,
    label: &'a [u8],
}

impl OaepParameters<'_> {
    pub(super) fn configure<T>(&self, context: &mut PkeyCtxRef<T>) -> Result<(), CryptoError> {
        context.set_rsa_padding(Padding::PKCS1_OAEP)?;
        context.set_rsa_oaep_md(self.digest.md()?)?;
        context.set_rsa_mgf1_md(self.mask.md()?)?;
        if !self.label.is_empty() {
            i32::try_from(self.label.len()).map_err(|_| CryptoError::LengthMismatch)?;
            context.set_rsa_oaep_label(self.label)?;
        }
        Ok(())
    }
}
