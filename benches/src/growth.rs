//! Documents of any size whose cost per octet must not depend on it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::assertion::{Attribute, StatedAttribute, Statement};
use saml_core::dsig::{SigningOptions, sign_document, sign_enveloped};
use saml_core::metadata::{KeyDescriptor, KeyUse};
use saml_core::protocol::ResponseAssertion;

use crate::documents::replaced;
use crate::{Failure, Identity, Sample, Signed, response, typed_response};

/// A signed aggregate: so many prefixes that have ended, then so many groups of one entity.
///
/// # Errors
/// It could not be signed.
pub fn prefixed_federation(identity: &Identity, size: usize) -> Result<Vec<u8>, Failure> {
    let mut xml = String::from(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" ID=\"_f\"><md:Extensions>",
    );
    for n in 0..size {
        write!(xml, "<p{n}:x xmlns:p{n}=\"urn:x\"/>")?;
    }
    xml.push_str("</md:Extensions>");
    for n in 0..size {
        write!(
            xml,
            "<md:EntitiesDescriptor><md:EntityDescriptor entityID=\"urn:{n}\"/></md:EntitiesDescriptor>"
        )?;
    }
    xml.push_str("</md:EntitiesDescriptor>");
    Ok(sign_document(xml.into_bytes(), None, &identity.signer()?, SigningOptions::default())?)
}

/// One `KeyDescriptor` of so many certificates, each with another serial number.
///
/// # Errors
/// The certificate is not one of ours.
pub fn certified_role(identity: &Identity, size: usize) -> Result<KeyDescriptor, Failure> {
    let der = identity.certificate.der().to_vec();
    // The serial number, 1000, is the first number of two octets.
    let serial = der.windows(4).position(|octets| octets == [2, 2, 3, 0xE8]);
    let serial = serial.ok_or("a certificate without the usual serial number")?.saturating_add(2);
    let certificates: Vec<String> = (0..size)
        .map(|n| {
            let mut der = der.clone();
            let number = u16::try_from(n).unwrap_or(u16::MAX).saturating_add(0x0100).to_be_bytes();
            if let Some(place) = der.get_mut(serial..serial.saturating_add(2)) {
                place.copy_from_slice(&number);
            }
            STANDARD.encode(der)
        })
        .collect();
    let first =
        KeyDescriptor::of_certificate(KeyUse::Signing, certificates.first().cloned().unwrap_or_default());
    Ok(KeyDescriptor { certificates, ..first })
}

/// A genuine message whose signed assertion has so many attributes of one value, each with another name.
///
/// # Errors
/// It could not be signed.
pub fn attributed_response(identity: &Identity, attributes: usize) -> Result<Sample, Failure> {
    let mut response = typed_response(1)?;
    let mut id = None;
    for assertion in &mut response.assertions {
        let ResponseAssertion::Assertion(assertion) = assertion else { continue };
        id = Some(assertion.id.clone());
        for statement in &mut assertion.statements {
            let Statement::Attribute(statement) = statement else { continue };
            for n in 0..attributes {
                let attribute = Attribute::new(format!("urn:oid:1.3.6.1.4.1.5923.{n}"), ["staff"]);
                statement.attributes.push(StatedAttribute::Attribute(attribute));
            }
        }
    }
    let id = id.ok_or("a response without an assertion")?;
    let mut written = response.to_xml()?;
    sign_enveloped(&mut written, id.as_str(), &identity.signer()?, SigningOptions::default())?;
    Ok(Sample::new(format!("an assertion of {attributes} attributes"), written.into_octets(), 1))
}

/// A message of a stranger with so many octets more in its `SignedInfo`.
///
/// # Errors
/// It could not be signed.
pub fn filled_signed_info(identity: &Identity, octets: usize) -> Result<Sample, Failure> {
    let good = response(identity, Signed::Assertion, 20)?;
    let filling = format!("<x>{}</x></ds:SignedInfo>", "x".repeat(octets));
    Ok(Sample::new("", replaced(&good, "</ds:SignedInfo>", &filling), 1))
}
