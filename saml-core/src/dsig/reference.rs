//! Floor 4: `ds:SignedInfo` and its one `ds:Reference`, read from the octets whose signature was verified.

use super::DsigError;
use super::signature::base64_of;
use crate::c14n::{CanonicalizationMethod, PrefixList};
use crate::crypto::{DigestAlgorithm, SignatureAlgorithm};
use crate::xml::{Element, ElementReader, QName, SchemaError, names};

/// `ds:SignedInfo` [XMLDSig §4.3].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SignedInfo {
    pub(super) canonicalization: Canonicalization,
    pub(super) signature_algorithm: SignatureAlgorithm,
    pub(super) reference: Reference,
}

/// A canonicalisation method with its parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Canonicalization {
    pub(super) method: CanonicalizationMethod,
    pub(super) prefix_list: PrefixList,
}

/// `ds:Reference` [XMLDSig §4.3.3]; the enveloped transform is implied, for it is required.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reference {
    /// `None` if the attribute is missing, which the profile refuses later with its own code.
    pub(super) uri: Option<String>,
    pub(super) canonicalization: Canonicalization,
    pub(super) digest_algorithm: DigestAlgorithm,
    pub(super) digest: Vec<u8>,
}

const INCLUSIVE_NAMESPACES: QName<'static> = QName::new("ec", names::EXC_C14N, "InclusiveNamespaces");
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

impl SignedInfo {
    pub(super) fn read(signed_info: Element<'_>) -> Result<Self, DsigError> {
        let mut reader =
            ElementReader::expect(signed_info, names::ds::SIGNED_INFO).map_err(DsigError::Grammar)?;
        let _id = reader.attribute("Id");
        let canonicalization =
            reader.required(names::ds::CANONICALIZATION_METHOD).map_err(DsigError::Grammar)?;
        let signature_method = reader.required(names::ds::SIGNATURE_METHOD).map_err(DsigError::Grammar)?;
        let reference = reader.required(names::ds::REFERENCE).map_err(|error| {
            let is_absent = matches!(error, SchemaError::MissingElement { found: None, .. });
            if is_absent { DsigError::ReferenceCount } else { DsigError::Grammar(error) }
        })?;
        if reader.optional(names::ds::REFERENCE).map_err(DsigError::Grammar)?.is_some() {
            return Err(DsigError::ReferenceCount);
        }
        reader.finish().map_err(DsigError::Grammar)?;
        Ok(Self {
            canonicalization: read_canonicalization_method(canonicalization)?,
            signature_algorithm: read_signature_method(signature_method)?,
            reference: Reference::read(reference)?,
        })
    }

    /// The two values that must be known before `SignedInfo` can be verified.
    pub(super) fn read_methods(
        signed_info: Element<'_>,
    ) -> Result<(Canonicalization, SignatureAlgorithm), DsigError> {
        let mut children = signed_info.child_elements();
        let method = children.next().filter(|e| e.is(names::ds::CANONICALIZATION_METHOD));
        let method =
            method.ok_or(DsigError::NotInProfile { part: "SignedInfo without CanonicalizationMethod" })?;
        let signature = children.next().filter(|e| e.is(names::ds::SIGNATURE_METHOD));
        let signature =
            signature.ok_or(DsigError::NotInProfile { part: "SignedInfo without SignatureMethod" })?;
        Ok((read_canonicalization_method(method)?, read_signature_method(signature)?))
    }
}

impl Reference {
    fn read(reference: Element<'_>) -> Result<Self, DsigError> {
        let mut reader =
            ElementReader::expect(reference, names::ds::REFERENCE).map_err(DsigError::Grammar)?;
        let uri = reader.attribute("URI").map(str::to_owned);
        // Both attributes are hints [XMLDSig §4.3.3]: only the URI and the transforms decide what is referenced.
        let _id = reader.attribute("Id");
        let _type = reader.attribute("Type");
        let transforms = reader.optional(names::ds::TRANSFORMS).map_err(DsigError::Grammar)?;
        let digest_method = reader.required(names::ds::DIGEST_METHOD).map_err(DsigError::Grammar)?;
        let digest = reader.required(names::ds::DIGEST_VALUE).map_err(DsigError::Grammar)?;
        reader.finish().map_err(DsigError::Grammar)?;
        Ok(Self {
            uri,
            canonicalization: read_transforms(transforms)?,
            digest_algorithm: read_digest_method(digest_method)?,
            digest: base64_of(digest, "DigestValue")?,
        })
    }
}

