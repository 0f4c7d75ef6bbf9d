//! A decrypter whose key is in a token.

use saml_core::base::Secret;
use saml_core::crypto::{CryptoError, Decrypter, KeyFamily, KeyTransport, PublicKey, UnsupportedKey};

use crate::mechanism;
use crate::token::TokenKey;

/// Unwraps session keys with one RSA key of a token.
#[derive(Debug)]
pub struct TokenDecrypter(TokenKey);

impl TokenDecrypter {
    /// For an RSA key that may decrypt.
    pub fn new(key: TokenKey) -> Result<Self, CryptoError> {
        match key.public_key().kind().family() {
            KeyFamily::Rsa => Ok(Self(key)),
            KeyFamily::Ec | KeyFamily::Ed25519 => {
                let kind = key.public_key().kind();
                Err(CryptoError::KeyUnsupported { found: UnsupportedKey::NotRsa { kind } })
            }
        }
    }
}

impl Decrypter for TokenDecrypter {
    fn public_key(&self) -> &PublicKey {
        self.0.public_key()
    }

    fn unwrap_key(
        &self,
        transport: &KeyTransport,
        wrapped: &[u8],
        key_octets: usize,
    ) -> Result<Secret, CryptoError> {
        let mechanism = mechanism::of_key_transport(transport).ok_or(CryptoError::OpenFailed)?;
        // Whatever the token has to say stays here: a sender must not learn it.
        let opened = self.0.with(|session, key| session.decrypt(&mechanism, key, wrapped))?;
        let session_key = opened.map_err(|_whatever| CryptoError::OpenFailed)?;
        let session_key = Secret::new(session_key);
        if session_key.expose().len() == key_octets { Ok(session_key) } else { Err(CryptoError::OpenFailed) }
    }
}
