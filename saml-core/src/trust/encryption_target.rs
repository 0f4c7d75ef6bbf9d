//! Floor 6: the key and the algorithms with which a peer wants content encrypted to it.

use super::{PublishedKey, UnusableKey};
use crate::base::{Coded, EntityId, Relaxations, VerdictCode};
use crate::crypto::{
    CipherMode, ContentCipher, CryptoError, DigestAlgorithm, KeyFamily, KeyTransport, PeerPolicy,
    PolicyViolation,
};
use crate::enc::{EncryptionTarget, RecipientKey};
use crate::metadata::{EncryptionMethod, KeyDescriptor, KeyUse};

/// Chooses the key that a role's trusted metadata offers for encryption, and the algorithms that go with it: a key for
/// encryption before one without a stated use, which is for both (erratum E62), each in document order.
///
/// The authorities in a certificate's chain are never chosen.
///
/// `None` if the metadata has no key for encryption, and no key without a stated use but such as nothing can be
/// encrypted to. The first of the ciphers that it lists, if it lists any, which is AES-GCM; AES-256-GCM otherwise.
/// Where it lists AES-CBC alone, the first of those, if the policy grants `aes-cbc`. RSA-OAEP as it lists it, or as
/// everybody reads it. A listed AES key wrap is ignored, because metadata can't carry the key for it.
///
/// # Errors
/// [`EncryptionKeyFault`]: the metadata says that things are to be encrypted, but with nothing that we would use. An
/// administrator must resolve that. Sending in clear would hide it.
pub fn encryption_target(
    name: &EntityId,
    descriptors: &[KeyDescriptor],
    policy: &PeerPolicy,
) -> Result<Option<EncryptionTarget>, EncryptionKeyFault> {
    let mut unusable = None;
    for key_use in [KeyUse::Encryption, KeyUse::Both] {
        for (index, descriptor) in descriptors.iter().enumerate() {
            if descriptor.key_use != key_use {
                continue;
            }
            for key in offered(descriptor) {
                let chosen = key.and_then(|key| recipient(name, key, &descriptor.encryption_methods, policy));
                match chosen {
                    Ok(recipient) => return Ok(Some(recipient)),
                    Err(reason) if key_use == KeyUse::Both && may_be_for_signing(descriptor, &reason) => {}
                    Err(reason) if unusable.is_none() => {
                        unusable = Some(EncryptionKeyFault { descriptor: index, reason });
                    }
                    Err(_) => {}
                }
            }
        }
    }
    unusable.map_or(Ok(None), Err)
}

/// The keys of the descriptor's owner. A descriptor with the certificates of authorities alone is an error: to pass it
/// over could mean to send in clear.
fn offered(descriptor: &KeyDescriptor) -> Vec<Result<PublishedKey, NoEncryptionKey>> {
    let owners = PublishedKey::owners_of(descriptor);
    if owners.is_empty() && PublishedKey::all_of(descriptor).next().is_some() {
        return vec![Err(NoEncryptionKey::AuthoritiesAlone)];
    }
    owners.into_iter().map(|key| key.map_err(NoEncryptionKey::Key)).collect()
}

/// Whether a key without a stated use is for signing only: its kind can't encrypt, and no encryption method is listed.
fn may_be_for_signing(descriptor: &KeyDescriptor, reason: &NoEncryptionKey) -> bool {
    let only_signs = match reason {
        NoEncryptionKey::NotRsa => true,
        NoEncryptionKey::Key(key) => matches!(key.error, CryptoError::KeyUnsupported { .. }),
        NoEncryptionKey::AuthoritiesAlone
        | NoEncryptionKey::Policy(_)
        | NoEncryptionKey::Cipher
        | NoEncryptionKey::Transport => false,
    };
    only_signs && descriptor.encryption_methods.is_empty()
}

fn recipient(
    name: &EntityId,
    published: PublishedKey,
    methods: &[EncryptionMethod],
    policy: &PeerPolicy,
) -> Result<EncryptionTarget, NoEncryptionKey> {
    if published.public_key().kind().family() != KeyFamily::Rsa {
        return Err(NoEncryptionKey::NotRsa);
    }
    policy.check_key(published.public_key()).map_err(NoEncryptionKey::Policy)?;
    let (cipher, granted) = content_cipher(methods, policy).ok_or(NoEncryptionKey::Cipher)?;
    let transport = key_transport(methods).ok_or(NoEncryptionKey::Transport)?;
    let key = match published {
        PublishedKey::Certified(certificate) => RecipientKey::of_certificate(certificate, transport),
        PublishedKey::Bare(key) => RecipientKey::Public { key, certificate: None, transport },
    };
    Ok(EncryptionTarget { key, name: Some(name.clone()), cipher, granted })
}