/// Enveloped-signature, then at most one canonicalisation; none means inclusive 1.0 [XMLDSig §4.3.3.2].
fn read_transforms(transforms: Option<Element<'_>>) -> Result<Canonicalization, DsigError> {
    let refused = |found: &str| DsigError::TransformRefused { found: found.to_owned() };
    let transforms = transforms.ok_or_else(|| refused("no transforms"))?;
    let mut reader = ElementReader::expect(transforms, names::ds::TRANSFORMS).map_err(DsigError::Grammar)?;
    let first = reader.required(names::ds::TRANSFORM).map_err(DsigError::Grammar)?;
    let second = reader.optional(names::ds::TRANSFORM).map_err(DsigError::Grammar)?;
    if reader.optional(names::ds::TRANSFORM).map_err(DsigError::Grammar)?.is_some() {
        return Err(refused("more than two transforms"));
    }
    reader.finish().map_err(DsigError::Grammar)?;
    // What an unknown transform holds is its own matter: it is refused by its name.
    if let Some(uri) = first.attribute("Algorithm")
        && uri != ENVELOPED
    {
        return Err(refused(uri));
    }
    read_algorithm(first, names::ds::TRANSFORM, ParameterRule::None)?;
    let Some(second) = second else {
        return Ok(Canonicalization {
            method: CanonicalizationMethod::IMPLIED,
            prefix_list: PrefixList::default(),
        });
    };
    read_canonicalization(second, names::ds::TRANSFORM, |found| DsigError::TransformRefused { found })
}

fn read_canonicalization_method(element: Element<'_>) -> Result<Canonicalization, DsigError> {
    read_canonicalization(element, names::ds::CANONICALIZATION_METHOD, |found| {
        DsigError::CanonicalizationRefused { found }
    })
}

fn read_canonicalization(
    element: Element<'_>,
    name: QName<'static>,
    refused: impl Fn(String) -> DsigError,
) -> Result<Canonicalization, DsigError> {
    let known = |uri: &str| CanonicalizationMethod::from_uri(uri).ok_or_else(|| refused(uri.to_owned()));
    // What an unknown algorithm holds is its own matter: it is refused by its name.
    element.attribute("Algorithm").map(known).transpose()?;
    let (uri, parameter) = read_algorithm(element, name, ParameterRule::InclusiveNamespaces)?;
    let method = known(uri)?;
    let prefix_list = match (parameter, method) {
        (None, _) => PrefixList::default(),
        (Some(list), CanonicalizationMethod::Exclusive { .. }) => {
            PrefixList::parse(list).map_err(DsigError::Canonicalization)?
        }
        (Some(_), _) => {
            return Err(DsigError::NotInProfile { part: "InclusiveNamespaces for inclusive c14n" });
        }
    };
    Ok(Canonicalization { method, prefix_list })
}

fn read_signature_method(element: Element<'_>) -> Result<SignatureAlgorithm, DsigError> {
    let known = |uri: &str| {
        SignatureAlgorithm::from_uri(uri)
            .ok_or_else(|| DsigError::SignatureAlgorithmUnknown { found: uri.to_owned() })
    };
    element.attribute("Algorithm").map(known).transpose()?;
    let (uri, _) = read_algorithm(element, names::ds::SIGNATURE_METHOD, ParameterRule::None)?;
    known(uri)
}

fn read_digest_method(element: Element<'_>) -> Result<DigestAlgorithm, DsigError> {
    let (uri, _) = read_algorithm(element, names::ds::DIGEST_METHOD, ParameterRule::None)?;
    DigestAlgorithm::from_uri(uri).ok_or_else(|| DsigError::DigestAlgorithmUnknown { found: uri.to_owned() })
}

/// What an element with an `Algorithm` attribute may contain.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ParameterRule {
    /// Nothing: `HMACOutputLength`, `RSAPSSParams` and XPath stay out (attacks 107, 108, 116, 121).
    None,
    /// `ec:InclusiveNamespaces`, at most once.
    InclusiveNamespaces,
}

/// The algorithm URI, and the `PrefixList` if there is one and it is allowed.
fn read_algorithm<'d>(
    element: Element<'d>,
    name: QName<'static>,
    rule: ParameterRule,
) -> Result<(&'d str, Option<&'d str>), DsigError> {
    let mut reader = ElementReader::expect(element, name).map_err(DsigError::Grammar)?;
    let uri = reader.required_attribute("Algorithm").map_err(DsigError::Grammar)?;
    let parameter = match rule {
        ParameterRule::None => None,
        ParameterRule::InclusiveNamespaces => {
            reader.optional(INCLUSIVE_NAMESPACES).map_err(DsigError::Grammar)?
        }
    };
    reader.finish().map_err(DsigError::Grammar)?;
    let list = match parameter {
        None => None,
        Some(parameter) => {
            let mut inner = ElementReader::new(parameter);
            let list = inner.required_attribute("PrefixList").map_err(DsigError::Grammar)?;
            inner.finish().map_err(DsigError::Grammar)?;
            Some(list)
        }
    };
    Ok((uri, list))
}
