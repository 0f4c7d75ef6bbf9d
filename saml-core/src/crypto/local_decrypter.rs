//! Floor 2: the decrypter whose key is in this process.

use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use zeroize::Zeroizing;

use super::error::drain_openssl_errors;
use super::implicit_rejection::RejectionSecret;
use super::key_transport::OaepParameters;
use super::{CryptoError, Decrypter, KeyKind, KeyTransport, PrivateKey, PublicKey, UnsupportedKey};
use crate::base::Secret;

/// Unwraps session keys with an RSA [`PrivateKey`] in memory.
#[derive(Clone, Debug)]
pub struct LocalDecrypter {
    key: PrivateKey,
    modulus_octets: usize,
    rejection: RejectionSecret,
}

impl LocalDecrypter {
    /// A decrypter for session keys that were wrapped under `key`.
    ///
    /// # Errors
    /// [`CryptoError::KeyUnsupported`] for a key that is not RSA, [`CryptoError::LibraryFailed`].
    pub fn new(key: PrivateKey) -> Result<Self, CryptoError> {
        let unsupported =
            || CryptoError::KeyUnsupported { found: UnsupportedKey::NotRsa { kind: key.kind() } };
        let KeyKind::Rsa { bits } = key.kind() else { return Err(unsupported()) };
        let modulus_octets = usize::try_from(bits.div_ceil(8)).map_err(|_| unsupported())?;
        let rejection = RejectionSecret::derive(&key, modulus_octets)?;
        Ok(Self { key, modulus_octets, rejection })
    }

    fn open(
        &self,
        transport: &KeyTransport,
        wrapped: &[u8],
        key_octets: usize,
    ) -> Result<Secret, CryptoError> {
        // [RFC 8017 §7.1.2] and [§7.2.2], step 1. The length is public.
        if wrapped.len() != self.modulus_octets {
            return Err(CryptoError::OpenFailed);
        }
        match transport.oaep() {
            Some(oaep) => self.open_oaep(&oaep, wrapped, key_octets),
            None => {
                // Without OpenSSL's padding check, whose result must not become known.
                let block = self.decrypt(wrapped, |context| Ok(context.set_rsa_padding(Padding::NONE)?))?;
                self.rejection.select(&block, wrapped, key_octets)
            }
        }
    }

    fn open_oaep(
        &self,
        oaep: &OaepParameters<'_>,
        wrapped: &[u8],
        key_octets: usize,
    ) -> Result<Secret, CryptoError> {
        let mut session_key = self.decrypt(wrapped, |context| oaep.configure(context))?;
        if session_key.len() != key_octets {
            return Err(CryptoError::OpenFailed);
        }
        Ok(Secret::new(std::mem::take(&mut *session_key)))
    }

    fn decrypt(
        &self,
        wrapped: &[u8],
        configure: impl FnOnce(&mut PkeyCtx<openssl::pkey::Private>) -> Result<(), CryptoError>,
    ) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let mut context = PkeyCtx::new(self.key.openssl())?;
        context.decrypt_init()?;
        configure(&mut context)?;
        let mut plain = Zeroizing::new(vec![0_u8; self.modulus_octets]);
        let written = context.decrypt(wrapped, Some(&mut plain))?;
        plain.truncate(written);
        Ok(plain)
    }
}

impl Decrypter for LocalDecrypter {
    fn public_key(&self) -> &PublicKey {
        self.key.public_key()
    }

    fn unwrap_key(
        &self,
        transport: &KeyTransport,
        wrapped: &[u8],
        key_octets: usize,
    ) -> Result<Secret, CryptoError> {
        self.open(transport, wrapped, key_octets).map_err(|_| {
            drain_openssl_errors();
            CryptoError::OpenFailed
        })
    }
}