/// `None` if ciphers are listed, but none that we seal with. The relaxations are those that the policy had to grant for
/// it.
fn content_cipher(methods: &[EncryptionMethod], policy: &PeerPolicy) -> Option<(ContentCipher, Relaxations)> {
    let listed = || methods.iter().filter_map(|method| ContentCipher::from_uri(&method.algorithm));
    if listed().next().is_none() {
        return Some((ContentCipher::Aes256Gcm, Relaxations::NONE));
    }
    let authenticated = listed().find(|cipher| cipher.mode() == CipherMode::Gcm);
    authenticated.map(|cipher| (cipher, Relaxations::NONE)).or_else(|| {
        let granted = |cipher: ContentCipher| Some((cipher, policy.check_content_cipher(cipher).ok()?));
        // No content is sealed with a cipher of 64-bit blocks.
        listed().filter(|cipher| *cipher != ContentCipher::TripleDesCbc).find_map(granted)
    })
}

/// `None` if transports are listed, but none that we wrap with.
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

/// A key that metadata offers for encryption and that can't be used, and its place.
#[derive(Debug, thiserror::Error)]
#[error("the key that the metadata offers for encryption can't be used")]
pub struct EncryptionKeyFault {
    /// Which of the role's `KeyDescriptor` elements offers it, counted from 0.
    pub descriptor: usize,
    /// Why not.
    #[source]
    pub reason: NoEncryptionKey,
}

/// The metadata asks for encryption with nothing that we would use.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoEncryptionKey {
    /// A malformed or unsupported key.
    #[error("a key for encryption can't be read")]
    Key(#[source] UnusableKey),
    /// Certificates that certify each other in a circle: none of them is the owner's.
    #[error("the certificates for encryption are of authorities alone")]
    AuthoritiesAlone,
    /// A key that nothing can be wrapped with.
    #[error("a key for encryption is not an RSA key")]
    NotRsa,
    /// A key that the policy refuses.
    #[error("the policy refuses a key for encryption")]
    Policy(#[source] PolicyViolation),
    /// No AES-GCM, and no AES-CBC that the policy grants.
    #[error("the ciphers listed for encryption are not AES-GCM")]
    Cipher,
    /// No RSA-OAEP, or with parameters that are not used here.
    #[error("the key transports listed for encryption are not RSA-OAEP")]
    Transport,
}

impl Coded for EncryptionKeyFault {
    fn code(&self) -> VerdictCode {
        match &self.reason {
            NoEncryptionKey::Key(key) => key.code(),
            NoEncryptionKey::NotRsa | NoEncryptionKey::AuthoritiesAlone => {
                VerdictCode::new("key.unsupported")
            }
            NoEncryptionKey::Policy(violation) => violation.code(),
            NoEncryptionKey::Cipher | NoEncryptionKey::Transport => {
                VerdictCode::new("encryption.algorithm_refused")
            }
        }
    }

    fn expected(&self) -> Option<String> {
        match &self.reason {
            NoEncryptionKey::Key(_) | NoEncryptionKey::NotRsa => Some("an RSA key".to_owned()),
            NoEncryptionKey::AuthoritiesAlone => Some("a certificate that certifies no other".to_owned()),
            NoEncryptionKey::Policy(violation) => violation.expected(),
            NoEncryptionKey::Cipher => Some("AES-GCM among the EncryptionMethods".to_owned()),
            NoEncryptionKey::Transport => Some("RSA-OAEP among the EncryptionMethods".to_owned()),
        }
    }

    fn found(&self) -> Option<String> {
        match &self.reason {
            NoEncryptionKey::Key(key) => key.found(),
            NoEncryptionKey::NotRsa => Some("a key of another kind".to_owned()),
            NoEncryptionKey::AuthoritiesAlone => Some("certificates that certify each other".to_owned()),
            NoEncryptionKey::Policy(violation) => violation.found(),
            NoEncryptionKey::Cipher => Some("other ciphers only".to_owned()),
            NoEncryptionKey::Transport => Some("other key transports only".to_owned()),
        }
    }

    /// Both ways out, for this peer alone. Sending in clear silently is not a way out.
    fn hint(&self) -> Option<&'static str> {
        Some(match &self.reason {
            NoEncryptionKey::Cipher => {
                "have the peer list AES-GCM; until then either `encrypt_assertions = \"never\"` sends to it in clear, \
                 or `aes-cbc`, allowed for it, seals with AES-CBC"
            }
            NoEncryptionKey::Policy(PolicyViolation::KeyTooShort { allowed_by: Some(_), .. }) => {
                "have the peer renew its key with 2048 bits or more; until then either `encrypt_assertions = \
                 \"never\"` sends to it in clear, or `rsa-1024`, allowed for it, seals with this key"
            }
            NoEncryptionKey::Key(_)
            | NoEncryptionKey::AuthoritiesAlone
            | NoEncryptionKey::NotRsa
            | NoEncryptionKey::Policy(_)
            | NoEncryptionKey::Transport => {
                "have the peer publish an RSA key of 2048 bits or more, with AES-GCM and RSA-OAEP if it lists methods; \
                 until then `encrypt_assertions = \"never\"` sends to it in clear"
            }
        })
    }
}
