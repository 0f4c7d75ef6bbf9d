//! Signatures of any shape over trees, beside those of the product itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::base::Limits;
use saml_core::c14n::{CanonicalizationMethod, PrefixList, canonical_octets};
use saml_core::crypto::{DigestAlgorithm, Signer, digest};
use saml_core::xml::{Document, Element, QName, XmlElement, names};

use super::{ForgeError, Tree};

/// The transform that every enveloped signature has.
pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

/// A change of a `SignedInfo`.
pub(crate) type Tamper<'a> = dyn Fn(&mut XmlElement) -> Result<(), ForgeError> + 'a;
/// Makes a signature value out of octets.
pub(crate) type MakeValue<'a> = dyn Fn(&[u8]) -> Result<Vec<u8>, ForgeError> + 'a;

/// How to sign. The default is the way of the product; each field departs from it in one respect.
pub(crate) struct Recipe<'a> {
    /// Whose key.
    pub(crate) signer: &'a dyn Signer,
    /// The canonicalisation that is applied to the signed element. `tamper` may let the signature name another one.
    pub(crate) method: CanonicalizationMethod,
    /// The digest.
    pub(crate) digest: DigestAlgorithm,
    /// A digest to claim instead of the computed one; the element is not even canonicalised then.
    pub(crate) claim: Option<Vec<u8>>,
    /// Changes `SignedInfo` before it is signed.
    pub(crate) tamper: &'a Tamper<'a>,
    /// Makes the signature value out of the canonical `SignedInfo` in the signer's stead.
    pub(crate) value: Option<&'a MakeValue<'a>>,
}

impl<'a> Recipe<'a> {
    /// An honest signature.
    pub(crate) fn plain(signer: &'a dyn Signer) -> Self {
        Self {
            signer,
            method: CanonicalizationMethod::EXCLUSIVE,
            digest: DigestAlgorithm::Sha256,
            claim: None,
            tamper: &|_| Ok(()),
            value: None,
        }
    }

    /// An honest signature over a `SignedInfo` that is not.
    pub(crate) fn tampered(
        signer: &'a dyn Signer,
        tamper: &'a dyn Fn(&mut XmlElement) -> Result<(), ForgeError>,
    ) -> Self {
        Self { tamper, ..Self::plain(signer) }
    }

    /// The signature over the part of `root` that is called `target`.
    pub(crate) fn signature(&self, root: &XmlElement, target: QName<'_>) -> Result<XmlElement, ForgeError> {
        let digest = match &self.claim {
            Some(claim) => claim.clone(),
            None => self.digest_of(root, target)?,
        };
        let id = root.part(target)?.attribute("ID").unwrap_or_default();
        let mut signed_info = self.signed_info(&format!("#{id}"), &digest);
        (self.tamper)(&mut signed_info)?;
        let octets = canonical(&signed_info)?;
        let value = match self.value {
            Some(value) => value(&octets)?,
            None => self.signer.sign(&octets)?,
        };
        let value = XmlElement::new(names::ds::SIGNATURE_VALUE).saying(&STANDARD.encode(value));
        let signature = XmlElement::new(names::ds::SIGNATURE).holding(signed_info).holding(value);
        Ok(match self.signer.certificate() {
            Some(certificate) => signature.holding(key_info(&[&certificate.to_base64()])),
            None => signature,
        })
    }

    /// Signs the part of `root` that is called `target`. The signature stands where the schemas want it: after the
    /// issuer, or first if there is none.
    pub(crate) fn sign(&self, root: &mut XmlElement, target: QName<'_>) -> Result<(), ForgeError> {
        let signature = self.signature(root, target)?;
        let element = root.part_mut(target)?;
        if element.insert_after(names::saml::ISSUER, signature.clone()).is_err() {
            element.prepend(signature);
        }
        Ok(())
    }

    fn digest_of(&self, root: &XmlElement, target: QName<'_>) -> Result<Vec<u8>, ForgeError> {
        let document = Document::parse(root.to_octets()?, &Limits::METADATA)?;
        let element = find(document.root(), target).ok_or_else(|| ForgeError::absent(target.name.local))?;
        let octets = canonical_octets(element, None, self.method, PrefixList::EMPTY, &Limits::METADATA)?;
        Ok(digest(self.digest, &octets)?.as_octets().to_vec())
    }

    fn signed_info(&self, uri: &str, digest: &[u8]) -> XmlElement {
        let transforms = XmlElement::new(names::ds::TRANSFORMS)
            .holding(transform(ENVELOPED))
            .holding(transform(self.method.uri()));
        let reference = XmlElement::new(names::ds::REFERENCE)
            .with("URI", uri)
            .holding(transforms)
            .holding(XmlElement::new(names::ds::DIGEST_METHOD).with("Algorithm", self.digest.uri()))
            .holding(XmlElement::new(names::ds::DIGEST_VALUE).saying(&STANDARD.encode(digest)));
        XmlElement::new(names::ds::SIGNED_INFO)
            .holding(
                XmlElement::new(names::ds::CANONICALIZATION_METHOD)
                    .with("Algorithm", CanonicalizationMethod::EXCLUSIVE.uri()),
            )
            .holding(
                XmlElement::new(names::ds::SIGNATURE_METHOD).with("Algorithm", self.signer.algorithm().uri()),
            )
            .holding(reference)
    }
}

/// One transform.
pub(crate) fn transform(uri: &str) -> XmlElement {
    XmlElement::new(names::ds::TRANSFORM).with("Algorithm", uri)
}

/// A `KeyInfo` with these certificates.
pub(crate) fn key_info(certificates: &[&str]) -> XmlElement {
    let mut data = XmlElement::new(names::ds::X509_DATA);
    for certificate in certificates {
        data.append(XmlElement::new(names::ds::X509_CERTIFICATE).saying(certificate));
    }
    XmlElement::new(names::ds::KEY_INFO).holding(data)
}

/// The exclusively canonical octets of a tree.
pub(crate) fn canonical(root: &XmlElement) -> Result<Vec<u8>, ForgeError> {
    let document = Document::parse(root.to_octets()?, &Limits::METADATA)?;
    let method = CanonicalizationMethod::EXCLUSIVE;
    Ok(canonical_octets(document.root(), None, method, PrefixList::EMPTY, &Limits::METADATA)?)
}

fn find<'d>(element: Element<'d>, name: QName<'_>) -> Option<Element<'d>> {
    if element.is(name.name) {
        return Some(element);
    }
    element.child_elements().find_map(|child| find(child, name))
}
