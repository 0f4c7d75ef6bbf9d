//! The catalogue, one file per section.

mod algorithms;
mod characters;
mod conditions;
mod encryption;
mod extensions;
mod fake_trust;
mod hiding;
mod metadata;
mod parser;
mod parties;
mod post;
mod published_keys;
mod reference;
mod requests;
mod resources;
mod semantics;
mod structure;
mod transforms;
mod wrapping;

pub use encryption::attacks_by_encryption;
pub use extensions::attacks_on_logout;
pub use metadata::attacks_on_metadata;
pub use requests::attacks_on_requests;

use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::base::Limits;
use saml_core::crypto::DigestAlgorithm;
use saml_core::xml::{Document, XmlElement, names};

use super::corpus::Corpus;
use super::gate::{Gate, GatedKeys};
use super::sign::{ENVELOPED, transform};
use super::{Family, ForgeError, ForgedMessage, Outcome, Specimen, Tree as _, deliver};

/// A part of the catalogue's attacks on Responses that is forged in one go.
#[derive(Clone, Copy)]
pub struct Section {
    family: Family,
    forge: fn(&Specimen<'_>, &mut Corpus) -> Result<(), ForgeError>,
}

impl Section {
    /// All of them, in the catalogue's order.
    pub const ALL: [Self; 16] = [
        Self { family: Family::FakeTrust, forge: fake_trust::forge },
        Self { family: Family::Wrapping, forge: wrapping::forge },
        Self { family: Family::Wrapping, forge: hiding::forge },
        Self { family: Family::Wrapping, forge: extensions::forge },
        Self { family: Family::Reference, forge: reference::forge },
        Self { family: Family::SignatureStructure, forge: structure::forge },
        Self { family: Family::ParserDifferential, forge: parser::forge },
        Self { family: Family::ParserDifferential, forge: characters::forge },
        Self { family: Family::Transform, forge: transforms::forge },
        Self { family: Family::KeysAndAlgorithms, forge: algorithms::forge },
        Self { family: Family::KeysAndAlgorithms, forge: published_keys::forge },
        Self { family: Family::Resource, forge: resources::forge },
        Self { family: Family::Binding, forge: post::forge },
        Self { family: Family::Semantics, forge: parties::forge },
        Self { family: Family::Semantics, forge: semantics::forge },
        Self { family: Family::Semantics, forge: conditions::forge },
    ];

    /// Where its attacks belong.
    #[must_use]
    pub const fn family(self) -> Family {
        self.family
    }
}

impl std::fmt::Debug for Section {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Section").field("family", &self.family).finish_non_exhaustive()
    }
}

/// The attacks of one section, made from this specimen.
///
/// # Errors
/// As [`attacks_on`].
pub fn attacks_in(section: Section, specimen: &Specimen<'_>) -> Result<Vec<ForgedMessage>, ForgeError> {
    let mut corpus = Corpus::over(specimen.good()?, specimen.signed.name());
    corpus.family(section.family);
    (section.forge)(specimen, &mut corpus)?;
    Ok(corpus.into_messages())
}

/// A message of a section, and the means to make it again for another login.
#[derive(Clone, Debug)]
pub struct Planned {
    section: Section,
    /// The message as it was made now.
    pub message: ForgedMessage,
    /// The calls of signers that it takes.
    signatures: Range<usize>,
    /// The product's outcome.
    outcome: Outcome,
}

/// The attacks of one section on a receiver that accepts this specimen.
///
/// Messages that turn out harmless are left out: those that say the same as the specimen, and those that every receiver
/// with our tolerance of clocks accepts for the same person.
///
/// # Errors
/// As [`attacks_on`].
pub fn plan(section: Section, specimen: &Specimen<'_>) -> Result<Vec<Planned>, ForgeError> {
    let gate = Gate::new(0..usize::MAX);
    let gated = GatedKeys::new(specimen.keys, &gate);
    let counted = specimen.under(gated.keys());
    let mut corpus = Corpus::over(specimen.good()?, specimen.signed.name()).counting(&gate);
    corpus.family(section.family);
    (section.forge)(&counted, &mut corpus)?;
    let planned = corpus.into_counted().map(|(message, signatures)| {
        let outcome = deliver(&message);
        Planned { section, message, signatures, outcome }
    });
    Ok(planned.filter(|planned| planned.message.is_what_it_is_meant_to_be(&planned.outcome)).collect())
}

impl Planned {
    /// The same attack on another specimen, which must be made like the one that it was planned for.
    ///
    /// # Errors
    /// As [`attacks_on`].
    pub fn remake(&self, specimen: &Specimen<'_>) -> Result<ForgedMessage, ForgeError> {
        let made = self.remake_alone(specimen);
        match made {
            Ok(Some(message)) if self.outcome.is_like(&deliver(&message)) => Ok(message),
            // It takes a signature that was made for an earlier message.
            Ok(_) | Err(_) => {
                let messages = attacks_in(self.section, specimen)?.into_iter();
                let mut named = messages.filter(|message| message.id == self.message.id);
                named.next().ok_or_else(|| ForgeError::absent(self.message.id.as_str()))
            }
        }
    }

    fn remake_alone(&self, specimen: &Specimen<'_>) -> Result<Option<ForgedMessage>, ForgeError> {
        let gate = Gate::new(self.signatures.clone());
        let gated = GatedKeys::new(specimen.keys, &gate);
        let gated = specimen.under(gated.keys());
        let corpus = Corpus::over(specimen.good()?, specimen.signed.name()).counting(&gate);
        let mut corpus = corpus.keeping(&self.message.id);
        corpus.family(self.section.family);
        (self.section.forge)(&gated, &mut corpus)?;
        Ok(corpus.into_messages().into_iter().next())
    }
}

/// Every attack on a Response, made from this specimen.
///
/// # Errors
/// The specimen is refused as it is, or lacks a part that an attack works on.
pub fn attacks_on(specimen: &Specimen<'_>) -> Result<Vec<ForgedMessage>, ForgeError> {
    let mut corpus = Corpus::over(specimen.good()?, specimen.signed.name());
    for section in Section::ALL {
        corpus.family(section.family);
        (section.forge)(specimen, &mut corpus)?;
    }
    Ok(corpus.into_messages())
}

fn tree_of(octets: Vec<u8>) -> Result<XmlElement, ForgeError> {
    Ok(XmlElement::read(Document::parse(octets, &Limits::METADATA)?.root()))
}

fn base64(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// A reference with the transforms of the profile.
fn reference_to(uri: &str, digest: &[u8], algorithm: DigestAlgorithm) -> XmlElement {
    let transforms = XmlElement::new(names::ds::TRANSFORMS)
        .holding(transform(ENVELOPED))
        .holding(transform("http://www.w3.org/2001/10/xml-exc-c14n#"));
    XmlElement::new(names::ds::REFERENCE)
        .with("URI", uri)
        .holding(transforms)
        .holding(XmlElement::new(names::ds::DIGEST_METHOD).with("Algorithm", algorithm.uri()))
        .holding(XmlElement::new(names::ds::DIGEST_VALUE).saying(&base64(digest)))
}
