//! Floor 2: a key that two parties have, and nobody else.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{CryptoError, KeyName, KeyWrap};
use crate::base::Secret;

/// A key that is shared with one peer, under which session keys travel by AES key wrap [XML-Enc §5.6.2].
///
/// Both sides can wrap and unwrap with it: what opens under it comes from the peer or from ourselves, and is not
/// signed for that. Metadata can't carry it, so it is configured on both sides. Its length decides the algorithm.
///
/// # Security
/// Nothing derived from the octets is ever shown, not even a digest: a key out of a password could be guessed from it.
#[derive(Clone, PartialEq, Eq)]
pub struct SharedKey {
    secret: Secret,
    algorithm: KeyWrap,
    name: Option<KeyName>,
}

impl SharedKey {
    /// A key without a name.
    ///
    /// # Errors
    /// [`CryptoError::SharedKeyLength`]: not 16, 24 or 32 octets.
    pub fn new(secret: Secret) -> Result<Self, CryptoError> {
        let octets = secret.expose().len();
        let algorithm = KeyWrap::ALL.into_iter().find(|wrap| wrap.key_octets() == octets);
        let algorithm = algorithm.ok_or(CryptoError::SharedKeyLength { octets })?;
        Ok(Self { secret, algorithm, name: None })
    }

    /// A key without a name, from the text of a file: hexadecimal digits or Base64, white space around it left aside.
    ///
    /// A text of hexadecimal digits of the right number is read as hexadecimal. A Base64 text doesn't look like that by
    /// chance. Octets as they are can't be told from text and are not taken.
    ///
    /// # Errors
    /// [`CryptoError::SharedKeyMalformed`]: neither; [`CryptoError::SharedKeyLength`].
    pub fn from_text(text: &str) -> Result<Self, CryptoError> {
        let text = text.trim();
        let mut octets = match from_hexadecimal(text) {
            Some(octets) => octets,
            None => Zeroizing::new(STANDARD.decode(text).map_err(|_| CryptoError::SharedKeyMalformed)?),
        };
        Self::new(Secret::new(std::mem::take(&mut *octets)))
    }

    /// The same key with a name, which is written beside the session keys that it wraps.
    #[must_use]
    pub fn named(self, name: KeyName) -> Self {
        Self { name: Some(name), ..self }
    }

    /// What both sides call it.
    #[must_use]
    pub const fn name(&self) -> Option<&KeyName> {
        self.name.as_ref()
    }

    /// The one algorithm for keys of its length.
    #[must_use]
    pub const fn algorithm(&self) -> KeyWrap {
        self.algorithm
    }

    /// Wraps `session_key` by [`SharedKey::algorithm`].
    ///
    /// # Errors
    /// As [`KeyWrap::wrap_key`].
    pub fn wrap_key(&self, session_key: &Secret) -> Result<Vec<u8>, CryptoError> {
        self.algorithm.wrap_key(&self.secret, session_key)
    }

    /// Unwraps a session key of `key_octets` octets, the length that the content cipher wants.
    ///
    /// # Errors
    /// [`CryptoError::OpenFailed`], whatever the cause.
    pub fn unwrap_key(&self, wrapped: &[u8], key_octets: usize) -> Result<Secret, CryptoError> {
        self.algorithm.unwrap_key(&self.secret, wrapped, key_octets)
    }

    /// Whether both have the same octets, whatever they are called.
    pub(crate) fn is_same_secret(&self, other: &Self) -> bool {
        self.secret == other.secret
    }
}

/// `None` if there is anything but pairs of digits.
fn from_hexadecimal(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len()));
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    for [high, low] in pairs {
        let digit = |octet: u8| char::from(octet).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        octets.push((digit(*high)? << 4) | digit(*low)?);
    }
    rest.is_empty().then_some(octets)
}

impl fmt::Debug for SharedKey {
    /// Its algorithm and its name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedKey").field("algorithm", &self.algorithm).field("name", &self.name).finish()
    }
}
