//! Floor 4: decrypting content that was encrypted to us.

use std::fmt;
use std::sync::Arc;

use super::EncryptionError;
use super::encrypted_data::EncryptedData;
use super::encrypted_key::EncryptedKey;
use super::plaintext::Slot;
use crate::base::{Budget, Limits, Relaxations, Secret};
use crate::crypto::{
    CipherMode, ContentCipher, CryptoError, Decrypter, DigestValue, KeyEncryption, KeyName, KeyWrap,
    PeerPolicy, PolicyViolation, SharedKey,
};
use crate::xml::{Document, Element, NamespaceBinding, QName};

/// How something was encrypted that opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecryptionFacts {
    /// Local name of the element that came out.
    pub element: &'static str,
    /// What its octets were encrypted with.
    pub content_cipher: ContentCipher,
    /// How the session key was wrapped.
    pub key_encryption: KeyEncryption,
    /// What unwrapped it.
    pub key: OpeningKey,
    /// The relaxations of the peer's policy without which it would have been refused.
    pub relaxations_used: Relaxations,
}

impl fmt::Display for DecryptionFacts {
    /// `Assertion: aes256-gcm, rsa-oaep-mgf1p (sha1)`; of a shared key, also which.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { element, content_cipher, key_encryption, .. } = self;
        write!(f, "{element}: {content_cipher}, {key_encryption}")?;
        match &self.key {
            OpeningKey::Own { .. } => Ok(()),
            OpeningKey::Shared { name: Some(name) } => write!(f, " (shared key {:?})", name.as_str()),
            OpeningKey::Shared { name: None } => f.write_str(" (shared key without a name)"),
        }
    }
}

/// Which key unwrapped a session key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpeningKey {
    /// A private key of ours.
    Own {
        /// SHA-256 over the SubjectPublicKeyInfo of its public key.
        fingerprint: DigestValue,
    },
    /// A key that we share with the peer: of that, nothing but its name can be shown.
    Shared {
        /// Our name for the key, whatever the message calls it.
        name: Option<KeyName>,
    },
}

/// The element that came out, a document of its own.
pub(crate) struct Opened {
    /// Its root is the element that was asked for. It may use prefixes that were bound around the ciphertext.
    pub(crate) document: Arc<Document>,
    pub(crate) facts: DecryptionFacts,
}

/// Decrypts the content that one peer encrypted to us in one message.
pub(crate) struct Opener<'a> {
    /// Our keys, in the order in which they are tried.
    pub(crate) keys: &'a [Arc<dyn Decrypter>],
    /// The keys that we share with the peer, in the order in which they are tried.
    pub(crate) shared_keys: &'a [SharedKey],
    /// Our name: a key that is marked as wrapped for it is tried first.
    pub(crate) recipient: &'a str,
    pub(crate) policy: &'a PeerPolicy,
    pub(crate) limits: &'a Limits,
    pub(crate) budget: &'a mut Budget,
}

/// A wrapped key that the policy permits to unwrap, and that we have a key for.
struct Candidate<'a> {
    key: &'a EncryptedKey,
    encryption: &'a KeyEncryption,
    relaxations: Relaxations,
}

