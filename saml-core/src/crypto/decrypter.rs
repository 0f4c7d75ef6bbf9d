//! Floor 2: the trait of those that unwrap session keys.

use super::{CryptoError, KeyTransport, PublicKey};
use crate::base::Secret;

/// Something that unwraps session keys: a key in this process, in an HSM or in a remote service.
pub trait Decrypter: Send + Sync {
    /// The key that senders wrap for.
    fn public_key(&self) -> &PublicKey;

    /// Unwraps a session key of `key_octets` octets, the length that the content cipher wants.
    ///
    /// # Errors
    /// [`CryptoError::OpenFailed`] for whatever is wrong with `wrapped`, without a difference in kind or in time;
    /// [`CryptoError::KeyUnavailable`] for a key elsewhere that can't be used now.
    ///
    /// # Security
    /// If an implementation fails, the content is deciphered with a stand-in key all the same, so that the time doesn't
    /// tell that there was no key. For [`KeyTransport::Rsa15`] an implementation must not fail for wrong padding or a
    /// wrong length inside: it returns a key of `key_octets` octets that looks random and is the same for the same
    /// `wrapped`, and the content then does not open (implicit rejection [RFC 5246 §7.4.7.1]). Otherwise it is an
    /// oracle that decrypts, and signs, for anyone who asks often enough.
    fn unwrap_key(
        &self,
        transport: &KeyTransport,
        wrapped: &[u8],
        key_octets: usize,
    ) -> Result<Secret, CryptoError>;
}
