//! The catalogue, one file per section.

mod algorithms;
mod characters;
mod conditions;
mod encryption;
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
pub use metadata::attacks_on_metadata;
pub use requests::attacks_on_requests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::base::Limits;
use saml_core::crypto::DigestAlgorithm;
use saml_core::xml::{Document, XmlElement, names};

use super::corpus::Corpus;
use super::sign::{ENVELOPED, transform};
use super::{Family, ForgeError, ForgedMessage, Specimen, Tree as _};

/// Every attack on a Response, made from this specimen.
///
/// # Errors
/// The specimen is refused as it is, or lacks a part that an attack works on.
pub fn attacks_on(specimen: &Specimen<'_>) -> Result<Vec<ForgedMessage>, ForgeError> {
    let mut corpus = Corpus::over(specimen.good()?, specimen.signed.name());
    corpus.family(Family::FakeTrust);
    fake_trust::forge(specimen, &mut corpus)?;
    corpus.family(Family::Wrapping);
    wrapping::forge(specimen, &mut corpus)?;
    hiding::forge(specimen, &mut corpus)?;
    corpus.family(Family::Reference);
    reference::forge(specimen, &mut corpus)?;
    corpus.family(Family::SignatureStructure);
    structure::forge(specimen, &mut corpus)?;
    corpus.family(Family::ParserDifferential);
    parser::forge(specimen, &mut corpus)?;
    characters::forge(specimen, &mut corpus)?;
    corpus.family(Family::Transform);
    transforms::forge(specimen, &mut corpus)?;
    corpus.family(Family::KeysAndAlgorithms);
    algorithms::forge(specimen, &mut corpus)?;
    published_keys::forge(specimen, &mut corpus)?;
    corpus.family(Family::Resource);
    resources::forge(specimen, &mut corpus)?;
    corpus.family(Family::Binding);
    post::forge(specimen, &mut corpus)?;
    corpus.family(Family::Semantics);
    parties::forge(specimen, &mut corpus)?;
    semantics::forge(specimen, &mut corpus)?;
    conditions::forge(specimen, &mut corpus)?;
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
