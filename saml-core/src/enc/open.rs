//! Floor 4: opening what is encrypted to us.

use std::fmt;
use std::sync::Arc;

use super::EncryptionError;
use super::encrypted_data::EncryptedData;
use super::encrypted_key::EncryptedKey;
use crate::base::{Budget, Limits};
use crate::crypto::{
    AlgorithmPolicy, ContentCipher, Decrypter, DigestValue, KeyTransport, PolicyViolation, Relaxations,
};
use crate::xml::{Document, Element, NamespaceBinding, Node, QName};

/// How something was encrypted that opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecryptionFacts {
    /// Local name of the element that came out.
    pub element: &'static str,
    /// What its octets were encrypted with.
    pub content_cipher: ContentCipher,
    /// How the session key was wrapped.
    pub key_transport: KeyTransport,
    /// SHA-256 over the SubjectPublicKeyInfo of the key of ours that unwrapped it.
    pub key_fingerprint: DigestValue,
    /// The relaxations of the peer's policy without which it would have been refused.
    pub relaxations_used: Relaxations,
}

impl fmt::Display for DecryptionFacts {
    /// `Assertion: aes256-gcm, rsa-oaep-mgf1p (sha1)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { element, content_cipher, key_transport, .. } = self;
        write!(f, "{element}: {content_cipher}, {key_transport}")
    }
}

/// The element that came out, a document of its own.
pub(crate) struct Opened {
    /// Its root is the element that was asked for. It may use prefixes that were bound around the ciphertext.
    pub(crate) document: Document,
    pub(crate) facts: DecryptionFacts,
}

/// Opens what one peer encrypted to us in one message.
pub(crate) struct Opener<'a> {
    /// Our keys, in the order in which they are tried.
    pub(crate) keys: &'a [Arc<dyn Decrypter>],
    /// Our name: a key that is marked as wrapped for it is tried first.
    pub(crate) recipient: &'a str,
    pub(crate) policy: &'a AlgorithmPolicy,
    pub(crate) limits: &'a Limits,
    pub(crate) budget: &'a mut Budget,
}

/// A wrapped key that the policy permits to unwrap.
struct Candidate<'a> {
    key: &'a EncryptedKey,
    transport: &'a KeyTransport,
    relaxations: Relaxations,
}

impl Opener<'_> {
    /// Opens `encrypted`, an `Encrypted*` element of SAML, in which one element called `name` must be.
    ///
    /// What comes out shares no identifier with the document around it (attacks 37, 65). It is exactly as trustworthy
    /// as `encrypted` was: whoever wants it to be signed must look at it anew.
    pub(crate) fn open(
        &mut self,
        encrypted: Element<'_>,
        name: QName<'static>,
    ) -> Result<Opened, EncryptionError> {
        if self.keys.is_empty() {
            return Err(EncryptionError::NoKey);
        }
        let data = EncryptedData::read(encrypted)?;
        let for_content = self.policy.check_content_cipher(data.cipher).map_err(EncryptionError::Policy)?;
        let slot = Slot {
            name,
            // The plaintext replaces EncryptedData, so what is in scope is what the parent of that has in scope.
            context: encrypted.namespaces_in_scope(),
            around: encrypted.document(),
            limits: self.limits,
        };
        for candidate in self.candidates(&data)? {
            if let Some((document, key_fingerprint)) = self.try_keys(&candidate, &data, &slot)? {
                let facts = DecryptionFacts {
                    element: name.name.local,
                    content_cipher: data.cipher,
                    key_transport: candidate.transport.clone(),
                    key_fingerprint,
                    relaxations_used: for_content.union(candidate.relaxations),
                };
                return Ok(Opened { document, facts });
            }
        }
        Err(EncryptionError::OpenFailed { own_keys: self.keys.len() })
    }

    /// The keys that may be tried, those marked as ours first. That one of them is not permitted doesn't matter as
    /// long as another is: it may be for somebody else.
    fn candidates<'d>(&self, data: &'d EncryptedData) -> Result<Vec<Candidate<'d>>, EncryptionError> {
        let mut candidates = Vec::with_capacity(data.keys.len());
        let mut refused = None;
        for key in &data.keys {
            match self.permitted(key) {
                Ok(candidate) => candidates.push(candidate),
                Err(violation) => refused = refused.or(Some(violation)),
            }
        }
        match (candidates.is_empty(), refused) {
            (true, Some(violation)) => Err(EncryptionError::Policy(violation)),
            (true, None) => Err(EncryptionError::NoKey),
            (false, _) => {
                candidates.sort_by_key(|c| c.key.recipient.as_deref() != Some(self.recipient));
                Ok(candidates)
            }
        }
    }

    fn permitted<'d>(&self, key: &'d EncryptedKey) -> Result<Candidate<'d>, PolicyViolation> {
        let transport = key.transport.as_ref().map_err(Clone::clone)?;
        let relaxations = self.policy.check_key_transport(transport)?;
        Ok(Candidate { key, transport, relaxations })
    }

    /// Every failure is the same: whether unwrapping, deciphering or reading went wrong is nobody's business.
    fn try_keys(
        &mut self,
        candidate: &Candidate<'_>,
        data: &EncryptedData,
        slot: &Slot<'_>,
    ) -> Result<Option<(Document, DigestValue)>, EncryptionError> {
        for own in self.keys {
            self.budget.spend_key_unwrap().map_err(EncryptionError::Budget)?;
            let key_octets = data.cipher.key_octets();
            let opened = own
                .unwrap_key(candidate.transport, &candidate.key.wrapped, key_octets)
                .and_then(|session_key| data.cipher.open(&session_key, &data.cipher_value));
            if let Some(document) = opened.ok().and_then(|plaintext| slot.read(plaintext)) {
                return Ok(Some((document, *own.public_key().fingerprint())));
            }
        }
        Ok(None)
    }
}

/// The place that a plaintext takes.
struct Slot<'a> {
    name: QName<'static>,
    context: Vec<NamespaceBinding>,
    around: &'a Document,
    limits: &'a Limits,
}

impl Slot<'_> {
    /// Parses a plaintext as strictly as any message: nothing but one element, and the right one.
    fn read(&self, plaintext: Vec<u8>) -> Option<Document> {
        // A byte order mark and an XML declaration belong to documents, and this is an element [XMLEnc §3.1].
        if plaintext.starts_with(b"\xEF\xBB\xBF") || plaintext.starts_with(b"<?xml") {
            return None;
        }
        let document = Document::parse_in_context(plaintext, &self.context, self.limits).ok()?;
        let mut nodes = document.children();
        let alone = matches!((nodes.next(), nodes.next()), (Some(Node::Element(_)), None));
        let fits = alone
            && document.root().is(self.name)
            && document.require_message_profile().is_ok()
            && document.shared_id(self.around).is_none();
        fits.then_some(document)
    }
}
