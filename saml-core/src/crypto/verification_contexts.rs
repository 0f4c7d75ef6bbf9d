//! Floor 2: OpenSSL contexts that are ready to verify with one key.

use std::sync::Mutex;

use openssl::pkey::{PKeyRef, Public};
use openssl::pkey_ctx::PkeyCtx;
use openssl::rsa::Padding;
use openssl::sign::RsaPssSaltlen;

use super::{CryptoError, KeyFamily, SignatureAlgorithm};

/// Contexts of one key that are not in use at the moment.
///
/// Preparing a context costs OpenSSL 3 a fifth of an RSA verification, spent searching its providers under locks that
/// all threads share. A prepared one verifies any number of times, one at a time.
#[derive(Default)]
pub(super) struct VerificationContexts(Mutex<Vec<(SignatureAlgorithm, PkeyCtx<Public>)>>);

impl VerificationContexts {
    /// As many as threads verify with one key at the same time; beyond that, preparing anew is no bottleneck.
    const KEPT: usize = 16;

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
        let mut context = match self.take(algorithm) {
            Some(context) => context,
            None => prepare(key, algorithm)?,
        };
        let valid = context.verify(digest, signature)?;
        if valid {
            self.put_back(algorithm, context);
        }
        Ok(valid)
    }

    fn take(&self, algorithm: SignatureAlgorithm) -> Option<PkeyCtx<Public>> {
        let mut idle = self.0.lock().ok()?;
        let position = idle.iter().rposition(|(prepared, _)| *prepared == algorithm)?;
        Some(idle.swap_remove(position).1)
    }

    fn put_back(&self, algorithm: SignatureAlgorithm, context: PkeyCtx<Public>) {
        if let Ok(mut idle) = self.0.lock()
            && idle.len() < Self::KEPT
        {
            idle.push((algorithm, context));
        }
    }
}

fn prepare(key: &PKeyRef<Public>, algorithm: SignatureAlgorithm) -> Result<PkeyCtx<Public>, CryptoError> {
    let mut context = PkeyCtx::new(key)?;
    context.verify_init()?;
    if algorithm.family() == KeyFamily::Rsa {
        let md = algorithm.digest().ok_or(CryptoError::LibraryFailed)?.md()?;
        if algorithm.is_pss() {
            context.set_rsa_padding(Padding::PKCS1_PSS)?;
            context.set_rsa_pss_saltlen(RsaPssSaltlen::DIGEST_LENGTH)?;
            context.set_rsa_mgf1_md(md)?;
        } else {
            context.set_rsa_padding(Padding::PKCS1)?;
        }
        context.set_signature_md(md)?;
    }
    Ok(context)
}
