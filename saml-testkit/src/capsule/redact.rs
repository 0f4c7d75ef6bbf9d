//! Taking people out of a capsule without changing its verdict.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::base::{Limits, RandomUnavailable, Secret, SecureRandom};
use saml_core::crypto::{Certificate, KeyEncryption, SharedKey, Signer};
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::enc::{EncryptionTarget, seal_document};
use saml_core::xml::{Document, Element, Writer, XmlElement, XmlNode, names};

use super::{Capsule, CapsuleError, RecordedVerdict, Redaction, Setting};
use crate::forge::{ForgeError, throwaway_recipient, throwaway_signer};
use crate::wire::recognise;

impl Capsule {
    /// The same decision without personal values, and without our private keys and those that we share.
    ///
    /// Replaced are the text of `NameID`, of every `AttributeValue` and of `StatusMessage`, and the attributes
    /// `SessionIndex`, `Address`, `DNSName` and `SPProvidedID`; also inside ciphertexts for us. A message that was
    /// altered must get the same outcome in every check: first as it is, since a signature that didn't hold before need
    /// not hold now; else opened, signed and sealed anew, with keys of this capsule's own. The peer's metadata and
    /// everything that came beside the message are left out.
    ///
    /// # Errors
    /// [`CapsuleError::NotRedactable`]: the verdict depends on what would be taken out, or on octets that the change
    /// does not preserve, such as comments within text.
    pub fn redacted(&self) -> Result<Self, CapsuleError> {
        let received = recognise(self.octets()?).ok_or(CapsuleError::NotAMessage)?;
        let mut setting = self.setting.clone();
        setting.idp.metadata = None;
        let recipients = Recipients::instead_of_those_in(&mut setting)?;
        let mut tree = tree_of(&received.xml)?;
        Pseudonyms::default().replace(&mut tree);
        let altered = self.with(&write(&tree)?, setting.clone(), vec![Redaction::PersonalValues])?;
        if self.has_same_outcomes(&altered) {
            return Ok(altered);
        }
        let signer = throwaway_signer().map_err(Box::new)?;
        let certificate = signer.certificate().ok_or(CapsuleError::NotRedactable)?;
        setting.idp.certificates = vec![certificate.to_pem()];
        let xml = self.made_anew(received.xml, &signer, &recipients)?;
        let anew = self.with(&xml, setting, vec![Redaction::PersonalValues, Redaction::SignedAnew])?;
        if self.has_same_outcomes(&anew) { Ok(anew) } else { Err(CapsuleError::NotRedactable) }
    }

    /// The message with its values replaced: decrypted first, then signed and encrypted anew where it was before.
    fn made_anew(
        &self,
        xml: Vec<u8>,
        signer: &dyn Signer,
        recipients: &Recipients,
    ) -> Result<Vec<u8>, CapsuleError> {
        let opened = self.setting.open(xml)?;
        let sealed = opened.facts.iter().find(|facts| facts.element == names::saml::ASSERTION.name.local);
        let recipient = sealed.and_then(|facts| recipients.like(&facts.key_encryption));
        let document = Document::parse(opened.octets, &Limits::MESSAGE).map_err(not_redactable)?;
        let signed = signed_ids(document.root());
        let root = document.root().attribute("ID").map(str::to_owned);
        let mut tree = XmlElement::read(document.root());
        Pseudonyms::default().replace(&mut tree);
        strip_signatures(&mut tree);
        let mut xml = write(&tree)?;
        let sign = |xml, id: &str| {
            sign_document(xml, Some(id), signer, SigningOptions::default()).map_err(not_redactable)
        };
        for id in signed.iter().filter(|id| Some(*id) != root.as_ref()) {
            xml = sign(xml, id)?;
        }
        if let Some(recipient) = recipient {
            xml = seal_document(xml, None, &recipient, &mut SystemRandom).map_err(not_redactable)?;
        }
        for id in signed.iter().filter(|id| Some(*id) == root.as_ref()) {
            xml = sign(xml, id)?;
        }
        Ok(xml)
    }

    fn with(&self, xml: &[u8], setting: Setting, redacted: Vec<Redaction>) -> Result<Self, CapsuleError> {
        let mut capsule = Self::record(xml, setting)?;
        capsule.redacted = redacted;
        Ok(capsule)
    }

    /// Texts and the relaxations for the signature are not compared.
    fn has_same_outcomes(&self, other: &Self) -> bool {
        let strict = |verdict: &RecordedVerdict| {
            let mut verdict = verdict.clone();
            verdict.checks.retain(|check| check.check != "relaxations");
            verdict
        };
        strict(&self.verdict).differences(&strict(&other.verdict)).is_empty()
    }
}

