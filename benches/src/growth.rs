//! Documents of any size whose cost per octet must not depend on it.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::dsig::{SigningOptions, sign_document};
use saml_core::metadata::{KeyDescriptor, KeyUse};

use crate::{Failure, Identity};

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