impl Opener<'_> {
    /// Opens `encrypted`, an `Encrypted*` element of SAML, in which one element called `name` must be.
    ///
    /// The plaintext shares no identifier with the document around it (attacks 37 and 65). The plaintext is exactly as
    /// trustworthy as `encrypted` was. A caller that needs a signature must verify it anew.
    pub(crate) fn open(
        &mut self,
        encrypted: Element<'_>,
        name: QName<'static>,
    ) -> Result<Opened, EncryptionError> {
        if self.keys.is_empty() && self.shared_keys.is_empty() {
            return Err(EncryptionError::NoKey);
        }
        let data = EncryptedData::read(encrypted)?;
        let for_content = self.policy.check_content_cipher(data.cipher).map_err(EncryptionError::Policy)?;
        let slot =
            Slot { name, context: context_of(encrypted)?, around: encrypted.document(), limits: self.limits };
        for candidate in self.candidates(&data)? {
            if let Some((document, key)) = self.try_keys(&candidate, &data, &slot)? {
                let facts = DecryptionFacts {
                    element: name.name.local,
                    content_cipher: data.cipher,
                    key_encryption: candidate.encryption.clone(),
                    key,
                    relaxations_used: for_content.union(candidate.relaxations),
                };
                return Ok(Opened { document, facts });
            }
        }
        Err(self.open_failed())
    }

    const fn open_failed(&self) -> EncryptionError {
        EncryptionError::OpenFailed { own_keys: self.keys.len().saturating_add(self.shared_keys.len()) }
    }

    /// The keys that may be tried, those marked as ours first. A session key may be for somebody else. So it doesn't
    /// matter if one is not permitted, or under a key that we don't have, as long as another one can be tried.
    fn candidates<'d>(&self, data: &'d EncryptedData) -> Result<Vec<Candidate<'d>>, EncryptionError> {
        let mut candidates = Vec::with_capacity(data.keys.len());
        let (mut refused, mut missing) = (None, None);
        for key in &data.keys {
            match self.permitted(key) {
                Err(violation) => refused = refused.or(Some(EncryptionError::Policy(violation))),
                Ok(candidate) => match self.require_key_for(candidate.encryption) {
                    Ok(()) => candidates.push(candidate),
                    Err(none) => missing = missing.or(Some(none)),
                },
            }
        }
        if candidates.is_empty() {
            return Err(refused.or(missing).unwrap_or(EncryptionError::NoKey));
        }
        candidates.sort_by_key(|c| c.key.recipient.as_deref() != Some(self.recipient));
        Ok(candidates)
    }

    fn permitted<'d>(&self, key: &'d EncryptedKey) -> Result<Candidate<'d>, PolicyViolation> {
        let encryption = key.encryption.as_ref().map_err(Clone::clone)?;
        let relaxations = self.policy.check_key_encryption(encryption)?;
        Ok(Candidate { key, encryption, relaxations })
    }

    /// Whether there is anything to try. The answer follows from the message and the configuration alone.
    fn require_key_for(&self, encryption: &KeyEncryption) -> Result<(), EncryptionError> {
        match encryption {
            KeyEncryption::Transport(_) if self.keys.is_empty() => Err(EncryptionError::NoKey),
            KeyEncryption::Wrap(wrap) if fitting(self.shared_keys, *wrap).next().is_none() => {
                Err(EncryptionError::NoSharedKey { wrap: *wrap })
            }
            KeyEncryption::Transport(_) | KeyEncryption::Wrap(_) => Ok(()),
        }
    }

    /// Every failure looks the same: it doesn't show whether unwrapping or deciphering went wrong, nor an
    /// unauthenticated plaintext.
    fn try_keys(
        &mut self,
        candidate: &Candidate<'_>,
        data: &EncryptedData,
        slot: &Slot<'_>,
    ) -> Result<Option<(Arc<Document>, OpeningKey)>, EncryptionError> {
        let (wrapped, key_octets) = (&candidate.key.wrapped, data.cipher.key_octets());
        let attempt = Attempt {
            slot,
            data,
            authentic: data.cipher.mode() == CipherMode::Gcm && candidate.encryption.is_authenticated(),
            stand_in: data
                .cipher
                .stand_in_key(wrapped, &data.cipher_value)
                .map_err(|_| self.open_failed())?,
        };
        match candidate.encryption {
            KeyEncryption::Transport(transport) => {
                for own in self.keys {
                    self.budget.spend_key_unwrap().map_err(EncryptionError::Budget)?;
                    let session_key = own.unwrap_key(transport, wrapped, key_octets);
                    if let Some(document) = attempt.fill(session_key)? {
                        let fingerprint = *own.public_key().fingerprint();
                        return Ok(Some((document, OpeningKey::Own { fingerprint })));
                    }
                }
            }
            KeyEncryption::Wrap(wrap) => {
                for shared in by_name(fitting(self.shared_keys, *wrap), &candidate.key.key_names) {
                    self.budget.spend_key_unwrap().map_err(EncryptionError::Budget)?;
                    if let Some(document) = attempt.fill(shared.unwrap_key(wrapped, key_octets))? {
                        return Ok(Some((document, OpeningKey::Shared { name: shared.name().cloned() })));
                    }
                }
            }
        }
        Ok(None)
    }
}

/// How many octets of namespaces may be in scope where something encrypted stands. Honest messages have a tenth of it;
/// each plaintext takes all of them along, and a message may hold dozens.
const MOST_CONTEXT_OCTETS: usize = 16 * 1024;

/// The namespace bindings in scope for a plaintext. The plaintext replaces EncryptedData, so that the bindings of
/// EncryptedData's parent apply.
fn context_of(encrypted: Element<'_>) -> Result<Vec<NamespaceBinding>, EncryptionError> {
    let context = encrypted.namespaces_in_scope();
    let octets: usize = context.iter().map(|binding| binding.prefix.len() + binding.uri.len()).sum();
    if octets > MOST_CONTEXT_OCTETS {
        return Err(EncryptionError::NotInProfile {
            part: "more namespaces around it than any message needs",
        });
    }
    Ok(context)
}

/// The shared keys of the length that the algorithm wants.
fn fitting(keys: &[SharedKey], wrap: KeyWrap) -> impl Iterator<Item = &SharedKey> {
    keys.iter().filter(move |shared| shared.algorithm() == wrap)
}

/// The keys, those that the message names first. A name is a hint that nobody signed [XMLDSig §4.5.1], and the two
/// sides may call their key differently: it may put a key in front, and take none away.
fn by_name<'k>(keys: impl Iterator<Item = &'k SharedKey>, names: &[String]) -> Vec<&'k SharedKey> {
    let is_named =
        |key: &SharedKey| key.name().is_some_and(|own| names.iter().any(|name| name == own.as_str()));
    let mut keys: Vec<&SharedKey> = keys.collect();
    keys.sort_by_key(|key| !is_named(key));
    keys
}

/// One attempt: how a session key is wrapped, and the ciphertext under it.
struct Attempt<'a> {
    slot: &'a Slot<'a>,
    data: &'a EncryptedData,
    /// Whether the cipher proves that the holder of the session key made the plaintext.
    authentic: bool,
    /// The key to decipher with if no session key could be unwrapped.
    stand_in: Secret,
}

impl Attempt<'_> {
    /// The plaintext of the data under this session key, if it opens and belongs here.
    ///
    /// Whether a session key came out is not to be told by how long it takes.
    fn fill(
        &self,
        session_key: Result<Secret, CryptoError>,
    ) -> Result<Option<Arc<Document>>, EncryptionError> {
        let (cipher, sealed) = (self.data.cipher, &self.data.cipher_value);
        let Ok(session_key) = session_key else {
            let _closed = cipher.open(&self.stand_in, sealed);
            return Ok(None);
        };
        let Ok(plaintext) = cipher.open(&session_key, sealed) else { return Ok(None) };
        match self.slot.read(plaintext) {
            Ok(document) => Ok(Some(document)),
            Err(fault) if self.authentic => {
                Err(EncryptionError::ContentRefused { expected: self.slot.name.name.local, fault })
            }
            Err(_whatever) => Ok(None),
        }
    }
}