fn tree_of(xml: &[u8]) -> Result<XmlElement, CapsuleError> {
    let document = Document::parse(xml.to_vec(), &Limits::MESSAGE).map_err(not_redactable)?;
    Ok(XmlElement::read(document.root()))
}

/// Keys of a capsule's own, in place of those that must not leave.
struct Recipients {
    own: Option<Certificate>,
    shared: Vec<SharedKey>,
}

impl Recipients {
    /// Puts new keys into the setting: as many shared ones of each length as there were, for the outcome depends on it.
    fn instead_of_those_in(setting: &mut Setting) -> Result<Self, CapsuleError> {
        let own = if setting.sp.decryption_keys.is_empty() {
            None
        } else {
            let (certificate, pem) = throwaway_recipient().map_err(Box::new)?;
            setting.sp.decryption_keys = vec![pem];
            Some(certificate)
        };
        let mut shared = Vec::new();
        for (key, text) in setting.shared_keys()?.iter().zip(&mut setting.idp.shared_keys) {
            let mut octets = vec![0; key.algorithm().key_octets()];
            SystemRandom.fill(&mut octets).map_err(not_redactable)?;
            *text = STANDARD.encode(&octets);
            shared.push(SharedKey::new(Secret::new(octets)).map_err(CapsuleError::Key)?);
        }
        Ok(Self { own, shared })
    }

    /// The recipient for content that was encrypted in such a way.
    fn like(&self, encryption: &KeyEncryption) -> Option<EncryptionTarget> {
        match encryption {
            KeyEncryption::Transport(_) => {
                self.own.as_ref().map(|certificate| EncryptionTarget::new(certificate.public_key().clone()))
            }
            KeyEncryption::Wrap(wrap) => self
                .shared
                .iter()
                .find(|key| key.algorithm() == *wrap)
                .cloned()
                .map(EncryptionTarget::sharing),
        }
    }
}

/// The operating system's randomness.
struct SystemRandom;

impl SecureRandom for SystemRandom {
    fn fill(&mut self, octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        openssl::rand::rand_bytes(octets).map_err(|_error| RandomUnavailable)
    }
}

fn not_redactable<E>(_error: E) -> CapsuleError {
    CapsuleError::NotRedactable
}

fn write(tree: &XmlElement) -> Result<Vec<u8>, CapsuleError> {
    let mut writer = Writer::new();
    tree.write(&mut writer);
    let written = writer.finish().map_err(|error| Box::new(ForgeError::Write(error)))?;
    Ok(written.into_octets())
}

/// The IDs of signed elements, inner ones first.
fn signed_ids(root: Element<'_>) -> Vec<String> {
    let mut ids = Vec::new();
    let mut open = vec![root];
    while let Some(element) = open.pop() {
        if element.child_elements().any(|child| child.is(names::ds::SIGNATURE)) {
            ids.extend(element.attribute("ID").map(str::to_owned));
        }
        open.extend(element.child_elements());
    }
    ids.reverse();
    ids
}

fn strip_signatures(element: &mut XmlElement) {
    element.children.retain(|child| match child {
        XmlNode::Element(child) => !child.is(names::ds::SIGNATURE),
        XmlNode::Text(_) => true,
    });
    for child in &mut element.children {
        if let XmlNode::Element(child) = child {
            strip_signatures(child);
        }
    }
}

/// The same word for the same value, wherever it occurs.
#[derive(Default)]
struct Pseudonyms(HashMap<String, String>);

impl Pseudonyms {
    const ATTRIBUTES: [&'static str; 4] = ["SessionIndex", "Address", "DNSName", "SPProvidedID"];

    fn of(&mut self, value: &str) -> String {
        let number = self.0.len().saturating_add(1);
        self.0.entry(value.to_owned()).or_insert_with(|| format!("redacted-{number}")).clone()
    }

    /// Recursion is as deep as the parser let the document be.
    fn replace(&mut self, element: &mut XmlElement) {
        for attribute in &mut element.attributes {
            if Self::ATTRIBUTES.contains(&attribute.name.local.as_str()) && !attribute.value.is_empty() {
                attribute.value = self.of(&attribute.value);
            }
        }
        let is_personal = element.is(names::saml::NAME_ID)
            || element.is(names::saml::ATTRIBUTE_VALUE)
            || element.is(names::samlp::STATUS_MESSAGE);
        for child in &mut element.children {
            match child {
                XmlNode::Element(child) => self.replace(child),
                XmlNode::Text(text) if is_personal && !text.trim().is_empty() => *text = self.of(text),
                XmlNode::Text(_) => {}
            }
        }
    }
}
