//! Floor 2: OpenSSL contexts that are ready to verify or to sign with one key.

use std::sync::Mutex;

use openssl::pkey::{PKeyRef, Private, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::sign::RsaPssSaltlen;

use super::{CryptoError, KeyFamily, SignatureAlgorithm};

/// Contexts of one key that are not in use at the moment.
///
/// Preparing a context costs OpenSSL 3 a fifth of an RSA verification, spent searching its providers under locks that
/// all threads share. A prepared one verifies, or signs, any number of times, one at a time.
pub(super) struct PreparedContexts<T>(Mutex<Vec<(SignatureAlgorithm, PkeyCtx<T>)>>);

impl<T> Default for PreparedContexts<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl PreparedContexts<Public> {
    /// Checks `signature` over a finished digest.
    ///
    /// A context that reported a failure is not used again, so that nothing of a forged signature outlives it.
    pub(super) fn verify(
        &self,
        key: &PKeyRef<Public>,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<bool, CryptoError> {
        let mut context = self.take_or_prepare(algorithm, || {
            let mut context = PkeyCtx::new(key)?;
            context.verify_init()?;
            Ok(context)
        })?;
        let valid = context.verify(digest, signature)?;
        if valid {
            self.put_back(algorithm, context);
        }
        Ok(valid)
    }
}

impl PreparedContexts<Private> {
    /// Signs a finished digest, in the form that OpenSSL gives the signature.
    pub(super) fn sign(
        &self,
        key: &PKeyRef<Private>,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        let mut context = self.take_or_prepare(algorithm, || {
            let mut context = PkeyCtx::new(key)?;
            context.sign_init()?;
            Ok(context)
        })?;
        let mut signature = Vec::new();
        context.sign_to_vec(digest, &mut signature)?;
        self.put_back(algorithm, context);
        Ok(signature)
    }
}

impl<T> PreparedContexts<T> {
    /// As many as threads use one key at the same time; beyond that, preparing anew is no bottleneck.
    const KEPT: usize = 16;

    /// An idle context, or a new one: initialised by the caller, for verifying or for signing.
    fn take_or_prepare(
        &self,
        algorithm: SignatureAlgorithm,
        initialise: impl FnOnce() -> Result<PkeyCtx<T>, CryptoError>,
    ) -> Result<PkeyCtx<T>, CryptoError> {
        if let Some(context) = self.take(algorithm) {
            return Ok(context);
        }
        let mut context = initialise()?;
        set_parameters(&mut context, algorithm)?;
        Ok(context)
    }

    fn take(&self, algorithm: SignatureAlgorithm) -> Option<PkeyCtx<T>> {
        let mut idle = self.0.lock().ok()?;
        let position = idle.iter().rposition(|(prepared, _)| *prepared == algorithm)?;
        Some(idle.swap_remove(position).1)
    }

    fn put_back(&self, algorithm: SignatureAlgorithm, context: PkeyCtx<T>) {
        if let Ok(mut idle) = self.0.lock()
            && idle.len() < Self::KEPT
        {
            idle.push((algorithm, context));
        }
    }
}

/// RSA is told its padding and digest; a curve needs neither.
fn set_parameters<T>(context: &mut PkeyCtx<T>, algorithm: SignatureAlgorithm) -> Result<(), CryptoError> {
    if algorithm.family() != KeyFamily::Rsa {
        return Ok(());
    }
    let md = algorithm.digest().ok_or(CryptoError::LibraryFailed)?.md()?;
    if algorithm.is_pss() {
        context.set_rsa_padding(Padding::PKCS1_PSS)?;
        context.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
        context.set_rsa_mgf1_md(md)?;
    } else {
        context.set_rsa_padding(Padding::PKCS1)?;
    }
    Ok(context.set_signature_md(md)?)
}
