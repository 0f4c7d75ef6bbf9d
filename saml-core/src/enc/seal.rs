//! Floor 4: sealing for a recipient.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::encrypted_data::ELEMENT;
use super::{EncryptionTarget, RecipientKey};
use crate::base::{Coded, Limits, Relaxation, SecureRandom, VerdictCode};
use crate::c14n::{C14nError, CanonicalizationMethod, PrefixList, canonical_octets};
use crate::crypto::{CryptoError, DigestAlgorithm, KeyTransport, danger};
use crate::xml::{
    Document, Element, NamespaceBinding, QName, SchemaError, WriteError, Writer, Written, XmlError, names,
};

/// Why something could not be sealed. All of these are faults of ours or of the environment, never of a peer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealingError {
    /// The written document could not be read back.
    #[error("the written message can't be read back")]
    Parse(#[from] XmlError),
    /// The sealed element could not be read back.
    #[error("the encrypted element can't be read back")]
    Schema(#[from] SchemaError),
    /// No element of that ID was written.
    #[error("the message holds no element with the ID to seal")]
    NoSuchElement,
    /// Canonicalising failed.
    #[error("canonicalising failed")]
    Canonicalization(#[from] C14nError),
    /// The cipher, the key transport, the key wrap or the random source failed.
    #[error("the encryption failed")]
    Crypto(#[from] CryptoError),
    /// The sealed element could not be written.
    #[error("the encrypted element can't be written")]
    Write(#[from] WriteError),
}

impl Coded for SealingError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new("sealing.failed")
    }

    fn expected(&self) -> Option<String> {
        Some("an encrypted assertion".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Replaces the assertion with this `ID` by its `EncryptedAssertion` [Core §2.3.4].
///
/// The assertion is signed before, if it is to be signed itself; the message around it afterwards, for its signature
/// covers the ciphertext.
///
/// # Errors
/// [`SealingError`]; `written` is then unchanged.
pub fn seal_assertion(
    written: &mut Written,
    id: &str,
    recipient: &EncryptionTarget,
    random: &mut dyn SecureRandom,
) -> Result<(), SealingError> {
    let document = Document::parse(written.octets().to_vec(), &Limits::METADATA)?;
    let assertion = document.element_by_id(id).ok_or(SealingError::NoSuchElement)?;
    let plaintext = self_contained(assertion)?;
    let sealed = seal(&plaintext, names::saml::ENCRYPTED_ASSERTION, recipient, random)?;
    written.replace_element(id, &sealed)?;
    Ok(())
}

/// Replaces one assertion of a document that exists by its `EncryptedAssertion`, and leaves every other octet as it was.
///
/// Without an `id`, the document must hold exactly one assertion. A signature around it does not survive.
///
/// # Errors
/// [`SealingError`].
pub fn seal_document(
    octets: Vec<u8>,
    id: Option<&str>,
    recipient: &EncryptionTarget,
    random: &mut dyn SecureRandom,
) -> Result<Vec<u8>, SealingError> {
    let document = Document::parse(octets, &Limits::METADATA)?;
    let mut assertions = Vec::new();
    let mut open = vec![document.root()];
    while let Some(element) = open.pop() {
        if element.is(names::saml::ASSERTION) {
            assertions.push(element);
        } else {
            open.extend(element.child_elements());
        }
    }
    assertions.retain(|assertion| id.is_none_or(|id| assertion.attribute("ID") == Some(id)));
    let [assertion] = assertions.as_slice() else { return Err(SealingError::NoSuchElement) };
    let place = assertion.place().ok_or(SealingError::NoSuchElement)?;
    let id = assertion.attribute("ID").ok_or(SealingError::NoSuchElement)?;
    let mut written = Written::of_document(document.octets().to_vec(), id, place, place.end);
    seal_assertion(&mut written, id, recipient, random)?;
    Ok(written.into_octets())
}

/// Encrypts one element, given as octets, and writes the `wrapper` that stands for it: `EncryptedAssertion`,
/// `EncryptedID`, `EncryptedAttribute`.
///
/// Does not examine `plaintext`, which must be one element that declares every prefix it uses: not every receiver
/// takes the bindings around the ciphertext into account.
///
/// # Errors
/// [`SealingError::Crypto`]: the algorithms are not for sealing, the key does not fit them, no randomness;
/// [`SealingError::Write`].
pub fn seal(
    plaintext: &[u8],
    wrapper: QName<'static>,
    recipient: &EncryptionTarget,
    random: &mut dyn SecureRandom,
) -> Result<Vec<u8>, SealingError> {
    let session_key = recipient.cipher.generate_key(random)?;
    let content = if recipient.granted.contains(Relaxation::AesCbc) {
        danger::seal_content(recipient.cipher, &session_key, plaintext, random)?
    } else {
        recipient.cipher.seal(&session_key, plaintext, random)?
    };
    let wrapped = match &recipient.key {
        RecipientKey::Public { key, transport, .. } => transport.wrap_key(key, &session_key)?,
        RecipientKey::Shared(shared) => shared.wrap_key(&session_key)?,
    };
    let mut writer = Writer::new();
    writer.start(wrapper);
    writer.start(names::xenc::ENCRYPTED_DATA);
    writer.attribute("Type", ELEMENT);
    writer.start(names::xenc::ENCRYPTION_METHOD);
    writer.attribute("Algorithm", recipient.cipher.uri());
    writer.end();
    writer.start(names::ds::KEY_INFO);
    write_encrypted_key(&mut writer, recipient, &wrapped);
    writer.end();
    write_cipher_data(&mut writer, &content);
    writer.end();
    writer.end();
    Ok(writer.finish()?.into_octets())
}

/// Inside the data, where every receiver looks for it.
fn write_encrypted_key(writer: &mut Writer, recipient: &EncryptionTarget, wrapped: &[u8]) {
    writer.start(names::xenc::ENCRYPTED_KEY);
    writer.attribute_opt("Recipient", recipient.name.as_ref().map(|name| name.as_str()));
    match &recipient.key {
        RecipientKey::Public { certificate, transport, .. } => {
            write_key_transport(writer, transport);
            if let Some(certificate) = certificate {
                writer.start(names::ds::KEY_INFO);
                writer.start(names::ds::X509_DATA);
                writer.text_element(names::ds::X509_CERTIFICATE, &certificate.to_base64());
                writer.end();
                writer.end();
            }
        }
        RecipientKey::Shared(shared) => {
            writer.start(names::xenc::ENCRYPTION_METHOD);
            writer.attribute("Algorithm", shared.algorithm().uri());
            writer.end();
            if let Some(name) = shared.name() {
                writer.start(names::ds::KEY_INFO);
                writer.text_element(names::ds::KEY_NAME, name.as_str());
                writer.end();
            }
        }
    }
    write_cipher_data(writer, wrapped);
    writer.end();
}

/// Every parameter is written, because receivers assume different defaults.
fn write_key_transport(writer: &mut Writer, transport: &KeyTransport) {
    writer.start(names::xenc::ENCRYPTION_METHOD);
    writer.attribute("Algorithm", transport.uri());
    let (digest, mask, label): (_, _, &[u8]) = match transport {
        KeyTransport::RsaOaepMgf1p { digest, label } => (Some(digest), None, label),
        KeyTransport::RsaOaep { digest, mask, label } => (Some(digest), Some(mask), label),
        KeyTransport::Rsa15 => (None, None, &[]),
    };
    if !label.is_empty() {
        writer.text_element(names::xenc::OAEP_PARAMS, &STANDARD.encode(label));
    }
    let digest = digest.map(|digest| (names::ds::DIGEST_METHOD, digest.uri()));
    let mask = mask.map(|mask: &DigestAlgorithm| (names::xenc11::MGF, KeyTransport::mask_uri(*mask)));
    for (name, algorithm) in digest.into_iter().chain(mask) {
        writer.start(name);
        writer.attribute("Algorithm", algorithm);
        writer.end();
    }
    writer.end();
}

fn write_cipher_data(writer: &mut Writer, octets: &[u8]) {
    writer.start(names::xenc::CIPHER_DATA);
    writer.text_element(names::xenc::CIPHER_VALUE, &STANDARD.encode(octets));
    writer.end();
}

/// The element with every binding in scope on it, so that it means the same wherever it is read. The signature in it
/// is over its exclusive canonical form, to which declarations that nothing uses don't belong.
fn self_contained(element: Element<'_>) -> Result<Vec<u8>, SealingError> {
    let token = |binding: NamespaceBinding| match binding.prefix.as_str() {
        "" => "#default".to_owned(),
        _ => binding.prefix,
    };
    let prefixes: Vec<String> = element.namespaces_in_scope().into_iter().map(token).collect();
    let prefix_list = PrefixList::parse(&prefixes.join(" "))?;
    let method = CanonicalizationMethod::EXCLUSIVE;
    Ok(canonical_octets(element, None, method, &prefix_list, &Limits::METADATA)?)
}
