//! Floor 6: which algorithms we verify, for our own metadata. May import `base`, `xml`, `crypto` and `metadata`.

use crate::base::NonEmpty;
use crate::crypto::{DigestAlgorithm, PeerPolicy, SignatureAlgorithm};
use crate::metadata::{EntityDescriptor, Extensions, RoleDescriptor};
use crate::xml::{ExpandedName, KeptElement, OwnedName, XmlAttribute, XmlElement, names};

/// The digest and signature algorithms that a policy admits, as `md:Extensions` of a role [AlgSupport §2.3, §2.4].
///
/// Peers that read it sign accordingly: Shibboleth SP 3.4 signs its POST requests with RSA-SHA1 otherwise. It does
/// not say that keys of any length are admitted.
#[must_use]
pub fn algorithm_support(policy: &PeerPolicy) -> Option<Extensions> {
    let admitted = |digest: &DigestAlgorithm| policy.check_digest(*digest).is_ok();
    let digests = DigestAlgorithm::ALL.into_iter().filter(admitted);
    let signatures = SignatureAlgorithm::ALL
        .into_iter()
        .filter(|signature| signature.digest().is_none_or(|digest| admitted(&digest)));
    let elements = digests
        .map(|digest| element("DigestMethod", digest.uri()))
        .chain(signatures.map(|signature| element("SigningMethod", signature.uri())))
        .map(KeptElement::from);
    NonEmpty::from_vec(elements.collect()).map(Extensions)
}

/// The digest algorithms that a peer's role can verify, in the order in which it lists them [AlgSupport §2.3]; those of
/// its entity if the role lists none. Whether one of them is good enough is not said.
#[must_use]
pub fn listed_digests(entity: &EntityDescriptor, role: &RoleDescriptor) -> Vec<DigestAlgorithm> {
    let of = |extensions: &Option<Extensions>| -> Vec<DigestAlgorithm> {
        let elements = extensions.iter().flat_map(|extensions| extensions.0.iter());
        let methods =
            elements.filter(|element| element.name() == ExpandedName::new(names::ALG, "DigestMethod"));
        methods
            .filter_map(|method| DigestAlgorithm::from_uri(method.tree().attribute("Algorithm")?))
            .collect()
    };
    let of_role = of(&role.extensions);
    if of_role.is_empty() { of(&entity.extensions) } else { of_role }
}

fn element(local: &str, algorithm: &str) -> XmlElement {
    let name =
        |namespace: &str, local: &str| OwnedName { namespace: namespace.into(), local: local.to_owned() };
    XmlElement {
        name: name(names::ALG, local),
        prefix: "alg".to_owned(),
        declarations: Vec::new(),
        attributes: vec![XmlAttribute {
            name: name("", "Algorithm"),
            prefix: String::new(),
            value: algorithm.to_owned(),
        }],
        children: Vec::new(),
    }
}

#[cfg(test)]
mod tests;
