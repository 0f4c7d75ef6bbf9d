//! A Response that is signed and sealed as a test wants it.

use crate::assertion::{
    Assertion, Attribute, AttributeStatement, EncryptedAttribute, EncryptedElement, EncryptedId, Issuer,
    NameId, StatedAttribute, Statement, Subject, SubjectIdentifier,
};
use crate::base::{EntityId, Limits, MessageId, NonEmpty, SamlInstant};
use crate::crypto::tests::keys;
use crate::crypto::{LocalSigner, PeerPolicy, PrivateKey, SignatureAlgorithm, Signer as _};
use crate::dsig::{SigningOptions, sign_enveloped};
use crate::enc::tests::{Counter, around, decrypter};
use crate::enc::{EncryptionTarget, seal, seal_assertion};
use crate::protocol::{Response, ResponseAssertion, Status, StatusCode, StatusResponse};
use crate::trust::{
    DecryptionKeys, PeerKeys, ReceivedResponse, ResponseVerification, TrustError, Unverified,
};
use crate::xml::names::saml;
use crate::xml::{Document, KeptElement, QName, Writer, Written};

pub(super) const SP: &str = "https://sp.example.com/saml/metadata";

pub(super) fn id(text: &str) -> MessageId {
    MessageId::try_from(text).unwrap()
}

pub(super) fn signer() -> LocalSigner {
    LocalSigner::new(keys::rsa(2048), SignatureAlgorithm::RsaSha256).unwrap()
}

/// The key that everything is sealed to; another one than the peer signs with.
pub(super) fn own_key() -> PrivateKey {
    keys::rsa(3072)
}

pub(super) fn recipient() -> EncryptionTarget {
    EncryptionTarget::new(own_key().public_key().clone())
}

pub(super) fn assertion(subject: SubjectIdentifier) -> Assertion {
    let issuer = Issuer(NameId::new("https://idp.example.com"));
    let mut assertion = Assertion::new(id("_a"), SamlInstant::from_unix(1_700_000_000).unwrap(), issuer);
    assertion.subject = Some(Subject { identifier: Some(subject), confirmations: Vec::new() });
    assertion
}

pub(super) fn named(name: &str) -> Assertion {
    assertion(SubjectIdentifier::NameId(NameId::new(name)))
}

pub(super) fn with_attributes(attributes: Vec<StatedAttribute>) -> Assertion {
    let mut assertion = named("ada");
    let attributes = NonEmpty::from_vec(attributes).unwrap();
    assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
    assertion
}

/// A Response around an assertion, unsigned.
pub(super) fn response(assertion: Assertion) -> Written {
    let issued = assertion.issue_instant;
    let mut status_response = StatusResponse::new(id("_r"), issued, Status::new(StatusCode::Success));
    status_response.issuer = Some(assertion.issuer.clone());
    let assertions = vec![ResponseAssertion::Assertion(Box::new(assertion))];
    Response { status_response, assertions }.to_xml().unwrap()
}

pub(super) fn sign(written: &mut Written, id: &str) {
    sign_enveloped(written, id, &signer(), SigningOptions::default()).unwrap();
}

pub(super) fn seal_it(written: &mut Written) {
    seal_assertion(written, "_a", &recipient(), &mut Counter(1)).unwrap();
}

/// Puts another plaintext in the place of the assertion.
pub(super) fn seal_instead(written: &mut Written, plaintext: &str) {
    let sealed =
        seal(plaintext.as_bytes(), saml::ENCRYPTED_ASSERTION, &recipient(), &mut Counter(2)).unwrap();
    written.replace_element("_a", &sealed).unwrap();
}

pub(super) fn text(written: &Written) -> String {
    String::from_utf8(written.octets().to_vec()).unwrap()
}

/// The first element of this name in a document.
pub(super) fn part(xml: &str, name: &str) -> String {
    around(xml, &format!("{name} ")).1.to_owned()
}

fn encrypted(wrapper: QName<'static>, write: impl FnOnce(&mut Writer)) -> EncryptedElement {
    let mut plaintext = Writer::new();
    write(&mut plaintext);
    let plaintext = plaintext.finish().unwrap();
    encrypted_octets(wrapper, plaintext.octets())
}

pub(super) fn encrypted_octets(wrapper: QName<'static>, plaintext: &[u8]) -> EncryptedElement {
    let octets = seal(plaintext, wrapper, &recipient(), &mut Counter(3)).unwrap();
    let document = Document::parse(octets, &Limits::MESSAGE).unwrap();
    let data = document.root().child_elements().next().unwrap();
    EncryptedElement { encrypted_data: KeptElement::read(data), encrypted_keys: Vec::new() }
}

pub(super) fn encrypted_name(name: &NameId) -> SubjectIdentifier {
    let element = encrypted(saml::ENCRYPTED_ID, |w| name.write_as(saml::NAME_ID, w));
    SubjectIdentifier::EncryptedId(EncryptedId(element))
}

pub(super) fn encrypted_attribute(attribute: &Attribute) -> StatedAttribute {
    let element = encrypted(saml::ENCRYPTED_ATTRIBUTE, |w| attribute.write(w));
    StatedAttribute::Encrypted(EncryptedAttribute(element))
}

pub(super) fn verify_with(
    xml: &str,
    keys: &[PrivateKey],
    policy: &PeerPolicy,
) -> Result<ReceivedResponse, TrustError> {
    let keys = keys.iter().map(|key| decrypter(key.clone()));
    let message = Unverified::<Response>::parse(xml.as_bytes().to_vec(), &Limits::MESSAGE)?;
    message.verify(&ResponseVerification {
        keys: &PeerKeys::new([signer().public_key().clone()]).unwrap(),
        policy,
        decryption_keys: &DecryptionKeys::new(keys).unwrap(),
        recipient: &EntityId::try_from(SP).unwrap(),
        limits: &Limits::MESSAGE,
    })
}

pub(super) fn verify(written: &Written) -> Result<ReceivedResponse, TrustError> {
    verify_with(&text(written), &[own_key()], &PeerPolicy::default())
}

/// The NameID of the verified assertion.
pub(super) fn name_of(received: &ReceivedResponse) -> &str {
    match &received.assertion().unwrap().subject.as_ref().unwrap().identifier {
        Some(SubjectIdentifier::NameId(name)) => &name.value,
        other => panic!("no name: {other:?}"),
    }
}
