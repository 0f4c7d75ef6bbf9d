//! Floor 2: keys of our own, in the encodings that they are kept in.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use openssl::error::ErrorStack;
use openssl::pkcs12::Pkcs12;
use openssl::pkey::{PKey, PKeyRef, Private};

use super::error::drain_openssl_errors;
use super::prepared_contexts::PreparedContexts;
use super::{Certificate, CryptoError, KeyKind, PublicKey, UnsupportedKey};
use crate::base::Secret;

/// A private key held in this process. Clones share it; it is never printed.
///
/// OpenSSL owns the numbers and wipes them when the last clone is dropped. A key that may not be in this process is a
/// [`Signer`](super::Signer) or a [`Decrypter`](super::Decrypter) of the caller's own.
#[derive(Clone)]
pub struct PrivateKey(Arc<Material>);

struct Material {
    key: PKey<Private>,
    public: PublicKey,
    contexts: PreparedContexts<Private>,
}

impl PrivateKey {
    /// From the first private key of a PEM text: PKCS#8, PKCS#1 or SEC 1, not encrypted.
    ///
    /// # Errors
    /// [`CryptoError::PassphraseRequired`] for an encrypted key, [`CryptoError::KeyMalformed`],
    /// [`CryptoError::KeyUnsupported`].
    pub fn from_pem(text: &str) -> Result<Self, CryptoError> {
        Self::read_pem(text, None)
    }

    /// From the first private key of a PEM text, encrypted with `passphrase`; one that is not encrypted is read too.
    ///
    /// # Errors
    /// [`CryptoError::PassphraseWrong`], [`CryptoError::KeyMalformed`], [`CryptoError::KeyUnsupported`].
    pub fn from_encrypted_pem(text: &str, passphrase: &Secret) -> Result<Self, CryptoError> {
        Self::read_pem(text, Some(passphrase))
    }

    fn read_pem(text: &str, passphrase: Option<&Secret>) -> Result<Self, CryptoError> {
        let asked = Cell::new(false);
        // Always with a callback: without one, OpenSSL prompts on the terminal.
        let parsed = PKey::private_key_from_pem_callback(text.as_bytes(), |buffer| {
            asked.set(true);
            give_passphrase(passphrase, buffer)
        });
        let key = parsed.map_err(|_| unreadable(asked.get(), passphrase))?;
        Self::from_openssl(key)
    }

    /// From PKCS#8 in DER, not encrypted [RFC 5208].
    ///
    /// # Errors
    /// [`CryptoError::KeyMalformed`], [`CryptoError::KeyUnsupported`].
    pub fn from_pkcs8_der(octets: &[u8]) -> Result<Self, CryptoError> {
        let key = PKey::private_key_from_pkcs8(octets).map_err(|_| CryptoError::KeyMalformed)?;
        Self::from_openssl(key)
    }

    /// From PKCS#8 in DER, encrypted with `passphrase`.
    ///
    /// # Errors
    /// [`CryptoError::PassphraseWrong`], [`CryptoError::KeyUnsupported`].
    pub fn from_encrypted_pkcs8_der(octets: &[u8], passphrase: &Secret) -> Result<Self, CryptoError> {
        let parsed =
            PKey::private_key_from_pkcs8_callback(octets, |buffer| give_passphrase(Some(passphrase), buffer));
        Self::from_openssl(parsed.map_err(|_| CryptoError::PassphraseWrong)?)
    }

    pub(super) fn from_openssl(key: PKey<Private>) -> Result<Self, CryptoError> {
        drain_openssl_errors();
        let spki = key
            .public_key_to_der()
            .map_err(|_| CryptoError::KeyUnsupported { found: UnsupportedKey::Unwritable })?;
        let public = PublicKey::from_spki_der(&spki)?;
        Ok(Self(Arc::new(Material { key, public, contexts: PreparedContexts::default() })))
    }

    /// The public half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public
    }

    /// The kind of the key.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.public_key().kind()
    }

    pub(super) fn openssl(&self) -> &PKeyRef<Private> {
        &self.0.key
    }

    pub(super) fn contexts(&self) -> &PreparedContexts<Private> {
        &self.0.contexts
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey(…, {:?})", self.public_key())
    }
}

fn give_passphrase(passphrase: Option<&Secret>, buffer: &mut [u8]) -> Result<usize, ErrorStack> {
    let Some(passphrase) = passphrase.map(Secret::expose) else { return Ok(0) };
    // A passphrase that doesn't fit must fail, not be cut: the empty one opens nothing.
    let Some(target) = buffer.get_mut(..passphrase.len()) else { return Ok(0) };
    target.copy_from_slice(passphrase);
    Ok(passphrase.len())
}

fn unreadable(asked: bool, passphrase: Option<&Secret>) -> CryptoError {
    match (asked, passphrase) {
        (false, _) => CryptoError::KeyMalformed,
        (true, None) => CryptoError::PassphraseRequired,
        (true, Some(_)) => CryptoError::PassphraseWrong,
    }
}

/// The content of a PKCS#12 file: a key, its certificate, and the certificates above it.
#[derive(Clone, Debug)]
pub struct Pkcs12Identity {
    /// The private key.
    pub private_key: PrivateKey,
    /// The certificate of that key.
    pub certificate: Certificate,
    /// The other certificates of the file. The chain is neither built nor checked.
    pub chain: Vec<Certificate>,
}

impl Pkcs12Identity {
    /// Reads a PKCS#12 file [RFC 7292].
    ///
    /// Files protected with RC2-40, as old exports are, need OpenSSL's legacy provider and otherwise read as one with
    /// a wrong passphrase.
    ///
    /// # Errors
    /// [`CryptoError::PassphraseWrong`]; [`CryptoError::KeyMalformed`] where the file is not PKCS#12 or lacks a key
    /// or a certificate; [`CryptoError::CertificateKeyMismatch`].
    pub fn from_der(octets: &[u8], passphrase: &Secret) -> Result<Self, CryptoError> {
        let passphrase = std::str::from_utf8(passphrase.expose())
            .ok()
            .filter(|text| !text.contains('\0'))
            .ok_or(CryptoError::PassphraseWrong)?;
        let file = Pkcs12::from_der(octets).map_err(|_| CryptoError::KeyMalformed)?;
        let parsed = file.parse2(passphrase).map_err(|_| CryptoError::PassphraseWrong)?;
        let private_key = PrivateKey::from_openssl(parsed.pkey.ok_or(CryptoError::KeyMalformed)?)?;
        let certificate = parsed.cert.ok_or(CryptoError::KeyMalformed)?;
        let certificate = Certificate::from_openssl(&certificate)?;
        if certificate.public_key() != private_key.public_key() {
            return Err(CryptoError::CertificateKeyMismatch);
        }
        let others = parsed.ca.iter().flatten();
        let chain = others.map(Certificate::from_openssl).collect::<Result<_, _>>()?;
        Ok(Self { private_key, certificate, chain })
    }
}
