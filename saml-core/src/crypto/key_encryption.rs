//! Floor 2: how a session key is encrypted, under whichever kind of key.

use std::fmt;

use super::{KeyTransport, KeyWrap};

/// The algorithm of an `xenc:EncryptedKey`: under a public key, or under a shared one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyEncryption {
    /// Key transport, under the public key of the recipient [XML-Enc §5.5].
    Transport(KeyTransport),
    /// Symmetric key wrap, under a key that both sides have [XML-Enc §5.6].
    Wrap(KeyWrap),
}

impl KeyEncryption {
    /// Whether a changed ciphertext unwraps to no key: all but RSA PKCS#1 v1.5.
    pub(crate) const fn is_authenticated(&self) -> bool {
        match self {
            Self::Transport(KeyTransport::RsaOaepMgf1p { .. } | KeyTransport::RsaOaep { .. })
            | Self::Wrap(_) => true,
            Self::Transport(KeyTransport::Rsa15) => false,
        }
    }
}

impl From<KeyTransport> for KeyEncryption {
    fn from(transport: KeyTransport) -> Self {
        Self::Transport(transport)
    }
}

impl From<KeyWrap> for KeyEncryption {
    fn from(wrap: KeyWrap) -> Self {
        Self::Wrap(wrap)
    }
}

impl fmt::Display for KeyEncryption {
    /// The name people use: `rsa-oaep-mgf1p (sha1)`, `kw-aes256`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transport(transport) => transport.fmt(f),
            Self::Wrap(wrap) => wrap.fmt(f),
        }
    }
}
