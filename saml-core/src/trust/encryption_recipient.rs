//! Floor 6: with which key, and with what, a peer wants things encrypted to it.

use crate::base::EntityId;
use crate::crypto::{
    AlgorithmPolicy, Certificate, CipherMode, ContentCipher, CryptoError, DigestAlgorithm, KeyFamily,
    KeyTransport, PolicyViolation,
};
use crate::enc::{Recipient, RecipientKey};
use crate::metadata::{EncryptionMethod, KeyDescriptor, KeyUse};

/// Chooses the key that a role's trusted metadata offers for encryption, and the algorithms that go with it: a key for
/// encryption before one without a stated use, which is for both (erratum E62), each in document order.
///
/// `None` if the metadata has no key for encryption. The first of the ciphers that it lists, if it lists any, which is
/// AES-GCM; AES-256-GCM otherwise. RSA-OAEP as it lists it, or as everybody reads it. AES key wrap is passed over where
/// it is listed: metadata can't bring the key for it.
///
/// # Errors
/// [`NoEncryptionKey`]: the metadata says that things are to be encrypted, but with nothing that we would use. That is
/// for an administrator to resolve, not to be passed over by sending it in clear.
pub fn encryption_recipient(
    name: &EntityId,
    descriptors: &[KeyDescriptor],
    policy: &AlgorithmPolicy,
) -> Result<Option<Recipient>, NoEncryptionKey> {
    let mut unusable = None;
    for key_use in [KeyUse::Encryption, KeyUse::Both] {
        for descriptor in descriptors.iter().filter(|descriptor| descriptor.key_use == key_use) {
            for certificate in &descriptor.certificates {
                match recipient(name, certificate, &descriptor.encryption_methods, policy) {
                    Ok(recipient) => return Ok(Some(recipient)),
                    Err(error) if key_use == KeyUse::Encryption => unusable = unusable.or(Some(error)),
                    // It may well be for signing only, whatever its use allows.
                    Err(_) => {}
                }
            }
        }
    }
    unusable.map_or(Ok(None), Err)
}

fn recipient(
    name: &EntityId,
    certificate: &str,
    methods: &[EncryptionMethod],
    policy: &AlgorithmPolicy,
) -> Result<Recipient, NoEncryptionKey> {
    let certificate = Certificate::from_base64(certificate).map_err(NoEncryptionKey::Certificate)?;
    if certificate.public_key().kind().family() != KeyFamily::Rsa {
        return Err(NoEncryptionKey::NotRsa);
    }
    policy.check_key(certificate.public_key()).map_err(NoEncryptionKey::Policy)?;
    let cipher = content_cipher(methods).ok_or(NoEncryptionKey::Algorithms)?;
    let transport = key_transport(methods).ok_or(NoEncryptionKey::Algorithms)?;
    let key = RecipientKey::of_certificate(certificate, transport);
    Ok(Recipient { key, name: Some(name.clone()), cipher })
}

/// None if ciphers are listed, but none that we seal with.
fn content_cipher(methods: &[EncryptionMethod]) -> Option<ContentCipher> {
    let mut listed =
        methods.iter().filter_map(|method| ContentCipher::from_uri(&method.algorithm)).peekable();
    if listed.peek().is_none() {
        return Some(ContentCipher::Aes256Gcm);
    }
    listed.find(|cipher| cipher.mode() == CipherMode::Gcm)
}

/// None if transports are listed, but none that we wrap with.
fn key_transport(methods: &[EncryptionMethod]) -> Option<KeyTransport> {
    const KNOWN: [&str; 3] = [KeyTransport::RSA_OAEP_MGF1P, KeyTransport::RSA_OAEP, KeyTransport::RSA_1_5];
    let mut listed = methods.iter().filter(|method| KNOWN.contains(&method.algorithm.as_str())).peekable();
    if listed.peek().is_none() {
        return Some(KeyTransport::oaep_for_any_peer());
    }
    listed.find_map(oaep)
}

/// OAEP with the parameters that the method names; those it doesn't name are SHA-1 [XMLEnc §5.5.2].
fn oaep(method: &EncryptionMethod) -> Option<KeyTransport> {
    if method.oaep_params.is_some() {
        return None;
    }
    let digest = match &method.digest_method {
        None => DigestAlgorithm::Sha1,
        Some(uri) => DigestAlgorithm::from_uri(uri)?,
    };
    let mask = match &method.mask_generation_function {
        None => DigestAlgorithm::Sha1,
        Some(uri) => KeyTransport::mask_from_uri(uri)?,
    };
    match method.algorithm.as_str() {
        KeyTransport::RSA_OAEP_MGF1P => Some(KeyTransport::RsaOaepMgf1p { digest, label: Vec::new() }),
        KeyTransport::RSA_OAEP => Some(KeyTransport::RsaOaep { digest, mask, label: Vec::new() }),
        _ => None,
    }
}

/// The metadata asks for encryption with nothing that we would use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoEncryptionKey {
    /// A certificate that is none.
    #[error("a certificate for encryption can't be read")]
    Certificate(#[source] CryptoError),
    /// A key that nothing can be wrapped with.
    #[error("a key for encryption is not an RSA key")]
    NotRsa,
    /// A key that the policy refuses.
    #[error("the policy refuses a key for encryption")]
    Policy(#[source] PolicyViolation),
    /// No AES-GCM or no RSA-OAEP.
    #[error("the algorithms listed for encryption are not AES-GCM and RSA-OAEP")]
    Algorithms,
}
