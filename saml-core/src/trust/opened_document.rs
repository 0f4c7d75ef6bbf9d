//! Floor 6: a document with all its ciphertexts opened, for tools that show encrypted content.

use super::{DecryptionKeys, TrustError};
use crate::base::{Budget, EntityId, Limits};
use crate::crypto::PeerPolicy;
use crate::enc::DecryptionFacts;
use crate::xml::{Document, Element, QName, names};

/// A document in clear, and the facts about each decryption.
///
/// Its content is unverified. Signatures over ciphertext don't hold any more; those inside a ciphertext may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedDocument {
    /// The document, in which each `Encrypted*` element of SAML is replaced by its plaintext.
    pub octets: Vec<u8>,
    /// The facts about each decryption, in the order of opening; empty if nothing was encrypted.
    pub facts: Vec<DecryptionFacts>,
}

/// Opens every encrypted assertion, name and attribute of a document, also those inside one another.
///
/// For people who look at a message of their own. A message is accepted by
/// [`accept_response`](crate::validation::accept_response), which opens what it needs by itself.
///
/// # Errors
/// Not a document, or something in it stays closed.
pub fn open_document(
    octets: Vec<u8>,
    keys: &DecryptionKeys,
    recipient: &EntityId,
    policy: &PeerPolicy,
    limits: &Limits,
) -> Result<OpenedDocument, TrustError> {
    let mut budget = Budget::for_message();
    let mut opener = keys.opener(recipient, policy, limits, &mut budget);
    let mut opened = OpenedDocument { octets, facts: Vec::new() };
    loop {
        let document = Document::parse(opened.octets, limits)?;
        opened.octets = document.octets().to_vec();
        let Some((element, name)) = first_encrypted(document.root()) else { return Ok(opened) };
        let Some(place) = element.place() else { return Ok(opened) };
        let plaintext = opener.open(element, name)?;
        opened.octets.splice(place.start..place.end, plaintext.document.octets().iter().copied());
        opened.facts.push(plaintext.facts);
    }
}

/// The first ciphertext in document order, and the name of the element that must be in it.
fn first_encrypted(root: Element<'_>) -> Option<(Element<'_>, QName<'static>)> {
    let kinds = [
        (names::saml::ENCRYPTED_ASSERTION, names::saml::ASSERTION),
        (names::saml::ENCRYPTED_ID, names::saml::NAME_ID),
        (names::saml::ENCRYPTED_ATTRIBUTE, names::saml::ATTRIBUTE),
    ];
    let mut open = vec![root];
    while let Some(element) = open.pop() {
        if let Some((_, name)) = kinds.into_iter().find(|(kind, _)| element.is(*kind)) {
            return Some((element, name));
        }
        let children: Vec<Element<'_>> = element.child_elements().collect();
        open.extend(children.into_iter().rev());
    }
    None
}
