//! Floor 4: making an enveloped signature.

mod stream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub use self::stream::{SignedHead, SigningStream};
use crate::base::{Coded, Limits, VerdictCode, is_nc_name};
use crate::c14n::{C14nError, CanonicalizationMethod, PrefixList, canonical_octets};
use crate::crypto::{CryptoError, DigestAlgorithm, DigestValue, Signer, digest};
use crate::xml::{Document, Element, QName, WriteError, Writer, Written, XmlError, names};

const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: CanonicalizationMethod = CanonicalizationMethod::EXCLUSIVE;

/// What a signature says about its key. The receiver must pin the key anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum KeyInfoContent<'a> {
    /// The signer's certificate in `X509Data`, if it has one; some peers choose among pinned keys by it.
    #[default]
    Certificate,
    /// A `KeyName`: the name that the peer's metadata or an agreement gives the key (KC-02).
    KeyName(&'a str),
    /// No `KeyInfo`.
    None,
}

/// How to sign. The default is what every current peer reads: exclusive c14n, SHA-256, the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SigningOptions<'a> {
    /// The digest over the signed element.
    pub digest_algorithm: DigestAlgorithm,
    /// What `KeyInfo` holds.
    pub key_info: KeyInfoContent<'a>,
}

impl Default for SigningOptions<'_> {
    fn default() -> Self {
        Self { digest_algorithm: DigestAlgorithm::Sha256, key_info: KeyInfoContent::default() }
    }
}

/// Why a message could not be signed. All of these are faults of ours or of the environment, never of a peer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SigningError {
    /// The written document could not be read back.
    #[error("the written message can't be read back")]
    Parse(#[from] XmlError),
    /// No element of that ID was written.
    #[error("the message holds no element with the ID to sign")]
    NoSuchElement,
    /// The element has no ID that a signature could name.
    #[error("the element has no ID that a signature could name")]
    ElementWithoutId,
    /// The element is signed already: two signatures of one element are refused everywhere.
    #[error("the element is signed already")]
    SignedAlready,
    /// There is no place for a signature: no Issuer, or an element of metadata without content.
    #[error("the element has no place for a signature: no Issuer, or no content")]
    NoPlace,
    /// Canonicalising failed.
    #[error("canonicalising failed")]
    Canonicalization(#[from] C14nError),
    /// The signer or the digest failed.
    #[error("the signer failed")]
    Crypto(#[from] CryptoError),
    /// The signature could not be written.
    #[error("the signature can't be written")]
    Write(#[from] WriteError),
}

impl Coded for SigningError {
    fn code(&self) -> VerdictCode {
        VerdictCode::new("signing.failed")
    }

    fn expected(&self) -> Option<String> {
        Some("a signature".to_owned())
    }

    fn found(&self) -> Option<String> {
        Some(self.to_string())
    }
}

/// Signs the element with this `ID` in place: the `ds:Signature` goes where the writer left a slot for it.
///
/// With several signatures in one message, the inner element is signed first.
///
/// # Errors
/// [`SigningError`]; `written` is then unchanged.
pub fn sign_enveloped(
    written: &mut Written,
    id: &str,
    signer: &dyn Signer,
    options: SigningOptions<'_>,
) -> Result<(), SigningError> {
    let document = Document::parse(written.octets().to_vec(), &Limits::METADATA)?;
    let element = document.element_by_id(id).ok_or(SigningError::NoSuchElement)?;
    let octets = canonical_octets(element, None, EXCLUSIVE, PrefixList::EMPTY, &Limits::METADATA)?;
    let digest = digest(options.digest_algorithm, &octets)?;
    let signature = signature(id, &digest, signer, options)?;
    written.insert_signature(id, &signature)?;
    Ok(())
}

/// The `ds:Signature` over the element of this ID, whose canonical form has this digest.
fn signature(
    id: &str,
    digest: &DigestValue,
    signer: &dyn Signer,
    options: SigningOptions<'_>,
) -> Result<Vec<u8>, SigningError> {
    let signed_info = SignedInfoToWrite {
        reference: format!("#{id}"),
        signature_algorithm: signer.algorithm().uri(),
        digest_algorithm: options.digest_algorithm.uri(),
        digest: STANDARD.encode(digest.as_octets()),
    };
    let value = signer.sign(&signed_info.canonical_octets()?)?;
    Ok(write_signature(&signed_info, &value, signer, options.key_info)?)
}

/// Signs one element of a document that exists, the root or the one with this ID, and leaves every other octet as it
/// was.
///
/// The signature goes where the schema wants it: first in metadata, after the issuer elsewhere. Looks neither at the
/// document's content nor at its other signatures. A signature that covers the element from outside no longer holds
/// afterwards.
///
/// # Errors
/// [`SigningError`].
pub fn sign_document(
    octets: Vec<u8>,
    id: Option<&str>,
    signer: &dyn Signer,
    options: SigningOptions<'_>,
) -> Result<Vec<u8>, SigningError> {
    let document = Document::parse(octets, &Limits::METADATA)?;
    let element = match id {
        None => document.root(),
        Some(id) => document.element_by_id(id).ok_or(SigningError::NoSuchElement)?,
    };
    let id = element.attribute("ID").filter(|id| is_nc_name(id)).ok_or(SigningError::ElementWithoutId)?;
    if element.child_elements().any(|child| child.is(names::ds::SIGNATURE)) {
        return Err(SigningError::SignedAlready);
    }
    let offset = signature_offset(element).ok_or(SigningError::NoPlace)?;
    let place = element.place().ok_or(SigningError::NoPlace)?;
    let mut written = Written::of_document(document.octets().to_vec(), id, place, offset);
    sign_enveloped(&mut written, id, signer, options)?;
    Ok(written.into_octets())
}

fn signature_offset(element: Element<'_>) -> Option<usize> {
    if element.name().namespace == names::MD {
        let place = element.place()?;
        return (place.content < place.end).then_some(place.content);
    }
    let issuer = element.child_elements().next().filter(|child| child.is(names::saml::ISSUER))?;
    issuer.place().map(|place| place.end)
}

struct SignedInfoToWrite {
    reference: String,
    signature_algorithm: &'static str,
    digest_algorithm: &'static str,
    digest: String,
}

impl SignedInfoToWrite {
    /// Its canonical form, wherever it will stand.
    ///
    /// The writer's output is canonical already: one prefix, declared on the apex; at most one attribute on an element;
    /// the escaping tables of [C14N §2.3]; end tags throughout.
    fn canonical_octets(&self) -> Result<Vec<u8>, WriteError> {
        let mut alone = Writer::with_end_tags();
        self.write(&mut alone);
        Ok(alone.finish()?.into_octets())
    }

    fn write(&self, w: &mut Writer) {
        w.start(names::ds::SIGNED_INFO);
        write_algorithm(w, names::ds::CANONICALIZATION_METHOD, EXCLUSIVE.uri());
        write_algorithm(w, names::ds::SIGNATURE_METHOD, self.signature_algorithm);
        w.start(names::ds::REFERENCE);
        w.attribute("URI", &self.reference);
        w.start(names::ds::TRANSFORMS);
        write_algorithm(w, names::ds::TRANSFORM, ENVELOPED);
        write_algorithm(w, names::ds::TRANSFORM, EXCLUSIVE.uri());
        w.end();
        write_algorithm(w, names::ds::DIGEST_METHOD, self.digest_algorithm);
        w.text_element(names::ds::DIGEST_VALUE, &self.digest);
        w.end();
        w.end();
    }
}

fn write_algorithm(w: &mut Writer, name: QName<'_>, uri: &str) {
    w.start(name);
    w.attribute("Algorithm", uri);
    w.end();
}

fn write_signature(
    signed_info: &SignedInfoToWrite,
    value: &[u8],
    signer: &dyn Signer,
    key_info: KeyInfoContent<'_>,
) -> Result<Vec<u8>, WriteError> {
    let mut w = Writer::new();
    w.start(names::ds::SIGNATURE);
    signed_info.write(&mut w);
    w.text_element(names::ds::SIGNATURE_VALUE, &STANDARD.encode(value));
    match (key_info, signer.certificate()) {
        (KeyInfoContent::Certificate, Some(certificate)) => {
            w.start(names::ds::KEY_INFO);
            w.start(names::ds::X509_DATA);
            w.text_element(names::ds::X509_CERTIFICATE, &certificate.to_base64());
            w.end();
            w.end();
        }
        (KeyInfoContent::KeyName(name), _) => {
            w.start(names::ds::KEY_INFO);
            w.text_element(names::ds::KEY_NAME, name);
            w.end();
        }
        (KeyInfoContent::Certificate, None) | (KeyInfoContent::None, _) => {}
    }
    w.end();
    Ok(w.finish()?.into_octets())
}

#[cfg(test)]
mod tests;
